//! The pipeline from a description to the files of a crate, in memory.

use crate::analyze::{Facts, analyze};
use crate::config::Config;
use crate::diag::{Code, Diagnostics, Origin};
use crate::document::{self, Document};
use crate::embedded::{self, Part};
use crate::emit::{Copied, Package, emit};
use crate::files::FileSet;
use crate::ir::{Answer, Api, Endpoints, Payload, Scheme, SchemeKind};
use crate::lower::lower;
use crate::source::{Loader, Sources};
use crate::surface;

/// What to generate from.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The path of the description, as the loader knows it and as headers and diagnostics name it.
    pub spec: String,
    /// The path of the configuration, as the loader knows it.
    pub config: Option<String>,
    /// The name of the crate, in place of the one that the configuration gives.
    pub name: Option<String>,
    /// The paths of overlays, as the loader knows them. They change the description, one after the other, before it is
    /// read; the files that it refers to stay as they are. Needs the feature `overlay`.
    pub overlays: Vec<String>,
    /// Hand-written modules that become part of the crate: name and text.
    pub ext: Vec<(String, String)>,
    /// The command that repeats the run, for the first line of every file.
    pub command: String,
}

impl Request {
    /// A request with nothing but a description.
    #[must_use]
    pub fn new(spec: impl Into<String>) -> Self {
        let spec = spec.into();
        let command = format!("spec2crate generate --spec {spec}");
        Self { spec, config: None, name: None, overlays: Vec::new(), ext: Vec::new(), command }
    }
}

/// What came out.
#[derive(Debug)]
pub struct Outcome {
    /// The crate, with everything that could be generated; absent when the description could not be read at all. With
    /// errors among the diagnostics it is good for looking at, not for writing.
    pub files: Option<FileSet>,
    /// Everything that is wrong or left out.
    pub diagnostics: Diagnostics,
    /// The texts the diagnostics point into.
    pub sources: Sources,
    /// The model the crate was printed from.
    pub api: Option<Api>,
}

impl Outcome {
    /// True when the crate may be written.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.files.is_some() && !self.diagnostics.has_errors()
    }
}

/// Generates a crate in memory.
///
/// All diagnostics come in one run. Parts of the description that are wrong are reported and left out; the rest is
/// generated.
#[must_use]
pub fn generate(loader: &dyn Loader, request: &Request) -> Outcome {
    let mut sources = Sources::new();
    let mut diagnostics = Diagnostics::new();
    let file = sources.load(loader, &request.spec, &mut diagnostics);
    let config = match &request.config {
        Some(path) => sources
            .load_toml(loader, path, &mut diagnostics)
            .and_then(|file| Config::read(&sources, file, &mut diagnostics)),
        None => Some(Config::empty()),
    };
    let (Some(file), Some(config)) = (file, config) else {
        return Outcome { files: None, diagnostics, sources, api: None };
    };
    for path in &request.overlays {
        document::overlay(&mut sources, loader, file, path, &mut diagnostics);
    }
    let before = std::mem::take(&mut diagnostics);
    let mut mirror = config.remote(request.config.as_deref().unwrap_or_default()).to_vec();
    // OpenAPI 3.2: the address by which the document calls itself.
    if let Some(address) = sources.tree(file).and_then(|tree| tree.get("$self")).and_then(serde_json::Value::as_str) {
        mirror.push((address.split('#').next().unwrap_or_default().to_owned(), request.spec.clone()));
    }
    document::load(&mut sources, loader, file, &mirror, &mut diagnostics);
    let Some(document) = Document::read(&sources, file, &mirror, &mut diagnostics) else {
        let diagnostics = written(before, diagnostics, &sources);
        return Outcome { files: None, diagnostics, sources, api: None };
    };
    let api = lower(&document, &config, &mut diagnostics);
    diagnostics.retain(|diagnostic| config.gap(&diagnostic.origin).is_none());
    config.report_unused(&mut diagnostics);
    let facts = analyze(&api);
    let files = print(&api, &facts, &config, request, &mut diagnostics, &Origin::root(file));
    let diagnostics = written(before, diagnostics, &sources);
    Outcome { files, diagnostics, sources, api: Some(api) }
}

