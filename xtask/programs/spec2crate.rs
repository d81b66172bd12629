//! Looks up a post and a user, searches, and posts.

use measured::types::{CreatePostsRequest, PostExpansion, PostField, UserField};
use measured::{Client, Error};

async fn call(client: &Client) -> Result<(), Error> {
    let post = client.posts().get_posts_by_id("1346889436626259968");
    let post = post.post_fields([PostField::CreatedAt, PostField::Lang]).expansions([PostExpansion::AuthorId]);
    let post = post.send().await?;
    println!("{:?}", post.body.data.and_then(|post| post.text));

    let found = client.search().search_posts_recent("rust").max_results(10).post_fields([PostField::CreatedAt]);
    let found = found.send().await?;
    println!("{:?}", found.body.data.iter().filter_map(|post| post.text.as_deref()).collect::<Vec<_>>());

    let user = client.users().get_users_by_username("rustlang").user_fields([UserField::CreatedAt]).send().await?;
    println!("{:?}", user.body.data.and_then(|user| user.name));

    let made = client.posts().create_posts(CreatePostsRequest::new().text("Hello")).send().await?;
    println!("{:?}", made.body.data.map(|made| made.id));
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let token = std::env::args().nth(1).ok_or("no token")?;
    let client = Client::builder().bearer_token(token).build()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(call(&client))?)
}
