//! Why a run failed, in a line.

/// What a table has room for.
const LONGEST: usize = 110;

/// The line that says most of what a command printed before it failed: the first error of the compiler and their number, the
/// message of a panic, or the first line.
pub(super) fn reason(said: &str) -> String {
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let after = |text: &str| lines.iter().position(|line| line.contains(text)).and_then(|at| lines.get(at + 1));
    let count = lines.iter().find_map(|line| {
        let (_, rest) = line.split_once("could not compile")?.1.split_once("due to ")?;
        Some(rest.split(';').next().unwrap_or(rest))
    });
    let error = lines.iter().find(|line| line.starts_with("error"));
    let text = match (count, error, after("panicked at")) {
        (Some(count), Some(error), _) => format!("{count}, first: {error}"),
        (None, _, Some(message)) => format!("panics: {message}"),
        (_, Some(error), _) => (*error).to_owned(),
        _ => lines.first().map_or_else(|| "it says nothing".to_owned(), |line| (*line).to_owned()),
    };
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(&text).trim_end()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_compiler_are_counted() {
        let said = "warning: unused\nerror[E0277]: the trait bound is not satisfied\n  --> src/lib.rs\n\
                    error: could not compile `measured` (lib) due to 275 previous errors; 3 warnings emitted\n";
        assert_eq!(reason(said), "275 previous errors, first: error[E0277]: the trait bound is not satisfied");
    }

    #[test]
    fn panics_give_their_message() {
        let said = "\nthread 'main' (1) panicked at src/method.rs:2057:23:\nnot yet implemented: more media types\nnote: run\n";
        assert_eq!(reason(said), "panics: not yet implemented: more media types");
    }

    #[test]
    fn what_is_long_is_cut() {
        assert_eq!(reason("error: no such file\nmore"), "error: no such file");
        assert_eq!(reason(" \n"), "it says nothing");
        let cut = reason(&"ä".repeat(200));
        assert_eq!(cut, format!("{}…", "ä".repeat(LONGEST)));
    }
}
