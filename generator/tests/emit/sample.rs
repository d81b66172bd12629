//! A model with every shape, presence, style and kind of answer, and with texts that mean harm.

use spec2crate::ir::*;

use crate::build::*;

pub(crate) const USER_ID: TypeId = TypeId(0);
const PORT: TypeId = TypeId(1);
const SCORE: TypeId = TypeId(2);
const STATUS: TypeId = TypeId(3);
const PRIORITY: TypeId = TypeId(4);
const CONNECTION: TypeId = TypeId(5);
const HISTORY: TypeId = TypeId(6);
const META: TypeId = TypeId(7);
const PROBLEM: TypeId = TypeId(8);
const INCLUDES: TypeId = TypeId(9);
const USER: TypeId = TypeId(10);
const NEW_SUBSCRIPTION: TypeId = TypeId(11);
const FILTER: TypeId = TypeId(12);
const EVENT: TypeId = TypeId(13);
const TAGS: TypeId = TypeId(14);
const LABELS: TypeId = TypeId(15);
const MOMENT: TypeId = TypeId(16);
const FLAG: TypeId = TypeId(17);
const RATIO: TypeId = TypeId(18);
const CLOSED: TypeId = TypeId(19);
const PATCH: TypeId = TypeId(20);

/// Text that would be code, a doctest, a link, HTML or an attack if it were taken as it is.
pub(crate) const HARM: &str = "Ends \"# here; `unbalanced and [link] or [a](b::c) <b>bold</b> https://example.com/a_b.\n\n    let x: u32 = \"not rust\";\n\n```\nfn main() { panic!() }\n```\n\n- one\nlazy\n  - two\n\n        deep code\n\u{202e}reversed\u{0} */ /// #![allow(all)]\n```rust\nunclosed";

fn checks(change: impl FnOnce(&mut Checks)) -> Checks {
    let mut checks = Checks::default();
    change(&mut checks);
    checks
}

fn between(least: &str, most: &str) -> Checks {
    let bound = |value: &str| Some(Bound { value: value.to_owned(), exclusive: false });
    checks(|checks| {
        checks.minimum = bound(least);
        checks.maximum = bound(most);
    })
}

fn digits() -> Checks {
    checks(|checks| {
        checks.pattern = Some(Pattern {
            source: "^[0-9]{1,19}$".to_owned(),
            runs: Some(vec![Run { ranges: vec![('0', '9')], least: 1, most: Some(19) }]),
        });
    })
}

fn named(id: TypeId) -> TypeRef {
    TypeRef::Named(id)
}

pub(crate) fn api() -> Api {
    Api {
        info: Info { title: "Sample API".to_owned(), version: "1".to_owned(), docs: HARM.to_owned() },
        servers: vec![Server {
            url: "https://api.example.com".to_owned(),
            template: "https://api.example.com".to_owned(),
            name: type_name("ApiExampleCom"),
            docs: String::new(),
            variables: Vec::new(),
        }],
        types: types(),
        groups: vec![
            group("Activity", "activity", "Activity"),
            group("Connections", "connections", "Connections"),
            group("", "api", "Api"),
            group("[type]", "type", "Type"),
        ],
        operations: operations(),
        hooks: Vec::new(),
        schemes: schemes(),
        envelope: Some(Envelope { data: "data".to_owned(), errors: "errors".to_owned() }),
        idempotency_header: Some("Idempotency-Key".to_owned()),
        lenient_responses: false,
        types_only: false,
    }
}

fn group(tag: &str, module: &str, name: &str) -> Group {
    let (module, mock) = (mod_name(module), method_name(module));
    Group { tag: tag.to_owned(), module, name: type_name(name), mock, docs: String::new() }
}

