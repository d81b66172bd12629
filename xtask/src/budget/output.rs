//! Counting lines and bytes of what is generated.

use std::path::Path;

use anyhow::Context;
use spec2crate::sync::DiskLoader;
use spec2crate::{Outcome, Request, generate};

use super::table::{Figure, Kind};
use super::{LARGE, LARGE_CONFIG, figure};
use crate::codegen;

/// Counts both.
pub(super) fn count(root: &Path, has_large: bool) -> anyhow::Result<Vec<Figure>> {
    let mut figures = figures("generated/", &generate(&DiskLoader::new(root), &codegen::request(root)?))?;
    if has_large {
        figures.extend(self::figures("x.json, generated", &large(root)?)?);
    }
    Ok(figures)
}

/// Generates from the large description.
pub(super) fn large(root: &Path) -> anyhow::Result<Outcome> {
    let mut request = Request::new(LARGE);
    request.name = Some("x".to_owned());
    request.config = Some(LARGE_CONFIG.to_owned());
    let outcome = generate(&DiskLoader::new(root), &request);
    outcome.files.is_some().then_some(outcome).with_context(|| format!("nothing is generated from {LARGE}"))
}

fn figures(name: &str, outcome: &Outcome) -> anyhow::Result<Vec<Figure>> {
    let files = outcome.files.as_ref().with_context(|| format!("nothing is generated for {name}"))?;
    let (mut lines, mut bytes) = (0, 0);
    for (_, text) in files.iter() {
        lines += text.lines().count() as u64;
        bytes += text.len() as u64;
    }
    Ok(vec![figure(format!("bytes: {name}"), Kind::Size, bytes), figure(format!("lines: {name}"), Kind::Size, lines)])
}