/// What was found before and after overlays changed the description, all of it where it is written.
fn written(mut before: Diagnostics, mut after: Diagnostics, sources: &Sources) -> Diagnostics {
    after.relocate(|origin| sources.written(origin));
    before.extend(after);
    before
}

/// The files of the crate, with the list of what callers can name.
fn print(
    api: &Api,
    facts: &Facts,
    config: &Config,
    request: &Request,
    diagnostics: &mut Diagnostics,
    root: &Origin,
) -> Option<FileSet> {
    let mut parts = parts(api);
    if config.package().webhook {
        parts.push(Part::Webhook);
    }
    let copied = Copied {
        runtime: embedded::runtime(&parts),
        parts,
        ext: request.ext.clone(),
        manifest: embedded::manifest().to_owned(),
        readme: embedded::readme().to_owned(),
    };
    let mut files = match emit(api, facts, &package(config, api, request), &copied) {
        Ok(files) => files,
        Err(taken) => {
            diagnostics
                .error(Code::FileTaken, root, taken.to_string())
                .help("rename one of the two in the configuration");
            return None;
        }
    };
    match surface::api(files.iter()) {
        Ok(listing) => {
            let inserted = files.insert("api.txt", listing);
            debug_assert!(inserted.is_ok(), "nothing else is called api.txt");
        }
        Err(unreadable) => {
            diagnostics
                .error(Code::Unreadable, root, format!("a file of the crate cannot be read as Rust: {unreadable}"))
                .help(
                    "if a hand-written file of ext/ is named, correct it; otherwise this is a defect of the generator",
                );
        }
    }
    Some(files)
}

/// The parts of the runtime that the description asks for.
fn parts(api: &Api) -> Vec<Part> {
    let scheme = |fits: fn(&Scheme) -> bool| api.schemes.iter().any(fits);
    let oauth2 = |scheme: &Scheme| match scheme.kind {
        SchemeKind::OAuth2 { .. } | SchemeKind::OpenIdConnect(_) => true,
        // A token that the configuration says how to obtain.
        _ => scheme.logins.iter().any(|login| matches!(login.endpoints, Endpoints::OAuth2 { .. })),
    };
    let bodies = api.operations.iter().filter_map(|operation| operation.body.as_ref());
    let sent: Vec<&Payload> = bodies.flat_map(|body| &body.media).map(|media| &media.payload).collect();
    let answered = api.operations.iter().flat_map(|operation| operation.successes().filter_map(Answer::main));
    let forms = api.operations.iter().flat_map(|operation| &operation.forms).map(|form| &form.payload);
    let needed = [
        (Part::Downloads, answered.map(|media| &media.payload).chain(forms).any(|payload| *payload == Payload::Bytes)),
        (Part::Headers, api.operations.iter().any(|operation| operation.headers.is_some())),
        (Part::Multipart, sent.iter().any(|payload| matches!(payload, Payload::Multipart(_)))),
        (Part::OAuth1, scheme(|scheme| scheme.kind == SchemeKind::OAuth1)),
        (Part::OAuth2, scheme(oauth2)),
        (Part::Pages, api.operations.iter().any(|operation| operation.paging.is_some())),
        (Part::Sequences, sent.iter().any(|payload| matches!(payload, Payload::Sequence(..)))),
        (Part::Streams, api.operations.iter().any(|operation| operation.stream.is_some())),
    ];
    needed.into_iter().filter(|(_, needed)| *needed).map(|(part, _)| part).collect()
}

fn package(config: &Config, api: &Api, request: &Request) -> Package {
    let of = config.package();
    Package {
        name: request.name.clone().or_else(|| of.name.clone()).unwrap_or_else(|| "api-client".to_owned()),
        version: of.version.clone().unwrap_or_else(|| "0.1.0".to_owned()),
        description: of.description.clone().unwrap_or_else(|| format!("A client for {}.", api.info.title)),
        license: of.license.clone().unwrap_or_else(|| "MIT OR Apache-2.0".to_owned()),
        repository: of.repository.clone(),
        documentation: of.documentation.clone(),
        homepage: of.homepage.clone(),
        keywords: of.keywords.clone(),
        categories: of.categories.clone(),
        source: request.spec.clone(),
        command: request.command.clone(),
    }
}