fn schemes() -> Vec<Scheme> {
    let scheme = |wire: &str, setter: &str, variant: &str, kind| Scheme {
        wire: wire.to_owned(),
        setter: method_name(setter),
        variant: variant_name(variant),
        kind,
        logins: Vec::new(),
        scopes: None,
        docs: String::new(),
        origin: origin(),
    };
    vec![
        scheme("BearerToken", "bearer_token", "BearerToken", SchemeKind::Bearer),
        scheme(
            "OAuth2UserToken",
            "oauth2_user_token",
            "OAuth2UserToken",
            SchemeKind::OAuth2 {
                authorization_url: Some("https://example.com/authorize".to_owned()),
                token_url: None,
                scopes: vec![("dm.read".to_owned(), "Read messages.".to_owned()), ("all".to_owned(), String::new())],
            },
        ),
        scheme("UserToken", "user_token", "UserToken", SchemeKind::OAuth1),
        scheme("basic", "basic", "Basic", SchemeKind::Basic),
        scheme("key", "key", "Key", SchemeKind::ApiKeyHeader("X-Key".to_owned())),
        scheme("query key", "query_key", "QueryKey", SchemeKind::ApiKeyQuery("key".to_owned())),
        scheme("cookie", "cookie", "Cookie", SchemeKind::ApiKeyCookie("session".to_owned())),
        scheme("oidc", "oidc", "Oidc", SchemeKind::OpenIdConnect("https://example.com/oidc".to_owned())),
        scheme("digest", "digest", "Digest", SchemeKind::Other("Digest".to_owned())),
    ]
}

