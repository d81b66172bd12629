//! A namespace: names are claimed first and given out together, so that no name depends on who came first.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::marker::PhantomData;

use super::Kind;
use super::words::{self, Case, fingerprint, finish};

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

/// The names that a claim may get, from the shortest to the one that cannot collide. Few claims ever need more than their
/// first, so that the others are only made when they are asked for.
#[derive(Debug)]
struct Candidates {
    texts: Vec<String>,
    /// What the next ones are made of, the last of them first.
    recipes: Vec<Recipe>,
    wire: String,
    suffix: String,
    pinned: bool,
}

/// How a name is made of the text it comes from.
#[derive(Debug)]
enum Recipe {
    /// [`words::start`], where the text is a sentence.
    Start,
    /// [`words::plain`].
    Plain,
    /// [`words::plain`] of a longer text.
    Qualified(String),
    /// [`words::edges`].
    Edges,
    /// [`words::symbols`].
    Symbols,
    /// [`words::spelled`].
    Spelled,
    /// [`words::plain`] with the fingerprint of what no other claim has.
    Unique(String),
    /// Longer texts that nobody has made yet.
    Later,
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
        self.claim_by(wire, qualified.iter().rev().map(|text| Recipe::Qualified(text.clone())), suffix, unique)
    }

    /// Asks for a name as [`Scope::claim`] does, but leaves the longer texts to [`Scope::resolve_with`], which asks for them
    /// where the shorter ones collide.
    pub fn claim_short(&mut self, wire: &str, suffix: &str, unique: &str) -> Claim {
        self.claim_by(wire, iter::once(Recipe::Later), suffix, unique)
    }

    fn claim_by(
        &mut self,
        wire: &str,
        qualified: impl ExactSizeIterator<Item = Recipe>,
        suffix: &str,
        unique: &str,
    ) -> Claim {
        let mut recipes = Vec::with_capacity(qualified.len() + 6);
        recipes.push(Recipe::Unique(unique.to_owned()));
        // Symbols and case tell values apart, but make no readable name of several words. Symbols come first: beside
        // `-name`, the value `name` keeps its name.
        if !wire.contains(char::is_whitespace) || wire.trim().is_empty() {
            recipes.extend([Recipe::Spelled, Recipe::Symbols, Recipe::Edges]);
        }
        recipes.extend(qualified);
        recipes.push(Recipe::Plain);
        // A value that is a sentence; other names are joined of many words on purpose.
        if K::CASE == Case::Variant {
            recipes.push(Recipe::Start);
        }
        let (texts, wire, suffix) = (Vec::with_capacity(1), wire.to_owned(), suffix.to_owned());
        let mut candidates = Candidates { texts, recipes, wire, suffix, pinned: false };
        candidates.reach(K::CASE, &self.reserved, 0, &mut Vec::new);
        self.claims.push(candidates);
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
        let (recipes, wire, suffix) = (Vec::new(), String::new(), String::new());
        self.claims.push(Candidates { texts: vec![finished], recipes, wire, suffix, pinned: true });
        Ok(Claim(self.claims.len() - 1))
    }

    /// Gives every claim its name, in the order of the claims, and says which of them collided.
    #[must_use]
    pub fn resolve(self) -> (Vec<K::Name>, Vec<Clash>) {
        self.resolve_with(|_| Vec::new())
    }

    /// [`Scope::resolve`], where `longer` gives the longer texts of what was asked for by [`Scope::claim_short`].
    #[must_use]
    pub fn resolve_with(mut self, longer: impl Fn(Claim) -> Vec<String>) -> (Vec<K::Name>, Vec<Clash>) {
        let mut level = vec![0_usize; self.claims.len()];
        let mut clashes: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        loop {
            let mut holders: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            for (index, claim) in self.claims.iter().enumerate() {
                holders.entry(&claim.texts[level[index]]).or_default().push(index);
            }
            let mut shared = Vec::new();
            for (text, parties) in holders.into_iter().filter(|(_, parties)| parties.len() > 1) {
                if parties.iter().any(|party| level[*party] == 0) {
                    clashes.entry(text.to_owned()).or_default().extend(&parties);
                }
                shared.extend(parties);
            }
            let mut moved = false;
            for party in shared {
                let mut longer = || longer(Claim(party));
                if self.claims[party].reach(K::CASE, &self.reserved, level[party] + 1, &mut longer) {
                    level[party] += 1;
                    moved = true;
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

impl Candidates {
    /// Makes the names up to the one at `level`. False if there are not so many.
    fn reach(
        &mut self,
        case: Case,
        reserved: &BTreeSet<&'static str>,
        level: usize,
        longer: &mut dyn FnMut() -> Vec<String>,
    ) -> bool {
        while self.texts.len() <= level {
            let Some(recipe) = self.recipes.pop() else { return false };
            if matches!(recipe, Recipe::Later) {
                self.recipes.extend(longer().into_iter().rev().map(Recipe::Qualified));
                continue;
            }
            if let Some(text) = recipe.name(case, &self.wire) {
                self.texts.push(available(case, text, reserved, &self.suffix));
            }
        }
        true
    }
}

impl Recipe {
    /// The name; absent where the text is none that this is for.
    fn name(&self, case: Case, wire: &str) -> Option<String> {
        match self {
            Self::Start => words::start(case, wire),
            Self::Plain => Some(words::plain(case, wire)),
            Self::Qualified(text) => Some(words::plain(case, text)),
            Self::Edges => Some(words::edges(case, wire)),
            Self::Symbols => Some(words::symbols(case, wire)),
            Self::Spelled => Some(words::spelled(case, wire)),
            Self::Unique(unique) => Some(words::plain(case, &format!("{wire} {}", fingerprint(unique)))),
            Self::Later => None,
        }
    }
}

/// A name that is no keyword, and not reserved.
fn available(case: Case, text: String, reserved: &BTreeSet<&'static str>, suffix: &str) -> String {
    let text = if reserved.contains(text.trim_start_matches("r#")) {
        words::plain(case, &format!("{text} {suffix}"))
    } else {
        text
    };
    finish(case, text)
}
