//! The keywords of every kind of node, from the fixed fields of the OpenAPI Specification 3.0.4, 3.1.1 and 3.2.0 and from
//! JSON Schema 2020-12. Each table is sorted by name.

use super::nodes::Version;
use super::nodes::Version::{V3_0, V3_1, V3_2};
use super::shape::Kind::{
    Any, Count, Flag, FlagOrNumber, List, Number, Object, Schema, SchemaMap, SchemaOrSchemas, Schemas, Text,
    TextOrTexts, Texts,
};
use super::shape::Use::{Not, Read, Silent};
use super::shape::{Keyword, Kind, Use};

const fn k(name: &'static str, kind: Kind, since: Version, becomes: Use) -> Keyword {
    Keyword { name, kind, since, becomes }
}

const CHECKED: Use = Not("values are not checked against it");

pub(super) static ROOT: &[Keyword] = &[
    k("$self", Text, V3_2, Silent),
    k("components", Object, V3_0, Read),
    k("externalDocs", Object, V3_0, Read),
    k("info", Object, V3_0, Read),
    k("jsonSchemaDialect", Text, V3_1, Silent),
    k("openapi", Any, V3_0, Read),
    k("paths", Object, V3_0, Read),
    k("security", List, V3_0, Read),
    k("servers", List, V3_0, Read),
    k("tags", List, V3_0, Read),
    k("webhooks", Object, V3_1, Read),
];

pub(super) static COMPONENTS: &[Keyword] = &[
    k("callbacks", Object, V3_0, Silent),
    k("examples", Object, V3_0, Read),
    k("headers", Object, V3_0, Read),
    k("links", Object, V3_0, Silent),
    k("mediaTypes", Object, V3_2, Read),
    k("parameters", Object, V3_0, Read),
    k("pathItems", Object, V3_1, Read),
    k("requestBodies", Object, V3_0, Read),
    k("responses", Object, V3_0, Read),
    k("schemas", Object, V3_0, Read),
    k("securitySchemes", Object, V3_0, Read),
];

pub(super) static INFO: &[Keyword] = &[
    k("contact", Object, V3_0, Silent),
    k("description", Text, V3_0, Read),
    k("license", Object, V3_0, Read),
    k("summary", Text, V3_1, Read),
    k("termsOfService", Text, V3_0, Read),
    k("title", Text, V3_0, Read),
    k("version", Text, V3_0, Read),
];

pub(super) static EXTERNAL_DOCS: &[Keyword] = &[k("description", Text, V3_0, Read), k("url", Text, V3_0, Read)];

pub(super) static SERVER: &[Keyword] = &[
    k("description", Text, V3_0, Read),
    k("name", Text, V3_2, Read),
    k("url", Text, V3_0, Read),
    k("variables", Object, V3_0, Read),
];

pub(super) static SERVER_VARIABLE: &[Keyword] =
    &[k("default", Text, V3_0, Read), k("description", Text, V3_0, Read), k("enum", Texts, V3_0, Read)];

pub(super) static TAG: &[Keyword] = &[
    k("description", Text, V3_0, Read),
    k("externalDocs", Object, V3_0, Read),
    k("kind", Text, V3_2, Silent),
    k("name", Text, V3_0, Read),
    k("parent", Text, V3_2, Silent),
    k("summary", Text, V3_2, Silent),
];

pub(super) static PATH_ITEM: &[Keyword] = &[
    k("$ref", Text, V3_0, Read),
    k("additionalOperations", Object, V3_2, Read),
    k("delete", Object, V3_0, Read),
    k("description", Text, V3_0, Read),
    k("get", Object, V3_0, Read),
    k("head", Object, V3_0, Read),
    k("options", Object, V3_0, Read),
    k("parameters", List, V3_0, Read),
    k("patch", Object, V3_0, Read),
    k("post", Object, V3_0, Read),
    k("put", Object, V3_0, Read),
    k("query", Object, V3_2, Read),
    k("servers", List, V3_0, Read),
    k("summary", Text, V3_0, Read),
    k("trace", Object, V3_0, Read),
];

pub(super) static OPERATION: &[Keyword] = &[
    k("callbacks", Object, V3_0, Read),
    k("deprecated", Flag, V3_0, Read),
    k("description", Text, V3_0, Read),
    k("externalDocs", Object, V3_0, Read),
    k("operationId", Text, V3_0, Read),
    k("parameters", List, V3_0, Read),
    k("requestBody", Object, V3_0, Read),
    k("responses", Object, V3_0, Read),
    k("security", List, V3_0, Read),
    k("servers", List, V3_0, Read),
    k("summary", Text, V3_0, Read),
    k("tags", Texts, V3_0, Read),
];