fn types() -> Vec<TypeDef> {
    use Presence::{Nullable, Optional, OptionalNullable, Required};
    let string = || prim(Prim::String);
    let mut types = vec![
        type_def("UserId", "scalars", newtype(string(), digits(), Some(text("2244994945")))),
        type_def("Port", "scalars", newtype(prim(Prim::I64), between("1", "65535"), Some(Literal::Int(443)))),
        type_def("Score", "scalars", newtype(prim(Prim::F64), Checks::default(), None)),
        type_def(
            "ConnectionStatus",
            "connection",
            values(
                Prim::String,
                &[
                    (text("active"), "Active"),
                    (text("in\"active\n"), "Inactive"),
                    (text("unrecognized"), "UnrecognizedValue"),
                ],
            ),
        ),
        type_def("Priority", "priority", values(Prim::I32, &[(Literal::Int(-1), "Low"), (Literal::Int(2), "High")])),
    ];
    let mut connection = record(vec![
        member("bounds", TypeRef::Tuple(vec![elem(prim(Prim::F64)), elem(prim(Prim::F64))]), Optional),
        member("client_ip", string(), Optional),
        member("connected_at", prim(Prim::Timestamp), Required),
        member("hops", TypeRef::List(Box::new(Elem { ty: string(), nullable: true })), Nullable),
        member("id", string(), Optional),
        member("is_open", prim(Prim::Bool), OptionalNullable),
        member("metrics", map(prim(Prim::U64)), Optional),
        member("old", string(), Optional),
        member("payload", TypeRef::Json, Optional),
        member("priority", named(PRIORITY), Nullable),
        member("required_list", list(prim(Prim::U32)), Required),
        member("score", named(SCORE), Optional),
        member("status", named(STATUS), Optional),
        member("status_id", string(), Optional),
        member("deep", list(map(list(map(list(map(prim(Prim::String))))))), Optional),
        member("address", TypeRef::External("std::net::IpAddr".to_owned()), Optional),
        field("type", "type", string(), Optional),
    ]);
    connection.fields[7].deprecated = true;
    connection.fields[1].docs = HARM.to_owned();
    connection.extra = Extra::Keep(Box::new(elem(TypeRef::Json)), value_name("extra"));
    let mut connection = type_def("Connection", "connection", Shape::Struct(connection));
    connection.docs = "One streaming connection of the application.".to_owned();
    connection
        .accessors
        .push(Accessor { name: method_name("any_id"), kind: AccessorKind::Coalesce { fields: vec![4, 13] } });
    connection
        .accessors
        .push(Accessor { name: method_name("state"), kind: AccessorKind::Coalesce { fields: vec![4, 12] } });
    types.push(connection);
    let mut history = type_def(
        "ConnectionHistory",
        "connection_history",
        Shape::Struct(record(vec![
            member("data", list(named(CONNECTION)), Optional),
            member("errors", list(named(PROBLEM)), Optional),
            member("includes", named(INCLUDES), Optional),
            member("meta", named(META), Optional),
        ])),
    );
    history.accessors.push(Accessor {
        name: method_name("user"),
        kind: AccessorKind::Include {
            includes: Step { of: HISTORY, field: 2 },
            list: Step { of: INCLUDES, field: 0 },
            key: Step { of: USER, field: 0 },
        },
    });
    types.push(history);
    types.push(type_def(
        "HistoryMeta",
        "connection_history",
        Shape::Struct(record(vec![
            member("next_token", string(), Optional),
            member("previous_token", string(), Optional),
            member("result_count", prim(Prim::I32), Optional),
        ])),
    ));
    types.push(type_def(
        "Problem",
        "problem",
        Shape::Struct(record(vec![member("status", prim(Prim::I32), Optional), member("title", string(), Required)])),
    ));
    types.push(type_def(
        "Includes",
        "includes",
        Shape::Struct(record(vec![member("users", list(named(USER)), Optional)])),
    ));
    types.push(type_def(
        "User",
        "user",
        Shape::Struct(record(vec![
            member("id", named(USER_ID), Required),
            member("manager", named(USER), Optional),
            member("pinned", named(MOMENT), Optional),
        ])),
    ));
    types.push(new_subscription());
    types.push(type_def(
        "Filter",
        "filter",
        Shape::Struct(record(vec![
            {
                let mut keyword = member("keyword", string(), Optional);
                keyword.checks = checks(|checks| checks.length = Bounds { least: Some(1), most: Some(150) });
                keyword.example = Some(text("rust"));
                keyword
            },
            member("nested", named(FILTER), Optional),
            member("users", list(named(USER_ID)), Optional),
        ])),
    ));
    types.push(type_def(
        "ActivityEvent",
        "activity_event",
        Shape::Union(Union {
            arms: vec![
                arm(
                    "Tagged",
                    named(CONNECTION),
                    Test::Tag { key: "type".to_owned(), values: vec!["a".to_owned(), "\"b".to_owned()] },
                ),
                arm(
                    "Envelope",
                    named(HISTORY),
                    Test::HasKeys(vec![vec!["data".to_owned()], vec!["errors".to_owned(), "meta".to_owned()]]),
                ),
                arm("Text", prim(Prim::String), Test::JsonKind(JsonKind::String)),
                arm("Number", prim(Prim::I64), Test::JsonKind(JsonKind::Number)),
                arm("Many", list(named(EVENT)), Test::JsonKind(JsonKind::Array)),
                arm("Subscription", named(NEW_SUBSCRIPTION), Test::Try),
                arm("Wrapped", named(EVENT), Test::Try),
            ],
            unrecognized: variant_name("Unrecognized"),
        }),
    ));
    types.push(type_def("Tags", "scalars", newtype(list(string()), Checks::default(), None)));
    types.push(type_def("Labels", "scalars", newtype(map(named(USER_ID)), Checks::default(), None)));
    types.push(type_def("Moment", "scalars", newtype(prim(Prim::Timestamp), Checks::default(), None)));
    types.push(type_def("Flag", "flag", values(Prim::Bool, &[(Literal::Bool(true), "Yes")])));
    types.push(type_def("Ratio", "flag", values(Prim::F64, &[(Literal::Float("0.5".to_owned()), "Half")])));
    let mut closed = record(vec![member("name", string(), Required), member("flag", named(FLAG), Required)]);
    closed.extra = Extra::Deny;
    closed.members = Bounds { least: Some(1), most: None };
    types.push(type_def("Closed", "closed", Shape::Struct(closed)));
    types.push(type_def(
        "SubscriptionUpdate",
        "subscription_update",
        Shape::Struct(record(vec![
            member("add", list(string()), Optional),
            member("count", prim(Prim::I64), OptionalNullable),
            member("labels", named(LABELS), Optional),
            member("tag", string(), OptionalNullable),
        ])),
    ));
    types.push(type_def("Empty", "empty", Shape::Struct(record(Vec::new()))));
    let mut hostile: Vec<(Literal, String)> = Vec::new();
    for index in 0..400 {
        hostile.push((text(&format!("value {index}")), format!("Value{index}")));
    }
    let named: Vec<(Literal, &str)> = hostile.iter().map(|(wire, name)| (wire.clone(), name.as_str())).collect();
    let mut hostile = type_def("Hostile", "hostile", values(Prim::String, &named));
    if let Shape::Enum(values) = &mut hostile.shape {
        let mut state = 7;
        for value in &mut values.values {
            value.docs = scrambled(&mut state);
        }
    }
    types.push(hostile);
    types[PATCH.0].docs = "What changes.\n\nSecond paragraph.".to_owned();
    types
}

