//! A namespace: names are claimed first and given out together, so that no name depends on who came first.

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

use super::Kind;
use super::words::{self, fingerprint, finish};

/// A namespace in which every name stands once.
#[derive(Debug)]
pub struct Scope<K> {
    reserved: BTreeSet<&'static str>,
    claims: Vec<Candidates>,
    kind: PhantomData<K>,
}

/// A name that was asked for; [`Scope::resolve`] gives names in the order of the claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim(pub usize);

/// Names that had to change because they were equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The name that several wanted.
    pub wanted: String,
    /// Who wanted it, with the name each got.
    pub parties: Vec<(Claim, String)>,
    /// True when the configuration gave the name to more than one: nothing can be done about it here.
    pub pinned: bool,
}

#[derive(Debug)]
struct Candidates {
    /// From the shortest to the one that cannot collide.
    texts: Vec<String>,
    pinned: bool,
}

impl<K: Kind> Scope<K> {
    /// An empty namespace in which some names are taken by what every client has.
    #[must_use]
    pub fn new(reserved: &[&'static str]) -> Self {
        Self { reserved: reserved.iter().copied().collect(), claims: Vec::new(), kind: PhantomData }
    }

    /// Asks for a name.
    ///
    /// `wire` is the text it comes from. `qualified` are longer texts to use when the shorter ones collide, each a list
    /// of words such as `["direct message", "status"]`. `suffix` is added where the name is reserved. `unique` must
    /// differ between any two claims of a scope: the JSON pointer.
    pub fn claim(&mut self, wire: &str, qualified: &[String], suffix: &str, unique: &str) -> Claim {
        let case = K::CASE;
        let mut texts = Vec::with_capacity(qualified.len() + 5);
        // A value that is a sentence; other names are joined of many words on purpose.
        texts.extend(words::start(case, wire).filter(|_| case == words::Case::Variant));
        texts.push(words::plain(case, wire));
        texts.extend(qualified.iter().map(|text| words::plain(case, text)));
        // Symbols and case tell values apart, but make no readable name of several words. Symbols come first: beside
        // `-name`, the value `name` keeps its name.
        if !wire.contains(char::is_whitespace) || wire.trim().is_empty() {
            texts.push(words::edges(case, wire));
            texts.push(words::symbols(case, wire));
            texts.push(words::spelled(case, wire));
        }
        texts.push(words::plain(case, &format!("{wire} {}", fingerprint(unique))));
        for text in &mut texts {
            if self.reserved.contains(text.trim_start_matches("r#")) {
                *text = words::plain(case, &format!("{text} {suffix}"));
            }
            *text = finish(case, std::mem::take(text));
        }
        self.claims.push(Candidates { texts, pinned: false });
        Claim(self.claims.len() - 1)
    }

    /// Takes a name that the configuration gives. It never changes, except that a keyword becomes a raw identifier.
    ///
    /// # Errors
    /// Gives the text back when it is no identifier.
    pub fn pin(&mut self, text: &str) -> Result<Claim, String> {
        let finished = finish(K::CASE, text.to_owned());
        if text.is_empty() || finished.trim_start_matches("r#") != text {
            return Err(text.to_owned());
        }
        self.claims.push(Candidates { texts: vec![finished], pinned: true });
        Ok(Claim(self.claims.len() - 1))
    }

    /// Gives every claim its name, in the order of the claims, and says which of them collided.
    #[must_use]
    pub fn resolve(self) -> (Vec<K::Name>, Vec<Clash>) {
        let mut level = vec![0_usize; self.claims.len()];
        let mut clashes: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        loop {
            let mut holders: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            for (index, claim) in self.claims.iter().enumerate() {
                holders.entry(&claim.texts[level[index]]).or_default().push(index);
            }
            let mut moved = false;
            for (text, parties) in holders {
                if parties.len() < 2 {
                    continue;
                }
                if parties.iter().any(|party| level[*party] == 0) {
                    clashes.entry(text.to_owned()).or_default().extend(&parties);
                }
                for party in parties {
                    if level[party] + 1 < self.claims[party].texts.len() {
                        level[party] += 1;
                        moved = true;
                    }
                }
            }
            if !moved {
                break;
            }
        }
        let given = |index: usize| self.claims[index].texts[level[index]].clone();
        let clashes = clashes
            .into_iter()
            .map(|(wanted, parties)| Clash {
                pinned: parties.iter().filter(|party| self.claims[**party].pinned).count() > 1,
                parties: parties.into_iter().map(|party| (Claim(party), given(party))).collect(),
                wanted,
            })
            .collect();
        let names = (0..self.claims.len()).map(|index| K::name(given(index))).collect();
        (names, clashes)
    }
}
