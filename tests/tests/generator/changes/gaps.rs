//! What cannot be read on one side is no change, and is not passed over either.

use spec2crate::diff::{Effect, Report, When, diff};

use super::{changed, outcome_of, zoo};

/// The body of `addAnimal` leads nowhere.
const BROKEN: (&str, &str) = (
    "application/json: {schema: {$ref: '#/components/schemas/NewAnimal'}}",
    "application/json: {schema: {$ref: '#/components/schemas/Nowhere'}}",
);

/// A parameter that no request can carry.
const SKIPPED: (&str, &str) =
    ("        - {name: reason, in: query, required: true,", "        - {name: 'a reason', in: header, required: true,");

fn compared(old: &str, new: &str) -> Report {
    let (old, new) = (outcome_of(old, "zoo", true), outcome_of(new, "zoo", true));
    diff(&old, &new).expect("both can be read")
}

#[test]
fn an_operation_that_is_left_out_on_one_side_is_named() {
    let broken = changed(&[SKIPPED]);
    let report = compared(&zoo(), &broken);
    assert_eq!(report.effect(), Some(Effect::Breaking), "the crate lacks it");
    assert_eq!(report.changes[0].what, "`DELETE /animals/{id}` cannot be read any more");
    let text = report.markdown();
    assert!(
        text.contains("**Incomplete**: not everything of the descriptions could be read, and 1 operation is left out."),
        "{text}"
    );
    assert!(text.contains("- after: operation `removeAnimal` is left out: S2C0401"), "{text}");
    assert!(text.contains("(zoo.yaml:45)"), "{text}");
    let json = report.to_json();
    assert_eq!(json["gaps"][0]["operation"], "removeAnimal");
    assert_eq!(json["gaps"][0]["line"], 45);

    let report = compared(&broken, &zoo());
    assert!(report.markdown().contains("- before: operation `removeAnimal` is left out: S2C0401"));
    assert_eq!(report.effect(), Some(Effect::Additive));
}

#[test]
fn what_is_left_out_on_both_sides_is_named_and_nothing_is_said_of_it() {
    let broken = changed(&[SKIPPED]);
    let report = compared(&broken, &broken);
    assert_eq!(report.effect(), None);
    assert_eq!(report.gaps.iter().map(|gap| gap.when).collect::<Vec<_>>(), [When::Both]);
    let text = report.markdown();
    assert!(text.starts_with("Nothing changes for callers, as far as the two could be compared.\n"), "{text}");
    assert!(text.contains("- before and after: operation `removeAnimal` is left out"), "{text}");
}

#[test]
fn a_fault_on_one_side_is_named() {
    let report = compared(&zoo(), &changed(&[BROKEN]));
    let text = report.markdown();
    assert!(
        text.contains("**Incomplete**: not everything of the descriptions could be read.\n\n- after: S2C0205"),
        "{text}"
    );
    assert!(compared(&zoo(), &zoo()).gaps.is_empty());
}
