//! Patterns of the form `^[class]{n,m}…$`, matched without a regular expression engine.

use std::fmt;

/// A pattern that is a sequence of character classes with counts, anchored at both ends. Built as a constant.
#[derive(Debug)]
pub struct Pattern {
    source: &'static str,
    runs: &'static [Run],
}

/// A character class with the number of times it may stand.
#[derive(Debug)]
pub struct Run {
    ranges: &'static [(char, char)],
    negated: bool,
    min: usize,
    max: usize,
}

impl Run {
    /// `min` to `max` characters from these inclusive ranges; `usize::MAX` is no limit.
    #[must_use]
    pub const fn of(ranges: &'static [(char, char)], min: usize, max: usize) -> Self {
        Self { ranges, negated: false, min, max }
    }

    /// `min` to `max` characters from none of these inclusive ranges; `usize::MAX` is no limit.
    #[must_use]
    pub const fn not(ranges: &'static [(char, char)], min: usize, max: usize) -> Self {
        Self { ranges, negated: true, min, max }
    }

    fn has(&self, c: char) -> bool {
        self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&c)) != self.negated
    }
}

impl Pattern {
    /// A pattern; `source` is the regular expression it stands for, for messages.
    #[must_use]
    pub const fn new(source: &'static str, runs: &'static [Run]) -> Self {
        Self { source, runs }
    }

    /// Whether the whole text matches. The time is proportional to the text's length times the number of classes.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        if let [run] = self.runs {
            // What most patterns are; nothing has to be remembered.
            let length = text.chars().count();
            return (run.min..=run.max).contains(&length) && text.chars().all(|c| run.has(c));
        }
        let chars: Vec<char> = text.chars().collect();
        // `ends[i]` counts the positions before `i` at which the runs so far can end: position `i` is one of them if
        // the count grows there.
        let mut ends = vec![1; chars.len() + 2];
        ends[0] = 0;
        for run in self.runs {
            let mut next = vec![0; chars.len() + 2];
            let mut start = 0;
            for end in 0..=chars.len() {
                if end > 0 && !run.has(chars[end - 1]) {
                    start = end;
                }
                let first = start.max(end.saturating_sub(run.max));
                let reached = end >= run.min && {
                    let last = end - run.min;
                    last >= first && ends[last + 1] > ends[first]
                };
                next[end + 1] = next[end] + usize::from(reached);
            }
            ends = next;
        }
        ends[chars.len() + 1] > ends[chars.len()]
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.source)
    }
}