/// Pieces of Markdown, HTML and Rust in an order that nobody would write.
fn scrambled(state: &mut u64) -> String {
    const PIECES: &[&str] = &[
        "`",
        "``",
        "```",
        "~~~",
        "\n```rust\n",
        "\n```json\n",
        "\n```\n",
        "- ",
        "* ",
        "+ ",
        "1. ",
        "10) ",
        "7. ",
        "    ",
        "\t",
        "\n> ",
        "> ",
        "[",
        "]",
        "(",
        ")",
        "](",
        "<",
        ">",
        "<b>",
        "</b>",
        "<!--",
        "<br>",
        "https://a.bc/d",
        "http://x.yz/(z)_",
        "![i](x.png)",
        "[a](https://b.cd)",
        "[a](b)",
        "[a][b]",
        "\n[a]: b\n",
        "\n# ",
        "\n## ",
        "\n---\n",
        "\n===\n",
        "|",
        "\n| a | b |\n|---|---|\n| c | d |\n",
        "\n",
        "\n",
        "\n",
        "\n\n",
        "\n\n",
        "\n    ",
        "\n        ",
        "\n  - ",
        "\n   ",
        "word",
        "two words",
        "fn main() {}",
        "\\",
        "*",
        "_",
        "&lt;",
        "$",
        "\u{202e}",
        "\u{0}",
        "é",
        "[`Vec`]",
        "Self::x",
        "{",
        "\r\n",
        "<https://a.bc>",
        "::",
        "!",
        "[^1]",
        "[ ]",
        "[x]",
        "\u{2028}",
    ];
    let mut out = String::new();
    let mut next = || {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) as usize
    };
    for _ in 0..3 + next() % 30 {
        out.push_str(PIECES[next() % PIECES.len()]);
    }
    out
}

fn new_subscription() -> TypeDef {
    use Presence::{Nullable, Optional, OptionalNullable, Required};
    let mut fields = vec![
        member("count", prim(Prim::I64), Required),
        member("default", prim(Prim::Bool), Optional),
        member("event_types", list(named(STATUS)), Required),
        member("filter", named(FILTER), Optional),
        member("filters", list(named(FILTER)), Optional),
        member("id", prim(Prim::String), Required),
        member("labels", map(prim(Prim::String)), Optional),
        member("new", prim(Prim::String), Optional),
        member("note", prim(Prim::String), Nullable),
        member("old", prim(Prim::String), Optional),
        member("ports", list(named(PORT)), Optional),
        member("secret", prim(Prim::String), Optional),
        member("tag", prim(Prim::String), OptionalNullable),
        member("tags", named(TAGS), Optional),
        member("trigger", named(EVENT), Optional),
        field("type", "type", prim(Prim::String), Optional),
        member("until", prim(Prim::Timestamp), Optional),
        member("user_id", named(USER_ID), Required),
        member("weights", list(prim(Prim::F64)), Optional),
        member("matrix", list(list(prim(Prim::I32))), Optional),
        member("pair", TypeRef::Tuple(vec![elem(prim(Prim::I32)), elem(prim(Prim::String))]), Optional),
        member("ratio", named(RATIO), Optional),
    ];
    fields[5].access = Access::ReadOnly;
    fields[9].deprecated = true;
    fields[11].access = Access::WriteOnly;
    fields[12].checks = checks(|checks| {
        checks.length = Bounds { least: Some(1), most: Some(200) };
        checks.pattern = Some(Pattern {
            source: "^[a-z]*$".to_owned(),
            runs: Some(vec![Run { ranges: vec![('a', 'z')], least: 0, most: None }]),
        });
    });
    fields[4].checks = checks(|checks| checks.items = Bounds { least: Some(1), most: Some(5) });
    fields[10].checks = checks(|checks| checks.unique_items = true);
    fields[18].checks = checks(|checks| checks.each = Some(Box::new(between("0.5", "1e3"))));
    let mut object = record(fields);
    object.arguments = vec![17, 2, 0, 8];
    let mut def = type_def("NewSubscription", "new_subscription", Shape::Struct(object));
    def.deprecated = true;
    def
}

