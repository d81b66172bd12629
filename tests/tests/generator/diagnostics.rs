//! The page of diagnostics says what the code says: a section for each code, with its explanation and an example.

use std::collections::BTreeMap;
use std::env;
use std::fs;

use spec2crate::diag::Code;

use crate::documents::{Input, fixtures, read, root};

const PAGE: &str = "generator/DIAGNOSTICS.md";

#[test]
fn the_page_of_diagnostics_is_what_the_code_says() {
    let page = page();
    if env::var("INSTA_UPDATE").is_ok_and(|mode| mode == "always") {
        fs::write(root().join(PAGE), &page).expect("the page can be written");
    }
    assert!(read(PAGE) == page, "{PAGE} is out of date; write it by INSTA_UPDATE=always");
}

fn page() -> String {
    let examples = examples();
    let mut page = String::from(
        "# Diagnostics\n\nWhat spec2crate says about a description or a configuration has a code, which keeps its meaning. \
         Each is listed here\nwith the words of `spec2crate explain CODE`, and with an example. An error keeps the crate from \
         being written; a warning says\nthat less is generated than the description says. All of them come in one run.\n\nThis \
         page is made from the code by a test; do not edit it.\n\n| code | |\n|---|---|\n",
    );
    for code in Code::ALL {
        page.push_str(&format!("| [{code}](#{}) | {} |\n", code.as_str().to_lowercase(), code.title()));
    }
    for code in Code::ALL {
        page.push_str(&format!("\n## {code}\n\n**{}.** {}\n", capital(code.title()), code.explanation()));
        if let Some(example) = examples.get(code) {
            page.push_str(&format!("\n```text\n{}\n```\n", example.trim_end()));
        }
    }
    page
}

/// The shortest finding of each code among those of the fixtures.
fn examples() -> BTreeMap<Code, String> {
    let mut examples: BTreeMap<Code, String> = BTreeMap::new();
    for name in fixtures("reject") {
        let mut outcome = Input::fixture("reject", &name).generate();
        for code in Code::ALL {
            let of_code = outcome.diagnostics.take(|finding| finding.code == *code);
            let rendered = of_code.render(&outcome.sources, false);
            let rendered = rendered.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
            // Findings begin without an indentation, and a blank line stands between two.
            for one in rendered.split("\n\n").filter(|one| !one.is_empty() && one.lines().count() > 3) {
                let shorter = |known: &String| (one.len(), one) < (known.len(), known.as_str());
                if examples.get(code).is_none_or(shorter) {
                    examples.insert(*code, one.to_owned());
                }
            }
        }
    }
    examples
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
