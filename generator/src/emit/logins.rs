//! Logins: a constant per server that hands out tokens, and an enum per scheme for the scopes a login asks for.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::files::{FileSet, Inside, Member, Taken};
use crate::ir::{Endpoints, EnumValue, Literal, Login, Scheme, Scopes};

use super::docs::{Docs, code, link};
use super::enums::{self, trait_impl};
use super::example::crate_name;
use super::scope::{Context, File};

/// So many scopes can an example show.
const MOST: usize = 4;

/// A module with logins.
pub(super) struct Module {
    /// Its name.
    pub(super) module: &'static str,
    /// Its declaration, up to the name.
    pub(super) keyword: &'static str,
    fits: fn(&Login) -> bool,
}

/// The modules with logins, each behind the feature of its protocol.
pub(super) const MODULES: &[Module] = &[
    Module {
        module: "oauth1_login",
        keyword: "#[cfg(feature = \"oauth1\")]\nmod",
        fits: |login| matches!(login.endpoints, Endpoints::OAuth1 { .. }),
    },
    Module {
        module: "oauth2_login",
        keyword: "#[cfg(feature = \"oauth2\")]\nmod",
        fits: |login| matches!(login.endpoints, Endpoints::OAuth2 { .. }),
    },
];

impl Module {
    /// True where a scheme has a login of this kind.
    pub(super) fn is_needed(&self, cx: Context<'_>) -> bool {
        self.logins(cx).next().is_some()
    }

    fn logins<'a>(&self, cx: Context<'a>) -> impl Iterator<Item = (&'a Scheme, &'a Login)> {
        let fits = self.fits;
        all(cx).filter(move |(_, login)| fits(login))
    }
}

fn all(cx: Context<'_>) -> impl Iterator<Item = (&Scheme, &Login)> {
    cx.api.schemes.iter().flat_map(|scheme| scheme.logins.iter().map(move |login| (scheme, login)))
}

