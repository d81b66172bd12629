//! Shorter names for schemas deep inside others. A name says the way from what owns a schema down to it, and of a long way
//! it leaves out what it says twice, and then what stands in the middle. That depends on nothing but the way itself.

use crate::names::{Case, plain};

use super::label::singular;

/// A name of more letters leaves out what it repeats.
const LONG: usize = 40;
/// A name of more letters leaves out steps between its first one and its last two.
const TOO_LONG: usize = 50;

/// Steps that say on which side of a call a schema stands.
const SIDES: &[&str] = &["request", "response", "form", "multipart", "event", "line", "element"];

/// The names of the way that these steps make, from the shortest to the whole of it.
pub(super) fn forms(steps: &[String]) -> Vec<String> {
    let mut forms = vec![steps.join(" ")];
    if letters(steps) > LONG {
        let mut kept = without_repetition(steps);
        forms.push(kept.join(" "));
        while letters(&kept) > TOO_LONG
            && let Some(middle) = (1..kept.len().saturating_sub(2)).find(|step| !is_side(&kept[*step]))
        {
            kept.remove(middle);
            forms.push(kept.join(" "));
        }
    }
    forms.reverse();
    // What tells two long ways apart is often their first step.
    if forms.len() > 2
        && let [owner, rest @ ..] = steps
        && let Some(first) = rest.iter().position(|step| !is_side(step))
        && first + 1 < rest.len()
    {
        let ends = [std::slice::from_ref(owner), &rest[..=first], &rest[rest.len() - 1..]].concat();
        forms.insert(1, ends.join(" "));
    }
    forms.dedup();
    forms
}

/// How long the name of the steps is.
fn letters(steps: &[String]) -> usize {
    let plainly = steps.iter().all(|step| step.is_ascii())
        && steps.first().is_some_and(|first| first.starts_with(|c: char| c.is_ascii_alphabetic()));
    if plainly {
        // A name has the letters and digits of its words, whatever their case.
        return steps.iter().flat_map(|step| step.bytes()).filter(u8::is_ascii_alphanumeric).count();
    }
    plain(Case::Type, &steps.join(" ")).chars().count()
}

/// Whether a step tells what is sent from what is received, or one answer from another.
fn is_side(step: &str) -> bool {
    SIDES.contains(&step) || step.bytes().all(|byte| byte.is_ascii_digit())
}

/// The steps without those whose words stand before them already, and the last one without what it shares with the
/// first.
fn without_repetition(steps: &[String]) -> Vec<String> {
    let Some((first, rest)) = steps.split_first() else { return Vec::new() };
    let mut kept = vec![first.clone()];
    let mut said = words(first);
    for (index, step) in rest.iter().enumerate() {
        let own = words(step);
        if index + 1 < rest.len() {
            if !is_side(step) && !own.is_empty() && said.windows(own.len()).any(|part| part == own) {
                continue;
            }
            kept.push(step.clone());
        } else {
            kept.push(without_shared(step, &own, &words(first)));
        }
        said.extend(own);
    }
    kept
}

/// A step without the words that it starts and ends with like its owner, as far as others are left.
fn without_shared(step: &str, own: &[String], owner: &[String]) -> String {
    let spoken = plain(Case::Value, step);
    let spoken: Vec<&str> = spoken.trim_start_matches("r#").split('_').collect();
    if spoken.len() != own.len() {
        return step.to_owned();
    }
    let shared = |pairs: &mut dyn Iterator<Item = (&String, &String)>| pairs.take_while(|(a, b)| a == b).count();
    let start = shared(&mut own.iter().zip(owner));
    let end = shared(&mut own.iter().rev().zip(owner.iter().rev()));
    if start + end == 0 || start + end >= own.len() {
        return step.to_owned();
    }
    spoken[start..spoken.len() - end].join(" ")
}

/// The words of a step, each in the singular.
fn words(step: &str) -> Vec<String> {
    let text = plain(Case::Value, step);
    text.trim_start_matches("r#").split('_').filter(|word| !word.is_empty()).map(singular).collect()
}

#[cfg(test)]
mod tests {
    use super::{Case, forms, letters, plain};

    fn of(steps: &[&str]) -> Vec<String> {
        forms(&steps.iter().map(|step| (*step).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn the_letters_are_those_of_the_name() {
        for text in ["order total", "OAuth2 userIDs", "a-b_c.d 12 é", "12 iOS", "x", "HTTPServer x2y", "{a} b", ""] {
            let steps: Vec<String> = text.split(' ').map(str::to_owned).collect();
            assert_eq!(letters(&steps), plain(Case::Type, text).chars().count(), "{text}");
        }
    }

    #[test]
    fn a_short_way_is_said_in_full() {
        assert_eq!(of(&["order", "order", "total"]), ["order order total"]);
    }

    #[test]
    fn a_long_way_does_not_repeat_itself() {
        assert_eq!(
            of(&["WebhookPullRequestUnlocked", "pull_request", "base", "repo", "created_at"]),
            [
                "WebhookPullRequestUnlocked base repo created_at",
                "WebhookPullRequestUnlocked pull_request base repo created_at",
            ]
        );
        assert_eq!(
            of(&["ResponsesServerEvent", "ResponseAudioTranscriptDoneEvent"])[0],
            "ResponsesServerEvent audio transcript done"
        );
    }

    #[test]
    fn of_a_very_long_way_the_middle_goes_first() {
        let forms =
            of(&["createReport", "request", "filters", "conditions", "nested_groups", "comparison", "operator"]);
        assert_eq!(forms[0], "createReport request nested_groups comparison operator");
        assert_eq!(
            forms.last().map(String::as_str),
            Some("createReport request filters conditions nested_groups comparison operator")
        );
    }

    #[test]
    fn the_side_of_a_call_stays() {
        let forms =
            of(&["updateNotificationPreferences", "request", "channels", "electronic_mail", "schedule", "frequency"]);
        assert!(forms.iter().all(|form| form.contains(" request ")), "{forms:?}");
    }
}
