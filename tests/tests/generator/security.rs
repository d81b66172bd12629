//! Security schemes and requirements: what of them reaches the model, for every kind there is.

use spec2crate::diag::Code;
use spec2crate::ir::{Api, SchemeKind};
use spec2crate::source::MemoryLoader;
use spec2crate::{Outcome, Request, generate};

const SCHEMES: &str = "\
openapi: 3.2.0
info: {title: Vault, version: '1'}
servers: [{url: 'https://example.com'}]
components:
  securitySchemes:
    basic: {type: http, scheme: Basic}
    bearer: {type: http, scheme: bearer}
    certificate: {type: mutualTLS}
    cookieKey: {type: apiKey, in: cookie, name: sid}
    device:
      type: oauth2
      flows:
        deviceAuthorization:
          deviceAuthorizationUrl: https://example.com/device
          tokenUrl: https://example.com/token
          scopes: {read: Reading.}
    digest: {type: http, scheme: digest}
    headerKey: {type: apiKey, in: header, name: X-Key}
    openId: {type: openIdConnect, openIdConnectUrl: 'https://example.com/.well-known/openid-configuration'}
    queryKey: {type: apiKey, in: query, name: key}
paths:
";

/// A document with one operation per list of requirements.
fn document(requirements: &[&str]) -> String {
    let mut text = SCHEMES.to_owned();
    for (index, requirement) in requirements.iter().enumerate() {
        text.push_str(&format!(
            "  /{index}: {{get: {{operationId: get{index}, security: {requirement}, responses: {{'204': {{description: \
             None.}}}}}}}}\n"
        ));
    }
    text
}

fn of(text: &str) -> Outcome {
    generate(&MemoryLoader::from([("vault.yaml", text)]), &Request::new("vault.yaml"))
}

/// The needs of every operation in words: `a+b|c`, with `-` for no credential at all.
fn needs(api: &Api) -> Vec<String> {
    let alternative = |needs: &Vec<spec2crate::ir::Need>| {
        let names: Vec<String> = needs
            .iter()
            .map(|need| {
                let scopes = need.scopes.iter().map(|scope| format!("({scope})")).collect::<String>();
                format!("{}{scopes}", api.schemes[need.scheme].wire)
            })
            .collect();
        if names.is_empty() { "-".to_owned() } else { names.join("+") }
    };
    let operations = api.operations.iter();
    operations.map(|operation| operation.auth.iter().map(alternative).collect::<Vec<_>>().join("|")).collect()
}

#[test]
fn every_form_of_requirement_reaches_the_model() {
    let table = [
        ("[]", ""),
        ("[{}]", "-"),
        ("[{bearer: []}]", "bearer"),
        ("[{bearer: []}, {basic: []}]", "bearer|basic"),
        ("[{headerKey: [], cookieKey: []}, {queryKey: []}]", "cookieKey+headerKey|queryKey"),
        ("[{}, {digest: []}]", "-|digest"),
        ("[{device: [read]}, {openId: [profile]}]", "device(read)|openId(profile)"),
        // OpenAPI 3.2: a requirement may name its scheme by reference.
        ("[{'#/components/securitySchemes/bearer': []}]", "bearer"),
        ("[{'./vault.yaml#/components/securitySchemes/basic': []}]", "basic"),
        // A certificate belongs to the connection.
        ("[{certificate: []}]", "-"),
        ("[{certificate: [], headerKey: []}, {basic: []}]", "headerKey|basic"),
    ];
    let outcome = of(&document(&table.map(|(requirement, _)| requirement)));
    let said = outcome.diagnostics.render(&outcome.sources, false);
    let codes: Vec<Code> = outcome.diagnostics.iter().map(|found| found.code).collect();
    assert_eq!(codes, [Code::Unsupported], "{said}");
    assert!(said.contains("nothing is generated for the client certificate `certificate`"), "{said}");
    let api = outcome.api.expect("the document can be read");
    // Operations are sorted by path, which is a text.
    let mut expected: Vec<(String, &str)> =
        table.iter().enumerate().map(|(index, (_, needs))| (format!("/{index}"), *needs)).collect();
    expected.sort();
    assert_eq!(needs(&api), expected.iter().map(|(_, needs)| *needs).collect::<Vec<_>>());
}