fn operations() -> Vec<Operation> {
    let problem = || vec![json(named(PROBLEM)), media("application/problem+json", Payload::Json(TypeRef::Json))];
    let failures = || {
        vec![
            answer(Status::Exact(400), &["BadRequest"], vec![json(named(PROBLEM))]),
            answer(Status::Exact(404), &["NotFound"], Vec::new()),
            answer(Status::Range(4), &["ClientError"], vec![media("text/plain", Payload::Text)]),
            answer(Status::Range(5), &["ServerError"], vec![media("image/png", Payload::Bytes)]),
            answer(Status::Default, &["Default", "DefaultProblem"], problem()),
        ]
    };
    let ok = |media: Vec<Media>| answer(Status::Exact(200), &["Ok"], media);
    let need = |scheme: usize, scopes: &[&str]| Need {
        scheme,
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
    };

    let mut history = operation(1, "history", "History", "GET", "/2/connections");
    history.summary = "Get connection history".to_owned();
    history.docs = HARM.to_owned();
    history.link = Some("https://docs.example.com/history".to_owned());
    history.auth = vec![vec![need(0, &[])], vec![need(1, &["dm.read", "all"]), need(4, &[])], Vec::new()];
    history.params = history_params();
    history.answers = [vec![ok(vec![json(named(HISTORY))])], failures()].concat();
    history.paging = Some(Paging {
        token: 4,
        size: Some((2, 10)),
        items: vec![Step { of: HISTORY, field: 0 }],
        item: elem(named(CONNECTION)),
        next: vec![Step { of: HISTORY, field: 3 }, Step { of: META, field: 0 }],
        previous: Some(vec![Step { of: HISTORY, field: 3 }, Step { of: META, field: 1 }]),
    });

    let mut create = operation(0, "create_subscription", "CreateSubscription", "POST", "/2/activity/subscriptions");
    let mut new = body(true, json(named(NEW_SUBSCRIPTION)));
    new.example = Some(object([
        ("user_id", text("1")),
        ("count", Literal::Int(2)),
        ("event_types", Literal::List(vec![text("active")])),
        ("note", text("a note")),
        ("tag", text("ops")),
        ("weights", Literal::List(vec![Literal::Int(1), Literal::Float("0.75".to_owned())])),
    ]));
    create.body = Some(new);
    create.answers = vec![
        answer(Status::Exact(201), &["Created"], vec![json(named(CONNECTION))]),
        answer(Status::Exact(204), &["NoContent"], Vec::new()),
    ];
    create.auth = vec![vec![need(0, &[])]];

    let mut update =
        operation(0, "update_subscription", "UpdateSubscription", "PATCH", "/2/activity/subscriptions/{id}");
    update.params = vec![param("id", "id", Place::Path, named(USER_ID))];
    update.body = Some(body(false, media("application/merge-patch+json", Payload::Json(named(PATCH)))));
    update.answers = vec![ok(vec![json(named(INCLUDES))]), answer(Status::Exact(204), &["NoContent"], Vec::new())];

    let mut delete =
        operation(0, "delete_subscription", "DeleteSubscription", "DELETE", "/2/activity/subscriptions/{id}");
    delete.params = vec![param("id", "id", Place::Path, named(USER_ID))];
    delete.answers = vec![answer(Status::Exact(204), &["NoContent"], Vec::new())];
    delete.deprecated = true;

    let mut stream = operation(0, "stream", "Stream", "GET", "/2/activity/stream");
    stream.params = vec![
        param("backfill_minutes", "backfill_minutes", Place::Query, prim(Prim::I32)),
        param("start_time", "start_time", Place::Query, prim(Prim::Timestamp)),
    ];
    stream.params[0].checks = between("0", "5");
    stream.answers = vec![ok(vec![media("application/x-ndjson", Payload::Sequence(Framing::JsonLines, named(EVENT)))])];
    stream.stream = Some(Stream {
        framing: Framing::JsonLines,
        item: named(EVENT),
        backfill: Some(0),
        replay: vec![1],
        event_id: vec!["data".to_owned(), "event_uuid".to_owned()],
        message: Message::Json,
        ends: false,
        last: None,
        accept: None,
        switch: None,
    });

    let mut several = operation(2, "several", "Several", "GET", "/several/{a}/{b}/{c}");
    several.params = vec![
        param("a", "client", Place::Path, list(prim(Prim::I32))),
        param("b", "call", Place::Path, named(STATUS)),
        param("c", "c", Place::Path, prim(Prim::Timestamp)),
    ];
    several.params[0].style = Style::Matrix;
    several.params[0].explode = true;
    several.params[1].style = Style::Label;
    several.answers = vec![
        ok(vec![json(named(USER))]),
        answer(Status::Exact(202), &["Accepted"], vec![media("text/csv", Payload::Text)]),
        answer(Status::Exact(204), &["NoContent"], Vec::new()),
        answer(Status::Range(2), &["Success"], vec![media("image/png", Payload::Bytes)]),
        answer(Status::Default, &["Default"], Vec::new()),
    ];

    let mut file = operation(2, "new", "New", "GET", "/file");
    file.answers = vec![ok(vec![media("image/png", Payload::Bytes)])];
    let mut words = operation(2, "api", "Words", "GET", "/words");
    words.answers = vec![ok(vec![media("text/plain; charset=utf-8", Payload::Text)])];

    let mut upload = operation(2, "upload", "Upload", "PUT", "/upload");
    upload.body = Some(body(true, media("application/octet-stream", Payload::Bytes)));
    upload.answers = vec![ok(Vec::new())];
    let mut say = operation(2, "say", "Say", "POST", "/say");
    say.body = Some(body(true, media("text/plain", Payload::Text)));
    say.answers = vec![answer(Status::Range(2), &["Success"], vec![json(TypeRef::Json)])];
    let mut form = operation(2, "form", "Form", "POST", "/form");
    form.body = Some(body(true, media("application/x-www-form-urlencoded", Payload::Form(named(CLOSED)))));
    form.answers = vec![ok(vec![json(list(named(EVENT)))])];
    form.params = vec![param("foo", "foo", Place::Path, list(map(list(map(list(map(prim(Prim::String))))))))];
    form.params[0].style = Style::Simple;
    form.path = "/form/{foo}".to_owned();
    let server = "https://upload.example.com".to_owned();
    form.server = Some(OwnServer { url: server.clone(), template: server, defaults: Vec::new() });

    let mut many = operation(2, "many", "Many", "GET", "/many/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}");
    many.params =
        ["a", "b", "c", "d", "e", "f", "g", "h"].map(|name| param(name, name, Place::Path, prim(Prim::String))).into();
    for param in &mut many.params {
        param.example = Some(text("x\"y"));
    }
    let mut matched = operation(3, "match", "Match", "GET", "/match");
    matched.params = vec![param("in", "in", Place::Query, prim(Prim::Bool))];
    matched.params[0].required = true;
    matched.answers = vec![ok(vec![json(TypeRef::Tuple(vec![elem(named(PORT)), elem(named(RATIO))]))])];
    many.answers = vec![ok(vec![json(list(map(map(list(map(named(SCORE)))))))])];
    vec![history, create, update, delete, stream, several, file, words, upload, say, form, many, matched]
}

