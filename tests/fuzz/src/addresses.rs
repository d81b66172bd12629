//! Addresses and forms that the client writes, read by crate `url` as servers would.

use std::borrow::Cow;
use std::sync::LazyLock;

use arbitrary::{Arbitrary, Unstructured};
use client_runtime::runtime::wire::{Call, Definition, Operation, Param};
use client_runtime::runtime::{Client, ClientBuilder, ErrorKind, ManualClock, MemoryTransport};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};
use url::{Url, form_urlencoded};

static DEFINITION: Definition = Definition::new("https://api.test/base", "fuzz");

/// Names that servers use, and some that no server should.
static OPERATION: Operation = Operation::new("send", "POST", "/a/{one}/b/{many}").params(&[
    Param::path("one"),
    Param::path("many"),
    Param::query("page[size]"),
    Param::query("q ü&=+#?/%41").csv(),
    Param::query("filter").deep_object(),
    Param::query("json").json(),
]);

static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let clock = ManualClock::new();
    let builder = ClientBuilder::new(&DEFINITION).transport(MemoryTransport::with_clock(clock.clone())).clock(clock);
    builder.build().expect("the address of the definition is one")
});

/// What a call is given.
#[derive(Arbitrary, Debug)]
struct Given {
    one: String,
    many: Vec<String>,
    list: Vec<String>,
    commas: Vec<String>,
    deep: Vec<(String, String)>,
    json: Vec<String>,
    pairs: Vec<(String, String)>,
    form: Vec<(String, Vec<String>)>,
    path: String,
}

/// The bytes are made into the arguments of a call, the members of its form, and the path of a raw request.
///
/// # Panics
///
/// Where a reader of the address or the form finds something else than what was given.
pub fn url(bytes: &[u8]) {
    let Ok(given) = Given::arbitrary(&mut Unstructured::new(bytes)) else { return };
    call(&given);
    raw(&given);
}

fn call(given: &Given) {
    let mut call = Call::new(&CLIENT, &OPERATION);
    call.set(0, &given.one);
    call.set(1, &given.many);
    call.set(2, &given.list);
    call.set(3, &given.commas);
    let deep: Map<String, Value> =
        given.deep.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    call.set_json(4, &deep);
    call.set(5, &given.json);
    for (name, value) in &given.pairs {
        call.extra_query(name, value);
    }
    let form: Map<String, Value> = given.form.iter().map(|(name, values)| (name.clone(), json!(values))).collect();
    call.form_body(&Value::Object(form.clone()), &[]);
    let request = match call.into_request() {
        Ok(request) => request,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
            let many = given.many.join(",");
            let unusable = |text: &str| matches!(text, "" | "." | "..");
            assert!(unusable(&given.one) || unusable(&many), "refused without a reason: {error}");
            return;
        }
    };
    let text = request.uri().to_string();
    let url = Url::parse(&text).expect("a request goes to a URL");
    assert_eq!(url.as_str(), text, "a reader changes the URL");
    assert_eq!((url.host_str(), url.fragment()), (Some("api.test"), None), "{text}");
    let segments: Vec<&str> = url.path_segments().into_iter().flatten().collect();
    let many = segments.get(4).copied().unwrap_or_default();
    assert_eq!(segments, ["base", "a", segments.get(2).copied().unwrap_or_default(), "b", many], "{text}");
    assert_eq!(decoded(segments[2]), given.one);
    assert_eq!(many.split(',').map(decoded).collect::<Vec<_>>(), given.many);

    // A reader of pairs finds each of them, in this order.
    let mut expected: Vec<(String, String)> = Vec::new();
    expected.extend(given.list.iter().map(|item| ("page[size]".to_owned(), item.clone())));
    if !given.commas.is_empty() {
        expected.push(("q ü&=+#?/%41".to_owned(), given.commas.join(",")));
    }
    expected
        .extend(deep.iter().map(|(name, value)| (format!("filter[{name}]"), value.as_str().unwrap_or("").to_owned())));
    if !given.json.is_empty() {
        expected.push(("json".to_owned(), json!(given.json).to_string()));
    }
    expected.extend(given.pairs.iter().cloned());
    let read: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    assert_eq!(read, expected, "{text}");
    if let Some(commas) =
        url.query().into_iter().flat_map(|query| query.split('&')).find_map(|pair| pair.strip_prefix("q%20"))
    {
        let (_, items) = commas.split_once('=').expect("a pair has a value");
        assert_eq!(
            items.split(',').map(decoded).collect::<Vec<_>>(),
            given.commas,
            "a comma inside an item is none between two"
        );
    }

    let body = request.body().as_bytes().expect("a form is in memory");
    let members = form.iter().flat_map(|(name, values)| {
        values
            .as_array()
            .into_iter()
            .flatten()
            .map(move |value| (Cow::from(name), Cow::from(value.as_str().unwrap_or(""))))
    });
    assert!(form_urlencoded::parse(body).eq(members), "{}", String::from_utf8_lossy(body));
}

/// The path of a raw request may be anything; it leads nowhere else than to the origin of the client.
fn raw(given: &Given) {
    let mut request = CLIENT.request(http::Method::GET, given.path.as_str());
    for (name, value) in &given.pairs {
        request = request.query(name, value);
    }
    match request.into_request() {
        Ok(request) => {
            let url = Url::parse(&request.uri().to_string()).expect("a request goes to a URL");
            assert_eq!(url.origin().ascii_serialization(), "https://api.test", "{url}");
            let (read, count) = (url.query_pairs().into_owned().collect::<Vec<_>>(), given.pairs.len());
            assert!(read.ends_with(&given.pairs), "{url}: {count} pairs");
        }
        Err(error) => assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}"),
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().expect("what is written is UTF-8").into_owned()
}
