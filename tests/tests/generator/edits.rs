//! What a small edit of the description changes in the generated crate: as little as it can, and nothing for callers
//! when it only adds.

mod quiet;
mod random;

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::compile::Yard;
use crate::documents::{Input, read};

/// An edit of spec/openapi.yaml: the text that is replaced, which stands there once, and the one in its place.
struct Edit {
    name: &'static str,
    from: &'static str,
    to: &'static str,
}

const ADDITIVE: &[Edit] = &[
    Edit {
        name: "new enum value",
        from: "        - likes_compliance_stream\n",
        to: "        - likes_compliance_stream\n        - activity_stream\n",
    },
    Edit {
        name: "optional parameter",
        from: "          example: [client_ip, connected_at, disconnect_reason, disconnected_at, endpoint_name, id]\n",
        to: "          example: [client_ip, connected_at, disconnect_reason, disconnected_at, endpoint_name, id]
        - name: newest_first
          in: query
          description: Whether the newest connection comes first.
          schema: {type: boolean, default: true}\n",
    },
    Edit {
        name: "optional response field",
        from: "        client_ip:\n          type: string\n          description: The address it comes from.\n",
        to: "        client_ip:
          type: string
          description: The address it comes from.
        data_center:
          type: string
          description: The data center it leads to.\n",
    },
    Edit {
        name: "schema",
        from: "    ConnectionStatus:\n",
        to: "    ConnectionGroup:
      type: object
      description: Connections that belong together.
      properties:
        name: {type: string, description: The name of the group.}
        size: {type: integer, format: int32, description: How many connections there are.}

    ConnectionStatus:\n",
    },
    Edit {
        name: "operation",
        from: "  /2/activity/subscriptions:\n",
        to: "  /2/connections/{connection_id}:
    get:
      operationId: getConnection
      tags: [Connections]
      summary: Get a connection
      security:
        - BearerToken: []
      parameters:
        - name: connection_id
          in: path
          required: true
          description: The connection.
          schema: {$ref: '#/components/schemas/ConnectionId'}
      responses:
        '200':
          description: The connection.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Connection'}
        default: {$ref: '#/components/responses/Problem'}

  /2/activity/subscriptions:\n",
    },
];

const REORDERED: Edit = Edit {
    name: "reordered mapping",
    from: "        client_ip:
          type: string
          description: The address it comes from.
        connected_at:
          type: string
          format: date-time
          description: When it was opened.
          example: '2023-11-07T05:31:56Z'\n",
    to: "        connected_at:
          example: '2023-11-07T05:31:56Z'
          description: When it was opened.
          format: date-time
          type: string
        client_ip:
          description: The address it comes from.
          type: string\n",
};

fn edited(edit: &Edit) -> Input {
    let mut input = Input::shipped();
    assert_eq!(input.text.matches(edit.from).count(), 1, "this stands in the description once:\n{}", edit.from);
    input.text = input.text.replacen(edit.from, edit.to, 1);
    input
}

#[test]
fn an_edit_changes_what_it_must_and_no_more() {
    let before = Input::shipped().files();
    let mut table = String::new();
    for edit in ADDITIVE.iter().chain([&REORDERED]) {
        let after = edited(edit).files();
        writeln!(table, "{}", edit.name).expect("a text takes everything");
        let mut changes = 0;
        let paths: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for path in paths {
            let (old, new) = (before.get(path), after.get(path));
            if old == new {
                continue;
            }
            changes += 1;
            let (added, removed) = difference(old.map_or("", String::as_str), new.map_or("", String::as_str));
            let new_file = if old.is_none() { " (new)" } else { "" };
            assert!(new.is_some(), "an addition deletes no file: {path}");
            writeln!(table, "    {path}{new_file}: +{added} -{removed}").expect("a text takes everything");
        }
        if changes == 0 {
            writeln!(table, "    nothing").expect("a text takes everything");
        }
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("edits", table));
}

