//! A conversation as a file of JSON lines, newest message first. Stopped in the middle, it goes on where it was.
//!
//! ```console
//! X_USER_TOKEN=… cargo run --example export_messages -- 2244994945 messages.jsonl
//! ```
use std::env;
use std::error::Error;
use std::fs::{self, OpenOptions};
use std::io::{BufWriter, Write};

use x_api_client::Client;
use x_api_client::types::{DmEventField, DmExpansion};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [participant, file] = arguments.as_slice() else {
        return Err("usage: export_messages PARTICIPANT_ID FILE".into());
    };
    let token = env::var("X_USER_TOKEN").map_err(|_| "X_USER_TOKEN has to hold a user's access token (dm.read)")?;
    let mut builder = Client::builder().oauth2_user_token(token);
    if let Ok(url) = env::var("X_API_URL") {
        builder = builder.base_url(url);
    }
    let client = builder.build()?;

    // The token of the first page that is not in the file yet.
    let place = format!("{file}.next");
    let conversation = client.direct_messages().events_with(participant.as_str());
    let fields = conversation.dm_event_fields(DmEventField::ALL).expansions([DmExpansion::SenderId]);
    let mut pages = match fs::read_to_string(&place) {
        Ok(token) => fields.pages().from_token(token),
        Err(_) => {
            fs::write(file, "")?;
            fields.pages()
        }
    };
    let mut count = 0;
    while let Some(page) = pages.try_next().await? {
        let mut out = BufWriter::new(OpenOptions::new().append(true).open(file)?);
        for message in &page.body.data {
            serde_json::to_writer(&mut out, message)?;
            out.write_all(b"\n")?;
        }
        out.flush()?;
        count += page.body.data.len();
        // A page is in the file before its successor is noted: what is lost in between is written twice, never left out.
        match pages.next_token() {
            Some(token) => fs::write(&place, token)?,
            None if fs::exists(&place)? => fs::remove_file(&place)?,
            None => {}
        }
    }
    println!("{count} messages written to {file}");
    Ok(())
}