#[test]
fn every_kind_of_scheme_travels_in_its_own_way() {
    let api = of(&document(&["[{bearer: []}]"])).api.expect("the document can be read");
    let kinds: Vec<(&str, &SchemeKind)> =
        api.schemes.iter().map(|scheme| (scheme.wire.as_str(), &scheme.kind)).collect();
    let oauth2 = SchemeKind::OAuth2 {
        authorization_url: None,
        token_url: Some("https://example.com/token".to_owned()),
        scopes: vec![("read".to_owned(), "Reading.".to_owned())],
    };
    let text = str::to_owned;
    assert_eq!(
        kinds,
        [
            ("basic", &SchemeKind::Basic),
            ("bearer", &SchemeKind::Bearer),
            ("cookieKey", &SchemeKind::ApiKeyCookie(text("sid"))),
            ("device", &oauth2),
            ("digest", &SchemeKind::Other(text("digest"))),
            ("headerKey", &SchemeKind::ApiKeyHeader(text("X-Key"))),
            ("openId", &SchemeKind::OpenIdConnect(text("https://example.com/.well-known/openid-configuration"))),
            ("queryKey", &SchemeKind::ApiKeyQuery(text("key"))),
        ]
    );
}

/// OpenAPI 3.2: a scheme may be in another file, and need not be a component of the description.
#[test]
fn a_scheme_of_another_file_is_one_of_this_description() {
    let text = document(&[
        "[{bearer: []}]",
        "[{'keys.yaml#/components/securitySchemes/outer': []}]",
        "[{'keys.yaml#/components/securitySchemes/bearer': []}, {./session.yaml: []}]",
        "[{own: []}, {'keys.yaml#/components/securitySchemes/own': []}]",
    ]);
    let own = "    own: {$ref: 'keys.yaml#/components/securitySchemes/own'}\n";
    let text = text.replace("    queryKey:", &format!("{own}    queryKey:"));
    let keys = "\
components:
  securitySchemes:
    bearer: {type: http, scheme: bearer}
    outer: {type: apiKey, in: header, name: X-Outer}
    own: {type: apiKey, in: header, name: X-Own}
";
    let session = "{type: apiKey, in: cookie, name: session}";
    let loader = MemoryLoader::from([("vault.yaml", text.as_str()), ("keys.yaml", keys), ("session.yaml", session)]);
    let outcome = generate(&loader, &Request::new("vault.yaml"));
    let said = outcome.diagnostics.render(&outcome.sources, false);
    assert!(outcome.is_complete(), "{said}");
    let api = outcome.api.expect("the document can be read");
    assert_eq!(needs(&api), ["bearer", "outer", "keys bearer|session", "own|own"]);
    let schemes = api.schemes.iter().map(|scheme| scheme.wire.as_str());
    let added: Vec<&str> = schemes.filter(|wire| ["keys bearer", "outer", "own", "session"].contains(wire)).collect();
    assert_eq!(added, ["keys bearer", "outer", "own", "session"], "each is there once");
}

#[test]
fn a_reference_to_no_scheme_is_an_error_and_its_alternative_is_left_out() {
    let outcome = of(&document(&["[{'#/components/securitySchemes/none': []}, {basic: []}]"]));
    let said = outcome.diagnostics.render(&outcome.sources, false);
    assert!(outcome.diagnostics.iter().any(|found| found.code == Code::UnknownScheme), "{said}");
    assert_eq!(needs(&outcome.api.expect("the document can be read")), ["basic"]);
}
