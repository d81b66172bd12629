//! The pipeline from a description to the files of a crate, in memory.

use crate::analyze::{Facts, analyze};
use crate::config::Config;
use crate::diag::{Code, Diagnostics, Origin};
use crate::document::{self, Document};
use crate::embedded::{self, Part};
use crate::emit::{Copied, Package, emit};
use crate::files::FileSet;
use crate::ir::{Answer, Api, Endpoints, Payload, Scheme, SchemeKind, Shape};
use crate::lower::lower;
use crate::package::{Asked, package};
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
    /// Whether faults of the description are warnings: everything else of it is generated then. Otherwise they are errors, and
    /// nothing is complete.
    pub keep_going: bool,
    /// The folder of the crate, which gives the crate its name where nothing else does. Nothing is written here.
    pub out: Option<String>,
    /// Hand-written modules that become part of the crate: name and text.
    pub ext: Vec<(String, String)>,
    /// Programs that become examples of the crate: name and text.
    pub examples: Vec<(String, String)>,
    /// The command that repeats the run, for the first line of every file.
    pub command: String,
}

impl Request {
    /// A request with nothing but a description.
    #[must_use]
    pub fn new(spec: impl Into<String>) -> Self {
        let spec = spec.into();
        let command = format!("spec2crate generate --spec {spec}");
        Self {
            spec,
            config: None,
            name: None,
            overlays: Vec::new(),
            keep_going: false,
            out: None,
            ext: Vec::new(),
            examples: Vec::new(),
            command,
        }
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
    /// What the configuration accepts, each with a reason (`[gaps]`): found, and in the way of nothing.
    pub accepted: Diagnostics,
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
    let mut outcome = run(loader, request);
    if request.keep_going {
        outcome.diagnostics.put_up_with_faults();
        outcome.accepted.put_up_with_faults();
    }
    outcome
}

fn run(loader: &dyn Loader, request: &Request) -> Outcome {
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
        return Outcome { files: None, diagnostics, accepted: Diagnostics::new(), sources, api: None };
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
    document::instantiate(&mut sources, file, &mirror, &mut diagnostics);
    let Some(document) = Document::read(&sources, file, &mirror, &mut diagnostics) else {
        let diagnostics = written(before, diagnostics, &sources);
        return Outcome { files: None, diagnostics, accepted: Diagnostics::new(), sources, api: None };
    };
    let api = lower(&document, &config, &mut diagnostics);
    let accepted = diagnostics.take(|finding| config.gap(&document.reference_to(&finding.origin)).is_some());
    report_unused(&config, &document, &mut diagnostics);
    let facts = analyze(&api);
    let root = Origin::root(file);
    let asked = Asked {
        name: request.name.as_deref(),
        out: request.out.as_deref(),
        spec: &request.spec,
        command: &request.command,
    };
    let package = package(&config, &api, asked, &root, &mut diagnostics);
    report_missing(&config, &request.examples, &mut diagnostics);
    let checked = check_written("ext", &request.ext, &mut sources, &mut diagnostics);
    check_written("examples", &request.examples, &mut sources, &mut diagnostics);
    let files = print(&api, &facts, (&config, &package), request, &mut diagnostics, &root, checked);
    let diagnostics = written(before, diagnostics, &sources);
    let accepted = written(Diagnostics::new(), accepted, &sources);
    Outcome { files, diagnostics, accepted, sources, api: Some(api) }
}

/// Reports entries of the configuration that match nothing. Where only a part of the description is generated, the whole
/// of it is looked at before an entry is called wrong.
fn report_unused(config: &Config, document: &Document<'_>, diagnostics: &mut Diagnostics) {
    if config.unused().is_empty() || !(config.select().is_partial() || config.select().types_only) {
        return config.report_unused(None, diagnostics);
    }
    let whole = config.without_selection();
    let mut aside = Diagnostics::new();
    // What comes of it is of no interest, only which entries it uses.
    let _ = lower(document, &whole, &mut aside);
    aside.iter().for_each(|finding| {
        whole.gap(&document.reference_to(&finding.origin));
    });
    config.report_unused(Some(&whole), diagnostics);
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
    (config, package): (&Config, &Package),
    request: &Request,
    diagnostics: &mut Diagnostics,
    root: &Origin,
    checked: bool,
) -> Option<FileSet> {
    let mut parts = parts(api, facts);
    if !api.types_only && config.package().webhook {
        parts.push(Part::Webhook);
    }
    let copied = Copied {
        runtime: embedded::runtime(&parts),
        parts,
        ext: request.ext.clone(),
        examples: request.examples.clone(),
        manifest: embedded::manifest().to_owned(),
        readme: if api.types_only { embedded::readme_of_types() } else { embedded::readme() }.to_owned(),
    };
    let mut files = match emit(api, facts, package, &copied) {
        Ok(files) => files,
        Err(taken) => {
            diagnostics
                .add(Code::FileTaken, root, taken.to_string())
                .help("rename one of the two in the configuration");
            return None;
        }
    };
    if !checked {
        return Some(files);
    }
    match surface::api(files.iter()) {
        Ok(listing) => {
            let inserted = files.insert("api.txt", listing);
            debug_assert!(inserted.is_ok(), "nothing else is called api.txt");
        }
        Err(unreadable) => {
            diagnostics
                .add(Code::Unreadable, root, format!("a file of the crate cannot be read as Rust: {unreadable}"))
                .help(
                    "this is a defect of the generator, if it is not about what a hand-written file of ext/ declares",
                );
        }
    }
    Some(files)
}

/// Reports examples that the configuration knows features of, and that are not there.
fn report_missing(config: &Config, examples: &[(String, String)], diagnostics: &mut Diagnostics) {
    for name in config.package().examples.keys() {
        if !examples.is_empty() && !examples.iter().any(|(known, _)| known == name) {
            diagnostics
                .add(
                    Code::ConfigUnused,
                    &config.origin_of_crate("examples").child(name),
                    format!("there is no example `{name}`"),
                )
                .help("name a file of the folder of examples, without its ending");
        }
    }
}

/// Whether all hand-written files of a folder are Rust. Each that is not is an error in its own file.
fn check_written(
    folder: &str,
    files: &[(String, String)],
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> bool {
    let mut sound = true;
    for (name, text) in files {
        if let Err(error) = syn::parse_file(text) {
            sound = false;
            let file = sources.add_text(&format!("{folder}/{name}.rs"), text);
            diagnostics
                .add(Code::Unreadable, &Origin::root(file), format!("a hand-written file is no Rust: {error}"))
                .at(first_wrong_line(text), 1)
                .help(format!("it is in the item that begins here; `rustfmt --check` of `{name}.rs` says where"));
        }
    }
    sound
}

/// The line, from 1, where the first item begins that is no Rust: behind the longest beginning of the text that is. Places
/// of tokens would say more, but cost every run a third of its memory.
fn first_wrong_line(text: &str) -> usize {
    let (mut end, mut right) = (0, 0);
    for (index, line) in text.split_inclusive('\n').enumerate() {
        end += line.len();
        let ends_item = !line.starts_with([' ', '\t']) && line.trim_end().ends_with(['}', ';']);
        if ends_item && text.get(..end).is_some_and(|beginning| syn::parse_file(beginning).is_ok()) {
            right = index + 1;
        }
    }
    let blank = text.lines().skip(right).take_while(|line| line.trim().is_empty()).count();
    right + blank + 1
}

/// The parts of the runtime that the description asks for.
fn parts(api: &Api, facts: &Facts) -> Vec<Part> {
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
        (Part::Base64, facts.encoded),
        (Part::Client, !api.types_only),
        (Part::ClosedEnums, api.types.iter().any(|ty| matches!(&ty.shape, Shape::Enum(values) if !values.open))),
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