/// Prints the files with logins.
pub(super) fn emit(cx: Context<'_>, files: &mut FileSet) -> Result<(), Taken> {
    for module in MODULES.iter().filter(|module| module.is_needed(cx)) {
        let mut file = File::new(cx, None);
        let oauth1 = module.module == "oauth1_login";
        let protocol = if oauth1 { "OAuth 1.0a" } else { "OAuth 2.0" };
        file.about(vec![format!("Where users and applications log in by {protocol}.")]);
        let constants = module.logins(cx).map(|(scheme, login)| constant(cx, scheme, login)).collect();
        let endpoints = file.runtime(if oauth1 { "OAuth1Endpoints" } else { "Endpoints" });
        file.source.container(&[], quote! { impl #endpoints }, Inside::Methods, constants);
        if !oauth1 {
            for scheme in &cx.api.schemes {
                if let Some(scopes) = &scheme.scopes {
                    scope_enum(&mut file, scheme, scopes);
                }
            }
        }
        files.insert(format!("src/{}.rs", module.module), file.finish())?;
    }
    Ok(())
}

/// What the documentation of the crate says about logging in.
pub(super) fn about(cx: Context<'_>, docs: &mut Docs) {
    let list: Vec<String> = all(cx)
        .map(|(scheme, login)| {
            let name = path(login);
            let about = match &login.endpoints {
                Endpoints::OAuth2 { authorize: Some(_), .. } => {
                    "users log in by OAuth 2.0 with PKCE (feature `oauth2`)"
                }
                Endpoints::OAuth2 { .. } => "the application logs in by itself (feature `oauth2`)",
                Endpoints::OAuth1 { .. } => "users log in by OAuth 1.0a (feature `oauth1`)",
            };
            format!("- `{name}`, for {}: {about}", code(&scheme.wire))
        })
        .collect();
    if !list.is_empty() {
        docs.paragraph("Where tokens come from is known for these; the documentation of each constant has an example:");
        docs.paragraph(list.join("\n"));
    }
}

/// The values of the README's placeholders; without a login of users they have none, and their lines are left out.
pub(super) fn readme(cx: Context<'_>) -> Vec<(&'static str, Option<String>)> {
    let user = all(cx).find(|(_, login)| matches!(login.endpoints, Endpoints::OAuth2 { authorize: Some(_), .. }));
    let of = |text: &dyn Fn(&Scheme, &Login) -> String| user.map(|(scheme, login)| text(scheme, login));
    vec![
        ("user-login", of(&|_, _| String::new())),
        (
            "user-login-uses",
            of(&|scheme, _| match &scheme.scopes {
                Some(scopes) => format!("{{Client, {}}}", scopes.name),
                None => "Client".to_owned(),
            }),
        ),
        ("user-login-name", of(&|_, login| upper(login).to_string())),
        (
            "user-login-scopes",
            of(&|scheme, _| {
                match &scheme.scopes {
                    Some(scopes) => shown(cx, scheme, scopes, true)
                        .iter()
                        .map(|scope| format!("{}::{scope}", scopes.name))
                        .collect::<Vec<_>>(),
                    None => vec!["\"scope\"".to_owned()],
                }
                .join(", ")
            }),
        ),
        ("user-login-setter", of(&|scheme, _| scheme.setter.to_string())),
    ]
}

fn upper(login: &Login) -> Ident {
    format_ident!("{}", login.name.bare().to_uppercase())
}

/// The constant of a login as a path from the crate's root.
pub(super) fn path(login: &Login) -> String {
    match login.endpoints {
        Endpoints::OAuth2 { .. } => format!("runtime::Endpoints::{}", upper(login)),
        Endpoints::OAuth1 { .. } => format!("runtime::OAuth1Endpoints::{}", upper(login)),
    }
}

fn constant(cx: Context<'_>, scheme: &Scheme, login: &Login) -> Member {
    let name = upper(login);
    let empty = String::new();
    let value = match &login.endpoints {
        Endpoints::OAuth2 { authorize, token, refresh, revoke, .. } => {
            let (authorize, revoke) = (authorize.as_ref().unwrap_or(&empty), revoke.as_ref().unwrap_or(&empty));
            match refresh {
                Some(refresh) => quote! { Self::with_refresh(#authorize, #token, #refresh, #revoke) },
                None => quote! { Self::new(#authorize, #token, #revoke) },
            }
        }
        Endpoints::OAuth1 { request_token, authorize, access_token } => {
            quote! { Self::new(#request_token, #authorize, #access_token) }
        }
    };
    let mut docs = Docs::sentence(format!("Where the tokens of {} come from.", code(&scheme.wire)));
    for line in places(&login.endpoints) {
        docs.paragraph(line);
    }
    match &login.endpoints {
        Endpoints::OAuth2 { authorize, application, .. } => {
            if authorize.is_some() {
                docs.example(user_example(cx, scheme, login));
            }
            if *application {
                if authorize.is_some() {
                    docs.paragraph("The application can log in by itself, too:");
                }
                docs.example(application_example(cx, scheme, login));
            }
        }
        Endpoints::OAuth1 { .. } => {
            docs.example(oauth1_example(cx, scheme, login));
        }
    }
    Member::new(docs.lines(), quote! { pub const #name: Self = #value; })
}

/// What is at which address.
fn places(endpoints: &Endpoints) -> Vec<String> {
    match endpoints {
        Endpoints::OAuth2 { authorize, token, refresh, revoke, .. } => {
            let mut lines = Vec::new();
            lines.extend(authorize.as_ref().map(|url| format!("Users agree at {}.", link(url))));
            lines.push(format!("Tokens are obtained at {}.", link(token)));
            lines.extend(refresh.as_ref().map(|url| format!("They are renewed at {}.", link(url))));
            lines.extend(revoke.as_ref().map(|url| format!("They are revoked at {}.", link(url))));
            lines
        }
        Endpoints::OAuth1 { authorize, .. } => vec![format!("Users agree at {}.", link(authorize))],
    }
}

/// The scopes that an example asks for: those of the first operation that says which it needs, or else the first one,
/// and for users whatever lets a token be renewed.
fn shown(cx: Context<'_>, scheme: &Scheme, scopes: &Scopes, user: bool) -> Vec<String> {
    let needs = cx.api.operations.iter().flat_map(|operation| operation.auth.iter().flatten());
    let needed = needs
        .filter(|need| cx.api.schemes.get(need.scheme) == Some(scheme))
        .map(|need| &need.scopes)
        .find(|needed| !needed.is_empty() && needed.len() <= MOST);
    let text = |value: &EnumValue| match &value.wire {
        Literal::Text(text) => text.clone(),
        _ => String::new(),
    };
    let offline = |value: &EnumValue| text(value).starts_with("offline");
    let first = scopes.values.iter().find(|value| !offline(value)).map(text);
    let wanted = |value: &EnumValue| match needed {
        Some(needed) => needed.contains(&text(value)),
        None => first.as_ref() == Some(&text(value)),
    };
    scopes
        .values
        .iter()
        .filter(|value| if offline(value) { user } else { wanted(value) })
        .map(|value| value.name.to_string())
        .collect()
}

/// The `use` lines, the signature and the end of an example.
fn program(cx: Context<'_>, names: &[&str], scopes: Option<&Scopes>, body: &[String]) -> Vec<String> {
    let krate = crate_name(cx);
    let client = match scopes {
        Some(scopes) => format!("use {krate}::{{Client, {} as Scope}};", scopes.name),
        None => format!("use {krate}::Client;"),
    };
    let mut lines: Vec<String> = vec![format!("use {krate}::runtime::{{{}}};", names.join(", ")), client];
    lines.extend(
        ["", "# #[cfg(feature = \"reqwest013\")]", "# async fn example() -> Result<(), Box<dyn std::error::Error>> {"]
            .map(str::to_owned),
    );
    lines.extend(body.iter().cloned());
    lines.extend(["# Ok(())", "# }"].map(str::to_owned));
    lines
}

fn user_example(cx: Context<'_>, scheme: &Scheme, login: &Login) -> Vec<String> {
    let name = upper(login);
    let scopes = match &scheme.scopes {
        Some(scopes) => {
            let scopes: Vec<String> =
                shown(cx, scheme, scopes, true).iter().map(|scope| format!("Scope::{scope}")).collect();
            format!("[{}]", scopes.join(", "))
        }
        None => "[\"scope\"]".to_owned(),
    };
    let body = [
        format!("let app = OAuth2::builder(Endpoints::{name}, \"client id\")"),
        "    .redirect_uri(\"http://127.0.0.1:8080/callback\")".to_owned(),
        "    .build()?;".to_owned(),
        "let user = UserToken::new(app.clone(), FileStore::new(\"token.json\"));".to_owned(),
        String::new(),
        "// Once per user: the browser comes back to this machine with a code.".to_owned(),
        format!("let (url, login) = app.login({scopes})?;"),
        "let listener = TcpListener::bind(\"127.0.0.1:8080\")?;".to_owned(),
        "println!(\"Open {url}\");".to_owned(),
        "let (mut browser, _) = listener.accept()?;".to_owned(),
        "let mut request = String::new();".to_owned(),
        "BufReader::new(&browser).read_line(&mut request)?;".to_owned(),
        "browser.write_all(b\"HTTP/1.1 200 OK\\r\\nconnection: close\\r\\n\\r\\nYou can close this window.\")?;"
            .to_owned(),
        "let redirected_to = request.split(' ').nth(1).unwrap_or_default();".to_owned(),
        "user.log_in(&login, redirected_to).await?;".to_owned(),
        String::new(),
        "// From now on tokens come from the file, are renewed before they expire, and are saved again.".to_owned(),
        format!("let client = Client::builder().{}(user).build()?;", scheme.setter),
    ];
    let names = ["Endpoints", "FileStore", "OAuth2", "UserToken"];
    let mut lines: Vec<String> =
        ["use std::io::{BufRead, BufReader, Write};", "use std::net::TcpListener;", ""].map(str::to_owned).into();
    lines.extend(program(cx, &names, scheme.scopes.as_ref(), &body));
    lines
}

fn application_example(cx: Context<'_>, scheme: &Scheme, login: &Login) -> Vec<String> {
    let name = upper(login);
    let credentials = match &scheme.scopes {
        Some(scopes) => {
            let scopes: Vec<String> =
                shown(cx, scheme, scopes, false).iter().map(|scope| format!("Scope::{scope}")).collect();
            format!("ClientCredentials::with_scopes(app, [{}])?", scopes.join(", "))
        }
        None => "ClientCredentials::new(app)?".to_owned(),
    };
    let body = [
        format!(
            "let app = OAuth2::builder(Endpoints::{name}, \"client id\").client_secret(\"client secret\").build()?;"
        ),
        format!("let client = Client::builder().{}({credentials}).build()?;", scheme.setter),
    ];
    program(cx, &["ClientCredentials", "Endpoints", "OAuth2"], scheme.scopes.as_ref(), &body)
}

fn oauth1_example(cx: Context<'_>, scheme: &Scheme, login: &Login) -> Vec<String> {
    let name = upper(login);
    let body = [
        "let app = OAuth1::new(\"consumer key\", \"consumer secret\");".to_owned(),
        format!("let flow = OAuth1Flow::new(OAuth1Endpoints::{name}, app)?;"),
        "let (url, request_token) = flow.begin(\"http://127.0.0.1:8080/callback\").await?;".to_owned(),
        "println!(\"Open {url}\");".to_owned(),
        "// The browser comes back to the callback; this is where it was sent to.".to_owned(),
        "let redirected_to = \"/callback?oauth_token=…&oauth_verifier=…\";".to_owned(),
        "let login = flow.finish(&request_token, redirected_to).await?;".to_owned(),
        format!("let client = Client::builder().{}(flow.app().clone().token(login.token)).build()?;", scheme.setter),
    ];
    program(cx, &["OAuth1", "OAuth1Endpoints", "OAuth1Flow"], None, &body)
}

fn scope_enum(file: &mut File<'_>, scheme: &Scheme, scopes: &Scopes) {
    let name = &scopes.name;
    let docs = vec![format!("What a login of {} can ask for.", code(&scheme.wire))];
    let other = "A scope that this version does not know.";
    enums::texts(file, name, docs, &scopes.values, &scopes.unrecognized, other);
    let body: TokenStream = quote! {
        fn from(scope: #name) -> Self {
            scope.as_str().to_owned()
        }
    };
    trait_impl(file, quote! { impl From<#name> for String }, body);
}
