//! Looks up a post and a user, searches, and posts.

use std::error::Error;

use measured::{CreatePostsRequest, HttpClient};

async fn call(client: &HttpClient) -> Result<(), Box<dyn Error>> {
    let fields = || Some(vec!["created_at".to_owned()]);
    let post_fields = Some(vec!["created_at".to_owned(), "lang".to_owned()]);
    let expansions = Some(vec!["author_id".to_owned()]);
    let id = "1346889436626259968";
    let post = client.get_posts_by_id(id, post_fields, expansions, None, None, None, None).await?;
    println!("{:?}", post.data.and_then(|post| post.text));

    let none = None::<&str>;
    let found = client.search_posts_recent(
        "rust",
        Some(10),
        none,
        none,
        none,
        none,
        none,
        none,
        None,
        fields(),
        None,
        None,
        None,
        None,
        None,
    );
    let found = found.await?.data.unwrap_or_default();
    println!("{:?}", found.iter().filter_map(|post| post.text.as_deref()).collect::<Vec<_>>());

    let user = client.get_users_by_username("rustlang", fields(), None, None).await?;
    println!("{:?}", user.data.and_then(|user| user.name));

    let request = CreatePostsRequest { text: Some("Hello".to_owned()), ..CreatePostsRequest::default() };
    let made = client.create_posts(request).await?;
    println!("{:?}", made.data.map(|made| made.id));
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let token = std::env::args().nth(1).ok_or("no token")?;
    let client = HttpClient::new().with_api_key(token);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(call(&client))
}
