//! What the equality excuses, and what it does not.

use serde_json::{Value, json};
use tests::equality::Schemas;

const DESCRIPTION: &str = "
components:
  schemas:
    Closed:
      type: object
      required: [must]
      properties:
        must: {}
        may: { type: string }
        map: { type: object, additionalProperties: { type: integer } }
        some: { type: object, properties: { one: {} } }
        list: { type: array, items: { $ref: '#/components/schemas/Open' } }
        union:
          oneOf:
            - allOf: [{ $ref: '#/components/schemas/Open' }, { required: [open] }]
            - $ref: '#/components/schemas/Closed'
    Open:
      type: object
      additionalProperties: true
      properties:
        open: { type: integer }
        list: { type: array, items: { type: integer } }
        single: { type: number, format: float }
";

fn difference(schema: &str, left: Value, right: Value) -> Option<String> {
    let schemas = Schemas::read(DESCRIPTION).expect("it is YAML");
    let schema = json!({ "$ref": format!("#/components/schemas/{schema}") });
    let there = schemas.difference(&schema, &left, &right);
    let back = schemas.difference(&schema, &right, &left);
    assert_eq!(there.is_some(), back.is_some(), "an equality is symmetric: {left} and {right}");
    there
}

#[test]
fn what_counts_as_absent() {
    for other in [
        json!({ "must": 1, "may": null }),
        json!({ "must": 1, "list": [] }),
        json!({ "must": 1, "list": null }),
        json!({ "must": 1, "map": {} }),
    ] {
        assert_eq!(difference("Closed", json!({ "must": 1 }), other), None);
    }
    // A required member is there even if it is null or empty.
    assert!(difference("Closed", json!({ "must": null }), json!({})).is_some());
    assert!(difference("Closed", json!({ "must": [] }), json!({ "must": null })).is_some());
    // What is not listed is as it is.
    assert!(difference("Open", json!({ "new": null }), json!({})).is_some());
    assert!(difference("Open", json!({ "new": [] }), json!({})).is_some());
    assert!(difference("Open", json!({ "new": { "a": null } }), json!({ "new": {} })).is_some());
    // Empty is not absent where it is neither a list nor a map.
    assert!(difference("Closed", json!({ "must": 1, "some": {} }), json!({ "must": 1 })).is_some());
    assert!(difference("Closed", json!({ "must": {} }), json!({ "must": null })).is_some());
    assert!(difference("Closed", json!({ "may": "" }), json!({})).is_some());
    assert!(difference("Open", json!({ "open": 0 }), json!({})).is_some());
    // An element is not a member.
    assert!(difference("Closed", json!({ "list": [null] }), json!({ "list": [] })).is_some());
}

#[test]
fn members_outside_the_schema() {
    assert_eq!(difference("Closed", json!({ "new": 1 }), json!({})), None);
    assert_eq!(difference("Closed", json!({ "new": 1 }), json!({ "new": 2 })), None);
    assert!(difference("Open", json!({ "new": 1 }), json!({})).is_some());
    assert!(difference("Open", json!({ "new": 1 }), json!({ "new": 2 })).is_some());
    // At any depth, and in the arm of a union that the value is.
    assert!(difference("Closed", json!({ "list": [{ "new": 1 }] }), json!({ "list": [{}] })).is_some());
    assert!(
        difference("Closed", json!({ "union": { "open": 1, "new": 1 } }), json!({ "union": { "open": 1 } })).is_some()
    );
    assert_eq!(
        difference("Closed", json!({ "union": { "must": 1, "new": 1 } }), json!({ "union": { "must": 1 } })),
        None
    );
}

#[test]
fn numbers_are_compared_by_value() -> Result<(), serde_json::Error> {
    let read = |text: &str| serde_json::from_str::<Value>(text);
    for (left, right) in [("1", "1.0"), ("100", "1e2"), ("0", "-0.0"), ("18446744073709551615", "18446744073709551615")]
    {
        assert_eq!(difference("Open", json!({ "open": read(left)? }), json!({ "open": read(right)? })), None, "{left}");
        assert_eq!(
            difference("Open", json!({ "new": [read(left)?] }), json!({ "new": [read(right)?] })),
            None,
            "{left}"
        );
    }
    // Single precision is what the schema says that there is.
    let single = |text: &str| read(text).map(|number| json!({ "single": number }));
    assert_eq!(difference("Open", single("0.897599995136261")?, single("0.8976")?), None);
    assert!(difference("Open", single("0.8976")?, single("0.8977")?).is_some());
    // A double next to the integer is another number.
    for (left, right) in [("1", "1.5"), ("9007199254740993", "9007199254740992.0"), ("1", "\"1\""), ("1", "true")] {
        assert!(
            difference("Open", json!({ "open": read(left)? }), json!({ "open": read(right)? })).is_some(),
            "{left}"
        );
    }
    Ok(())
}

#[test]
fn differences_name_their_place() {
    let list = |numbers: &[i32]| json!({ "list": [{ "open": 1, "list": numbers }] });
    assert_eq!(difference("Closed", list(&[1, 2]), list(&[1, 3])).as_deref(), Some("$.list[0].list[1]: 2, and 3"));
    let lengths = difference("Closed", list(&[1, 2]), list(&[1]));
    assert_eq!(lengths.as_deref(), Some("$.list[0].list: 2 elements, and 1 elements"));
    let missing = difference("Closed", json!({ "may": "a" }), json!({}));
    assert_eq!(missing.as_deref(), Some("$.may: \"a\", and nothing"));
    assert!(difference("Closed", list(&[1, 2]), list(&[2, 1])).is_some(), "order counts");
    assert!(difference("Closed", json!({ "may": {} }), json!({ "may": [1] })).is_some());
}