pub(super) static PARAMETER: &[Keyword] = &[
    k("allowEmptyValue", Flag, V3_0, Read),
    k("allowReserved", Flag, V3_0, Read),
    k("content", Object, V3_0, Read),
    k("deprecated", Flag, V3_0, Read),
    k("description", Text, V3_0, Read),
    k("example", Any, V3_0, Read),
    k("examples", Object, V3_0, Read),
    k("explode", Flag, V3_0, Read),
    k("in", Text, V3_0, Read),
    k("name", Text, V3_0, Read),
    k("required", Flag, V3_0, Read),
    k("schema", Schema, V3_0, Read),
    k("style", Text, V3_0, Read),
];

pub(super) static HEADER: &[Keyword] = &[
    k("allowEmptyValue", Flag, V3_0, Silent),
    k("allowReserved", Flag, V3_0, Silent),
    k("content", Object, V3_0, Read),
    k("deprecated", Flag, V3_0, Read),
    k("description", Text, V3_0, Read),
    k("example", Any, V3_0, Read),
    k("examples", Object, V3_0, Read),
    k("explode", Flag, V3_0, Read),
    k("required", Flag, V3_0, Read),
    k("schema", Schema, V3_0, Read),
    k("style", Text, V3_0, Read),
];

pub(super) static BODY: &[Keyword] =
    &[k("content", Object, V3_0, Read), k("description", Text, V3_0, Read), k("required", Flag, V3_0, Read)];

pub(super) static RESPONSE: &[Keyword] = &[
    k("content", Object, V3_0, Read),
    k("description", Text, V3_0, Read),
    k("headers", Object, V3_0, Read),
    k("links", Object, V3_0, Not("nothing is generated for links")),
    k("summary", Text, V3_2, Silent),
];

pub(super) static MEDIA_TYPE: &[Keyword] = &[
    k("encoding", Object, V3_0, Read),
    k("example", Any, V3_0, Read),
    k("examples", Object, V3_0, Read),
    k("itemEncoding", Object, V3_2, Not("parts are written by their type")),
    k("itemSchema", Schema, V3_2, Read),
    k("prefixEncoding", List, V3_2, Not("parts are written by their type")),
    k("schema", Schema, V3_0, Read),
];

pub(super) static ENCODING: &[Keyword] = &[
    k("allowReserved", Flag, V3_0, Read),
    k("contentType", Text, V3_0, Read),
    k("encoding", Object, V3_2, Not("parts inside a part are written by their type")),
    k("explode", Flag, V3_0, Read),
    k("headers", Object, V3_0, Read),
    k("itemEncoding", Object, V3_2, Not("parts inside a part are written by their type")),
    k("prefixEncoding", List, V3_2, Not("parts inside a part are written by their type")),
    k("style", Text, V3_0, Read),
];

pub(super) static EXAMPLE: &[Keyword] = &[
    k("dataValue", Any, V3_2, Read),
    k("description", Text, V3_0, Silent),
    k("externalValue", Text, V3_0, Silent),
    k("serializedValue", Text, V3_2, Silent),
    k("summary", Text, V3_0, Silent),
    k("value", Any, V3_0, Read),
];

pub(super) static SECURITY_SCHEME: &[Keyword] = &[
    k("bearerFormat", Text, V3_0, Read),
    k("deprecated", Flag, V3_2, Silent),
    k("description", Text, V3_0, Read),
    k("flows", Object, V3_0, Read),
    k("in", Text, V3_0, Read),
    k("name", Text, V3_0, Read),
    k("oauth2MetadataUrl", Text, V3_2, Silent),
    k("openIdConnectUrl", Text, V3_0, Read),
    k("scheme", Text, V3_0, Read),
    k("type", Text, V3_0, Read),
];

pub(super) static FLOWS: &[Keyword] = &[
    k("authorizationCode", Object, V3_0, Read),
    k("clientCredentials", Object, V3_0, Read),
    k("deviceAuthorization", Object, V3_2, Read),
    k("implicit", Object, V3_0, Read),
    k("password", Object, V3_0, Read),
];

pub(super) static FLOW: &[Keyword] = &[
    k("authorizationUrl", Text, V3_0, Read),
    k("deviceAuthorizationUrl", Text, V3_2, Silent),
    k("refreshUrl", Text, V3_0, Read),
    k("scopes", Object, V3_0, Read),
    k("tokenUrl", Text, V3_0, Read),
];