/// Nothing that callers could name is gone or different: the list of public items only grows.
#[test]
fn an_addition_leaves_every_public_item_as_it_is() {
    let before = Input::shipped().files();
    let before: Vec<&str> = before["api.txt"].lines().collect();
    for edit in ADDITIVE {
        let after = edited(edit).files();
        let after: Vec<&str> = after["api.txt"].lines().collect();
        assert!(after.len() > before.len(), "{}: something was added", edit.name);
        let gone: Vec<&&str> = before.iter().filter(|line| !after.contains(line)).collect();
        assert!(gone.is_empty(), "{}: {gone:#?}", edit.name);
    }
}

/// The call sites of tests/call_sites.rs, against the crate that each addition makes.
#[test]
fn the_call_sites_compile_after_every_addition() {
    let source = read("tests/tests/call_sites.rs");
    let start = source.find("async fn call_sites(").expect("the call sites are there");
    let end = source[start..].find("\n}\n").expect("the function ends") + "\n}\n".len();
    let body = &source[start..start + end];
    assert!(body.lines().count() > 25, "all of it:\n{body}");
    let mut crates: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for edit in ADDITIVE {
        let mut input = edited(edit);
        let slug = edit.name.replace(' ', "-");
        let name = format!("client-{slug}");
        assert_eq!(input.config.matches("name = \"x-api-client\"").count(), 1);
        input.config = input.config.replacen("name = \"x-api-client\"", &format!("name = \"{name}\""), 1);
        crates.insert(name.clone(), input.files());
        let manifest = format!(
            "[package]\nname = \"calls-{slug}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\nhttp = \"1\"\nserde_json = \"1\"\n\
             x_api_client = {{ package = \"{name}\", path = \"../{name}\", default-features = false }}\n"
        );
        let library = format!(
            "//! Call sites.\nuse http::Method;\nuse x_api_client::{{Client, Error, types::*}};\n\n/// Call sites.\npub {body}"
        );
        let files = [("Cargo.toml".to_owned(), manifest), ("src/lib.rs".to_owned(), library)];
        crates.insert(format!("calls-{slug}"), files.into());
    }
    let yard = Yard::open("edits", &crates);
    yard.run(&["check", "--workspace", "--no-default-features", "--keep-going"]);
}

/// How many lines were added and removed, of the shortest way from one text to the other, as `git diff --numstat --minimal`
/// counts them (Myers 1986, An O(ND) Difference Algorithm and Its Variations, figure 2).
fn difference(old: &str, new: &str) -> (usize, usize) {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let steps = shortest_way(&old, &new);
    // What is added less what is removed is the difference in length.
    let removed = (steps + old.len() - new.len()) / 2;
    (steps - removed, removed)
}

/// The number of lines that are added or removed.
fn shortest_way(old: &[&str], new: &[&str]) -> usize {
    let most = old.len() + new.len();
    // By diagonal: how far into `old` a way of as many steps has come. Diagonal 0 is in the middle.
    let mut reached = vec![0; 2 * most + 3];
    for steps in 0..=most {
        for diagonal in (most - steps..=most + steps).step_by(2) {
            let (less, more) = (reached[diagonal], reached[diagonal + 2]);
            let down = diagonal == most - steps || (diagonal != most + steps && less < more);
            let mut x = if down { more } else { less + 1 };
            while x < old.len() && x + most - diagonal < new.len() && old[x] == new[x + most - diagonal] {
                x += 1;
            }
            reached[diagonal + 1] = x;
            if x >= old.len() && x + most - diagonal >= new.len() {
                return steps;
            }
        }
    }
    most
}

#[test]
fn lines_are_counted_as_a_reader_counts_them() {
    assert_eq!(difference("a\nb\nc\n", "a\nb\nc\n"), (0, 0));
    assert_eq!(difference("a\nb\nc\n", "a\nx\nc\n"), (1, 1));
    assert_eq!(difference("a\nb\nc\nd\n", "b\nc\ne\nd\nf\n"), (2, 1));
    assert_eq!(difference("", "a\nb\n"), (2, 0));
    assert_eq!(difference("a\nb\n", ""), (0, 2));
    assert_eq!(difference("a\nb\nc\na\nb\nb\na\n", "c\nb\na\nb\na\nc\n"), (2, 3));
}
