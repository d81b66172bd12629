//! Security schemes: how credentials travel and where they come from.

use crate::ir::{Endpoints, EnumValue, Login, Scheme, SchemeKind, Scopes};

use super::Side;
use super::change::{Changes, Effect, Subject};
use super::lines::{Line, Lines};
use super::values::{code, was_is};

/// Compares all schemes, by their names in the document.
pub(super) fn compare(old: Side<'_>, new: Side<'_>, lines: &mut Lines, changes: &mut Changes) {
    for scheme in &old.api.schemes {
        match new.api.schemes.iter().find(|other| other.wire == scheme.wire) {
            Some(other) => both((old, scheme), (new, other), lines, changes),
            None => {
                let own = lines_of(scheme, lines);
                let what = format!("the security scheme {} is removed", code(&scheme.wire));
                changes.say(Subject::Client, Effect::WireOnly, what, &own, (old.place(&scheme.origin), None));
            }
        }
    }
    for scheme in &new.api.schemes {
        if old.api.schemes.iter().all(|other| other.wire != scheme.wire) {
            let own = lines_of(scheme, lines);
            let what = format!("the security scheme {} is added", code(&scheme.wire));
            changes.say(Subject::Client, Effect::WireOnly, what, &own, (None, new.place(&scheme.origin)));
        }
    }
}

fn both(
    (old, before): (Side<'_>, &Scheme),
    (new, after): (Side<'_>, &Scheme),
    lines: &mut Lines,
    changes: &mut Changes,
) {
    // What the setter and the variant are called is in the lines.
    let Scheme { wire, setter: _, variant: _, kind, logins, scopes, docs, origin } = before;
    let places = (old.place(origin), new.place(&after.origin));
    let mut say = |effect, what: String, own: &[Line]| {
        let what = format!("the security scheme {}: {what}", code(wire));
        changes.say(Subject::Client, effect, what, own, places.clone());
    };
    let travels = (travelling(kind), travelling(&after.kind));
    if travels.0 != travels.1 {
        let mut own = lines_of(before, lines);
        own.extend(lines_of(after, lines));
        let effect = if is_refused(kind, &after.kind) { Effect::Breaking } else { Effect::WireOnly };
        say(effect, format!("its credentials are sent another way: {}", was_is(&travels.0, &travels.1)), &own);
    }
    let sources = (coming(kind), coming(&after.kind));
    if sources.0 != sources.1 {
        say(
            Effect::WireOnly,
            format!("its credentials come from another place: {}", was_is(&sources.0, &sources.1)),
            &[],
        );
    }
    for Login { name, endpoints } in logins {
        let Some(other) = after.logins.iter().find(|other| other.name == *name) else { continue };
        let ends = (addresses(endpoints), addresses(&other.endpoints));
        if ends.0 != ends.1 {
            let what = format!("the addresses of its login {}: {}", code(name), was_is(&ends.0, &ends.1));
            say(Effect::WireOnly, what, &[]);
        }
    }
    // Scopes that came, went or are called another way are lines of their enum.
    let words = |scopes: &Option<Scopes>| -> Vec<(String, bool)> {
        let Some(Scopes { name: _, values, unrecognized: _ }) = scopes else { return Vec::new() };
        let one = |EnumValue { wire: _, name, docs, deprecated }: &EnumValue| (format!("{name} {docs}"), *deprecated);
        values.iter().map(one).collect()
    };
    let of_kind = |kind: &SchemeKind| match kind {
        SchemeKind::OAuth2 { scopes, .. } => scopes.clone(),
        _ => Vec::new(),
    };
    if *docs != after.docs || words(scopes) != words(&after.scopes) || of_kind(kind) != of_kind(&after.kind) {
        say(Effect::DocsOnly, "its description differs".to_owned(), &[]);
    }
}

/// The lines of a security scheme.
fn lines_of(scheme: &Scheme, lines: &mut Lines) -> Vec<Line> {
    let setter = format!("ClientBuilder::{}", scheme.setter);
    let variant = format!("AuthScheme::{}", scheme.variant);
    lines.take(|path| path == setter || path == variant)
}

/// Whether no client is built any more with a credential that was set for a scheme: a token is neither a user name with a
/// password nor something that signs, and these are no token.
fn is_refused(old: &SchemeKind, new: &SchemeKind) -> bool {
    let is_pair = |kind: &SchemeKind| matches!(kind, SchemeKind::Basic);
    is_pair(old) != is_pair(new) || matches!(new, SchemeKind::OAuth1)
}

/// How a credential travels.
fn travelling(kind: &SchemeKind) -> String {
    match kind {
        SchemeKind::Bearer | SchemeKind::OAuth2 { .. } | SchemeKind::OpenIdConnect(_) => "a bearer token".to_owned(),
        SchemeKind::Basic => "user name and password".to_owned(),
        SchemeKind::OAuth1 => "a signature (OAuth 1.0a)".to_owned(),
        SchemeKind::ApiKeyHeader(name) => format!("the header {name}"),
        SchemeKind::ApiKeyQuery(name) => format!("the query parameter {name}"),
        SchemeKind::ApiKeyCookie(name) => format!("the cookie {name}"),
        SchemeKind::Other(name) => format!("the header Authorization with {name}"),
    }
}

/// Where a credential comes from.
fn coming(kind: &SchemeKind) -> String {
    match kind {
        SchemeKind::OAuth2 { authorization_url, token_url, scopes: _ } => {
            let urls = [("authorization", authorization_url), ("token", token_url)];
            let shown = urls.iter().filter_map(|(what, url)| Some(format!("{what} {}", url.as_ref()?)));
            format!("OAuth 2.0, {}", shown.collect::<Vec<_>>().join(", "))
        }
        SchemeKind::OpenIdConnect(url) => format!("OpenID Connect, {url}"),
        SchemeKind::Bearer
        | SchemeKind::Basic
        | SchemeKind::OAuth1
        | SchemeKind::ApiKeyHeader(_)
        | SchemeKind::ApiKeyQuery(_)
        | SchemeKind::ApiKeyCookie(_)
        | SchemeKind::Other(_) => String::new(),
    }
}

fn addresses(endpoints: &Endpoints) -> String {
    match endpoints {
        Endpoints::OAuth2 { authorize, token, refresh, revoke, application } => {
            let urls = [("authorize", authorize), ("refresh", refresh), ("revoke", revoke)];
            let mut shown = vec![format!("token {token}")];
            shown.extend(urls.iter().filter_map(|(what, url)| Some(format!("{what} {}", url.as_ref()?))));
            shown.extend(application.then(|| "also for the application itself".to_owned()));
            shown.join(", ")
        }
        Endpoints::OAuth1 { request_token, authorize, access_token } => {
            format!("request {request_token}, authorize {authorize}, access {access_token}")
        }
    }
}
