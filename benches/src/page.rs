//! A page of direct messages as a server sends it, the same in every run: texts of usual lengths in several scripts, links,
//! and everything that the messages refer to.

use crate::json::{Json, object};

/// How many events a page has at most.
const EVENTS: usize = 100;

/// A page of 100 events with the users, posts and media they refer to, about 160 KB.
#[must_use]
pub fn page() -> Vec<u8> {
    let mut dice = Dice(0x2545_F491_4F6C_DD1D);
    let users: Vec<Json> = (0..40).map(|index| user(&mut dice, index)).collect();
    let media: Vec<Json> = (0..25).map(|index| medium(&mut dice, index)).collect();
    let tweets: Vec<Json> = (0..25).map(|index| tweet(&mut dice, index)).collect();
    let data: Vec<Json> = (0..EVENTS).map(|index| event(&mut dice, index)).collect();
    let page = object! {
        "data": data,
        "includes": object! { "users": users, "media": media, "tweets": tweets },
        "meta": object! { "result_count": EVENTS, "next_token": "18LAA5FFPEKJA52G0G00ZZZZ", "previous_token": "1BLC45FFPEKJA52G0S00ZZZZ" },
    };
    page.text().into_bytes()
}

fn event(dice: &mut Dice, index: usize) -> Json {
    let text = dice.text(30, 220);
    let mut event = object! {
        "id": id(1_146_654_567_674_912_000, index),
        "event_type": if index.is_multiple_of(17) { "ParticipantsJoin" } else { "MessageCreate" },
        "text": text,
        "created_at": dice.time(),
        "sender_id": user_id(dice.below(40)),
        "dm_conversation_id": format!("{}-{}", user_id(0), user_id(1 + dice.below(39))),
    };
    if index.is_multiple_of(3) {
        event.push(
            "entities",
            object! { "urls": [link(dice, 10)], "mentions": [mention(dice)], "hashtags": [hashtag(dice)] },
        );
    }
    if index.is_multiple_of(4) {
        event.push("attachments", object! { "media_keys": [media_key(dice.below(25))] });
    }
    if index.is_multiple_of(4) {
        event.push("referenced_tweets", [object! { "id": tweet_id(dice.below(25)) }]);
    }
    if index.is_multiple_of(17) {
        event.push("participant_ids", [user_id(dice.below(40)), user_id(dice.below(40))]);
    }
    event
}

fn user(dice: &mut Dice, index: usize) -> Json {
    object! {
        "id": user_id(index),
        "name": dice.text(6, 24),
        "username": format!("user_{index}"),
        "created_at": dice.time(),
        "description": dice.text(40, 150),
        "location": dice.text(5, 20),
        "entities": object! { "description": object! { "mentions": [mention(dice)], "hashtags": [hashtag(dice)] }, "url": object! { "urls": [link(dice, 0)] } },
        "pinned_tweet_id": tweet_id(dice.below(25)),
        "profile_image_url": format!("https://pbs.twimg.com/profile_images/{}/photo_normal.jpg", user_id(index)),
        "protected": false,
        "verified": index.is_multiple_of(5),
        "verified_type": if index.is_multiple_of(5) { "blue" } else { "none" },
        "public_metrics": object! {
            "followers_count": dice.below(100_000), "following_count": dice.below(2_000), "tweet_count": dice.below(50_000),
            "listed_count": dice.below(300), "like_count": dice.below(9_000), "media_count": dice.below(900),
        },
        "url": "https://t.co/AbCdEfGhIj",
    }
}

fn tweet(dice: &mut Dice, index: usize) -> Json {
    object! {
        "id": tweet_id(index),
        "text": dice.text(60, 280),
        "author_id": user_id(dice.below(40)),
        "conversation_id": tweet_id(index),
        "created_at": dice.time(),
        "lang": "en",
        "source": "Web App",
        "possibly_sensitive": false,
        "reply_settings": "everyone",
        "edit_history_tweet_ids": [tweet_id(index)],
        "edit_controls": object! { "edits_remaining": 5, "is_edit_eligible": true, "editable_until": dice.time() },
        "attachments": object! { "media_keys": [media_key(dice.below(25)), media_key(dice.below(25))] },
        "context_annotations": (0..3).map(|_| context(dice)).collect::<Vec<_>>(),
        "entities": object! {
            "annotations": [object! { "start": 4, "end": 12, "probability": 0.9153, "type": "Place", "normalized_text": "Wien" }],
            "urls": [link(dice, 40), link(dice, 70)],
            "mentions": [mention(dice), mention(dice)],
            "hashtags": [hashtag(dice)],
        },
        "public_metrics": object! {
            "retweet_count": dice.below(400), "reply_count": dice.below(90), "like_count": dice.below(5_000),
            "quote_count": dice.below(50), "bookmark_count": dice.below(70), "impression_count": dice.below(900_000),
        },
        "referenced_tweets": [object! { "type": "replied_to", "id": tweet_id(dice.below(25)) }],
    }
}

