//! Without the feature `overlay`, an overlay is refused with a sentence that names the feature.
#![cfg(not(feature = "overlay"))]

use spec2crate::source::MemoryLoader;
use spec2crate::{Request, generate};

#[test]
fn an_overlay_is_refused_by_a_build_that_cannot_apply_it() {
    let loader = MemoryLoader::from([
        ("pets.yaml", "openapi: 3.0.3\ninfo: { title: Pets, version: '1' }\npaths: {}\n"),
        ("overlay.yaml", "overlay: 1.0.0\n"),
    ]);
    let outcome =
        generate(&loader, &Request { overlays: vec!["overlay.yaml".to_owned()], ..Request::new("pets.yaml") });
    assert!(!outcome.is_complete());
    assert!(outcome.diagnostics.render(&outcome.sources, false).contains("enable the feature `overlay`"));
}
