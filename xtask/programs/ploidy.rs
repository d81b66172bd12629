//! Looks up a post and a user, searches, and posts.

use std::error::Error;

use measured::Client;
use measured::client::default::{parameters, types};
use measured::types::CreatePostsRequest;

async fn call(client: &Client) -> Result<(), Box<dyn Error>> {
    let query = parameters::GetPostsByIdQuery {
        post_fields: Some(vec![
            types::GetPostsByIdQueryPostFieldsItem::CreatedAt,
            types::GetPostsByIdQueryPostFieldsItem::Lang,
        ]),
        expansions: Some(vec![types::GetPostsByIdQueryExpansionsItem::AuthorId]),
        ..parameters::GetPostsByIdQuery::default()
    };
    let post = client.get_posts_by_id("1346889436626259968", &query).await?;
    println!("{:?}", post.data.into_option().and_then(|post| post.text.into_option()));

    let query = parameters::SearchPostsRecentQuery {
        query: "rust".to_owned(),
        max_results: Some(10),
        post_fields: Some(vec![types::SearchPostsRecentQueryPostFieldsItem::CreatedAt]),
        ..parameters::SearchPostsRecentQuery::default()
    };
    let found = client.search_posts_recent(&query).await?.data.into_option().unwrap_or_default();
    println!("{:?}", found.iter().filter_map(|post| post.text.as_option()).collect::<Vec<_>>());

    let query = parameters::GetUsersByUsernameQuery {
        user_fields: Some(vec![types::GetUsersByUsernameQueryUserFieldsItem::CreatedAt]),
        ..parameters::GetUsersByUsernameQuery::default()
    };
    let user = client.get_users_by_username("rustlang", &query).await?;
    println!("{:?}", user.data.into_option().and_then(|user| user.name.into_option()));

    let request = CreatePostsRequest { text: "Hello".to_owned().into(), ..CreatePostsRequest::default() };
    let made = client.create_posts(request).await?;
    println!("{:?}", made.data.into_option().map(|made| made.id));
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let token = std::env::args().nth(1).ok_or("no token")?;
    let client = Client::new("https://api.x.com")?;
    let client = client.with_sensitive_header("authorization", format!("Bearer {token}"))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(call(&client))
}
