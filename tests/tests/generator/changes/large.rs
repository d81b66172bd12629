//! Many changes at once: the report fits on a screen, and each line of it is right.
//!
//! The new description is the one of the repository after edits of the kinds that versions of a large one are apart by:
//! schemas and parameters under other names, values and alternatives that came, members that moved, examples that went.

use spec2crate::diff::diff;
use spec2crate::source::MemoryLoader;
use spec2crate::{Outcome, Request, generate};

use crate::documents::read;

/// Texts that are replaced wherever they stand, and how often that is.
const EDITS: &[(usize, &str, &str)] = &[
    // Schemas under other names; one of them is used in a list, in two places.
    (1, "    Tweet:\n", "    Post:\n"),
    (2, "#/components/schemas/Tweet'\n", "#/components/schemas/Post'\n"),
    (1, "    NewEventSubscription:\n", "    CreateEventSubscription:\n"),
    (1, "#/components/schemas/NewEventSubscription'", "#/components/schemas/CreateEventSubscription'"),
    // A parameter under another name, and one more for every operation that has some.
    (1, "        - name: tweet.fields\n", "        - name: post.fields\n"),
    (4, "\n      parameters:\n", "\n      parameters:\n        - {name: lang, in: query, schema: {type: string}}\n"),
    // Operations: another address, another name, one gone, one new.
    (1, "  /2/connections:\n", "  /2/streams/connections:\n"),
    (1, "operationId: getDirectMessagesEventsByParticipantId", "operationId: getDirectMessageEvents"),
    (
        1,
        "      operationId: deleteActivitySubscription\n      tags: [Activity]\n",
        "      operationId: endActivitySubscription\n      tags: [Activity]\n",
    ),
    (
        1,
        "  /2/streams/connections:\n",
        "  /2/streams:\n    get:\n      operationId: getStreams\n      tags: [Connections]\n      responses:\n        '204': {description: None.}\n  /2/streams/connections:\n",
    ),
    // Values: three that came, one that went.
    (
        1,
        "        - block_events\n        - mute_events\n\n",
        "        - mute_events\n        - post_events\n        - space_events\n        - chat_events\n\n",
    ),
    // Members: one that came, two that went, one of another type, one required.
    (
        1,
        "          description: Its place among the options.\n",
        "          description: Its place among the options.\n        share:\n          type: number\n",
    ),
    (
        1,
        "        votes:\n          type: integer\n          format: int64\n          description: How many chose it.\n",
        "        votes:\n          type: string\n          description: How many chose it.\n",
    ),
    (
        1,
        "        duration_minutes:\n          type: integer\n          format: int64\n          description: How long it lasts, in minutes, from 5 to 10080.\n        end_datetime:\n          type: string\n          format: date-time\n          description: When it ends.\n",
        "",
    ),
    (1, "      description: A poll in a post.\n", "      description: A poll in a post.\n      required: [id]\n"),
    // A wrapper that says nothing, and words.
    (
        1,
        "            allOf:\n              - $ref: '#/components/schemas/ConnectionStatus'\n            default: active\n",
        "            $ref: '#/components/schemas/ConnectionStatus'\n",
    ),
    (1, "          description: Its name.\n          example: Technology\n", "          description: Its name.\n"),
    (1, "      summary: Delete an activity subscription\n", "      summary: End an activity subscription\n"),
];

#[test]
fn a_large_change_fits_on_a_screen() {
    let before = read("spec/openapi.yaml");
    let mut after = before.clone();
    for (count, from, to) in EDITS {
        assert_eq!(after.matches(from).count(), *count, "{from}");
        after = after.replace(from, to);
    }
    let report = diff(&outcome(&before), &outcome(&after)).expect("both can be read");
    let text = report.markdown();
    let overview = text.split("\n<details>").next().unwrap_or_default();
    assert!(overview.lines().count() <= 50, "{text}");
    assert!(overview.lines().all(|line| line.chars().count() <= 160), "{text}");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("changes", text));
}

#[test]
fn descriptions_that_share_nothing_fit_on_a_screen_as_well() {
    let (one, other) = (outcome(&read("spec/openapi.yaml")), outcome(super::ZOO));
    for (old, new) in [(&one, &other), (&other, &one)] {
        let report = diff(old, new).expect("both can be read");
        let text = report.markdown();
        let overview = text.split("\n<details>").next().unwrap_or_default();
        assert!(overview.lines().count() <= 50, "{text}");
        assert!(overview.lines().all(|line| line.chars().count() <= 160), "{text}");
        assert!(text.len() < 65_536, "a comment can hold it");
    }
}

fn outcome(text: &str) -> Outcome {
    let loader = MemoryLoader::from([("openapi.yaml", text)]);
    generate(&loader, &Request { keep_going: true, ..Request::new("openapi.yaml") })
}