fn medium(dice: &mut Dice, index: usize) -> Json {
    let address = format!("https://pbs.twimg.com/media/{}", media_key(index));
    object! {
        "media_key": media_key(index),
        "type": "video",
        "url": address.as_str(),
        "preview_image_url": format!("{address}.jpg"),
        "alt_text": dice.text(20, 120),
        "duration_ms": dice.below(140_000),
        "height": 720,
        "width": 1280,
        "public_metrics": object! { "view_count": dice.below(2_000_000) },
        "variants": [
            object! { "bit_rate": 2_176_000, "content_type": "video/mp4", "url": format!("{address}/vid/1280x720/a.mp4?tag=12") },
            object! { "bit_rate": 832_000, "content_type": "video/mp4", "url": format!("{address}/vid/640x360/b.mp4?tag=12") },
            object! { "content_type": "application/x-mpegURL", "url": format!("{address}/pl/c.m3u8?tag=12") },
        ],
    }
}

fn context(dice: &mut Dice) -> Json {
    object! {
        "domain": object! { "id": dice.below(200).to_string(), "name": "Unified Topic", "description": dice.text(20, 80) },
        "entity": object! { "id": id(857_879_456_773_357_000, dice.below(500)), "name": dice.text(6, 20) },
    }
}

fn link(dice: &mut Dice, start: usize) -> Json {
    object! {
        "start": start,
        "end": start + 23,
        "url": format!("https://t.co/{:010}", dice.below(1_000_000_000)),
        "expanded_url": format!("https://example.com/articles/{}?utm_source=share", dice.below(100_000)),
        "display_url": "example.com/articles/\u{2026}",
        "status": 200,
        "title": dice.text(20, 60),
    }
}

fn mention(dice: &mut Dice) -> Json {
    let index = dice.below(40);
    object! { "start": 0, "end": 8, "username": format!("user_{index}"), "id": user_id(index) }
}

fn hashtag(dice: &mut Dice) -> Json {
    object! { "start": 30, "end": 38, "tag": dice.text(5, 10).replace(' ', "") }
}

fn id(first: u64, index: usize) -> String {
    format!("{}", first + index as u64 * 7_919)
}

fn user_id(index: usize) -> String {
    id(2_244_994_000, index)
}

fn tweet_id(index: usize) -> String {
    id(1_460_323_737_035_677_000, index)
}

fn media_key(index: usize) -> String {
    format!("7_{}", id(1_455_952_740_635_586_000, index))
}

/// Numbers that look like chance and are always the same (a linear congruential generator).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    /// Words of at least `least` and about at most `most` bytes.
    pub(crate) fn text(&mut self, least: usize, most: usize) -> String {
        const WORDS: &[&str] = &[
            "the",
            "quick",
            "release",
            "of",
            "version",
            "shows",
            "that",
            "\"quoted\"",
            "größer",
            "日本語",
            "line\nbreak",
            "and",
            "https",
            "meeting",
            "tomorrow",
            "at",
            "noon",
            "🙂",
            "please",
            "read",
            "this",
            "first",
            "Ελλάδα",
            "coffee",
            "again",
        ];
        let length = least + self.below(most - least);
        let mut text = String::new();
        while text.len() < length {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(WORDS[self.below(WORDS.len())]);
        }
        text
    }

    /// A time in RFC 3339.
    fn time(&mut self) -> String {
        format!(
            "2026-{:02}-{:02}T{:02}:{:02}:{:02}.000Z",
            1 + self.below(12),
            1 + self.below(28),
            self.below(24),
            self.below(60),
            self.below(60)
        )
    }
}