fn history_params() -> Vec<Param> {
    let mut params = vec![
        param("status", "status", Place::Query, named(STATUS)),
        param("endpoints", "endpoints", Place::Query, list(named(STATUS))),
        param("max_results", "max_results", Place::Query, prim(Prim::I32)),
        param("ids", "ids", Place::Query, list(named(USER_ID))),
        param("pagination_token", "pagination_token", Place::Query, prim(Prim::String)),
        param("filter", "filter", Place::Query, named(FILTER)),
        param("X-Trace", "x_trace", Place::Header, prim(Prim::String)),
        param("session", "session", Place::Cookie, prim(Prim::Bool)),
        param("spaces", "spaces", Place::Query, list(prim(Prim::F32))),
        param("pipes", "pipes", Place::Query, list(prim(Prim::U64))),
        param("json", "json", Place::Query, TypeRef::Json),
        param("pair", "pair", Place::Query, TypeRef::Tuple(vec![elem(prim(Prim::I32)), elem(prim(Prim::I32))])),
        param("labels", "labels", Place::Query, named(LABELS)),
        param("tags", "tags", Place::Query, named(TAGS)),
        param("port", "port", Place::Query, named(PORT)),
        param("since", "since", Place::Query, named(MOMENT)),
        param("flag", "flag", Place::Query, named(FLAG)),
        param("type", "type", Place::Query, map(prim(Prim::I64))),
    ];
    params[0].default = Some(text("active"));
    params[1].explode = false;
    params[1].example = Some(Literal::List(vec![text("active"), text("in\"active\n")]));
    params[1].checks = checks(|checks| checks.items = Bounds { least: Some(1), most: None });
    params[2].checks = between("1", "100");
    params[2].default = Some(Literal::Int(10));
    params[2].example = Some(Literal::Int(50));
    params[3].explode = false;
    params[3].checks = checks(|checks| checks.items.most = Some(100));
    params[5].style = Style::DeepObject;
    params[6].deprecated = true;
    params[8].style = Style::SpaceDelimited;
    params[8].explode = false;
    params[9].style = Style::PipeDelimited;
    params[10].style = Style::Json;
    params[12].allow_reserved = true;
    params
}