pub(super) static DISCRIMINATOR: &[Keyword] =
    &[k("defaultMapping", Text, V3_2, Read), k("mapping", Object, V3_0, Read), k("propertyName", Text, V3_0, Read)];

pub(super) static SCHEMA: &[Keyword] = &[
    k("$anchor", Text, V3_1, Silent),
    k("$comment", Text, V3_1, Silent),
    k("$defs", SchemaMap, V3_1, Read),
    k("$dynamicAnchor", Text, V3_1, Silent),
    k("$dynamicRef", Text, V3_1, Read),
    k("$id", Text, V3_1, Silent),
    k("$ref", Text, V3_0, Read),
    k("$schema", Text, V3_1, Silent),
    k("$vocabulary", Object, V3_1, Silent),
    k("additionalItems", Schema, V3_1, Read),
    k("additionalProperties", Schema, V3_0, Read),
    k("allOf", Schemas, V3_0, Read),
    k("anyOf", Schemas, V3_0, Read),
    k("const", Any, V3_1, Read),
    k("contains", Schema, V3_1, CHECKED),
    k("contentEncoding", Text, V3_1, Read),
    k("contentMediaType", Text, V3_1, Read),
    k("contentSchema", Schema, V3_1, Not("the content is kept as text")),
    k("default", Any, V3_0, Read),
    k("definitions", SchemaMap, V3_1, Read),
    k("dependencies", Object, V3_1, CHECKED),
    k("dependentRequired", Object, V3_1, CHECKED),
    k("dependentSchemas", SchemaMap, V3_1, CHECKED),
    k("deprecated", Flag, V3_0, Read),
    k("description", Text, V3_0, Read),
    k("discriminator", Object, V3_0, Read),
    k("else", Schema, V3_1, CHECKED),
    k("enum", List, V3_0, Read),
    k("example", Any, V3_0, Read),
    k("examples", List, V3_1, Read),
    k("exclusiveMaximum", FlagOrNumber, V3_0, Read),
    k("exclusiveMinimum", FlagOrNumber, V3_0, Read),
    k("externalDocs", Object, V3_0, Read),
    k("format", Text, V3_0, Read),
    k("if", Schema, V3_1, CHECKED),
    k("items", SchemaOrSchemas, V3_0, Read),
    k("maxContains", Count, V3_1, CHECKED),
    k("maxItems", Count, V3_0, Read),
    k("maxLength", Count, V3_0, Read),
    k("maxProperties", Count, V3_0, Read),
    k("maximum", Number, V3_0, Read),
    k("minContains", Count, V3_1, CHECKED),
    k("minItems", Count, V3_0, Read),
    k("minLength", Count, V3_0, Read),
    k("minProperties", Count, V3_0, Read),
    k("minimum", Number, V3_0, Read),
    k("multipleOf", Number, V3_0, Read),
    k("not", Schema, V3_0, CHECKED),
    k("nullable", Flag, V3_0, Read),
    k("oneOf", Schemas, V3_0, Read),
    k("pattern", Text, V3_0, Read),
    k("patternProperties", SchemaMap, V3_1, Read),
    k("prefixItems", Schemas, V3_1, Read),
    k("properties", SchemaMap, V3_0, Read),
    k("propertyNames", Schema, V3_1, Read),
    k("readOnly", Flag, V3_0, Read),
    k("required", Texts, V3_0, Read),
    k("then", Schema, V3_1, CHECKED),
    k("title", Text, V3_0, Read),
    k("type", TextOrTexts, V3_0, Read),
    k("unevaluatedItems", Schema, V3_1, CHECKED),
    k("unevaluatedProperties", Schema, V3_1, CHECKED),
    k("uniqueItems", Flag, V3_0, Read),
    k("writeOnly", Flag, V3_0, Read),
    k("xml", Object, V3_0, Silent),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        let tables = [
            ROOT,
            COMPONENTS,
            INFO,
            EXTERNAL_DOCS,
            SERVER,
            SERVER_VARIABLE,
            TAG,
            PATH_ITEM,
            OPERATION,
            PARAMETER,
            HEADER,
            BODY,
            RESPONSE,
            MEDIA_TYPE,
            ENCODING,
            EXAMPLE,
            SECURITY_SCHEME,
            FLOWS,
            FLOW,
            DISCRIMINATOR,
            SCHEMA,
        ];
        for pair in tables.iter().flat_map(|table| table.windows(2)) {
            assert!(pair[0].name < pair[1].name, "{} stands before {}", pair[0].name, pair[1].name);
        }
    }
}
