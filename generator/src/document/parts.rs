//! Parameters, headers, bodies, responses and media types.

use serde_json::Value;

use super::nodes::{
    BodyNode, EncodingNode, HeaderNode, MediaNode, ParameterNode, ParameterPlace, ResponseNode, Style, Version,
};
use super::shape::{Fields, check, sorted_members};
use super::{Document, tables};
use crate::diag::{Code, Diagnostics, Origin};

impl Document<'_> {
    /// The parameter at an origin, after following its reference.
    pub fn parameter(&self, origin: &Origin, diags: &mut Diagnostics) -> Option<ParameterNode> {
        let resolved = self.resolve(origin, diags)?;
        let at = resolved.origin;
        let node = self.object(&at, "parameter", diags)?;
        let fields = check(node, &at, "parameter", tables::PARAMETER, self.version, diags);
        for name in ["name", "in"] {
            if !node.contains_key(name) {
                diags
                    .add(Code::MissingKeyword, &at, format!("a parameter needs `{name}`"))
                    .help("the parameter is left out");
            }
        }
        let name = fields.text("name")?;
        let place = parameter_place(fields.str("in")?, &at, diags)?;
        let style = self.style(&fields, place, &at, diags);
        let content = self.one_content(&fields, &at, diags);
        if !fields.has("schema") && content.is_none() && !node.contains_key("content") && !node.contains_key("schema") {
            diags
                .add(Code::Assumed, &at, format!("the parameter `{name}` has neither `schema` nor `content`"))
                .help("it is taken as text");
        }
        if place == ParameterPlace::Path && fields.flag("required") != Some(true) {
            diags
                .add(Code::Assumed, &at, format!("the path parameter `{name}` needs `required: true`"))
                .help("it is taken as required");
        }
        Some(ParameterNode {
            required: place == ParameterPlace::Path || fields.flag("required").unwrap_or_default(),
            explode: fields.flag("explode").unwrap_or(matches!(style, Style::Form | Style::Cookie)),
            style,
            allow_reserved: fields.flag("allowReserved").unwrap_or_default(),
            allow_empty_value: fields.flag("allowEmptyValue").unwrap_or_default(),
            schema: fields.get("schema").map(|_| at.child("schema")),
            content,
            description: resolved.siblings.description.or_else(|| fields.text("description")),
            deprecated: resolved.siblings.deprecated.or_else(|| fields.flag("deprecated")).unwrap_or_default(),
            example: self.examples(&fields, &at, diags).into_iter().next().map(|(_, value)| value),
            extensions: fields.extensions().map(|(name, value)| (name.to_owned(), value.clone())).collect(),
            name,
            place,
            origin: at,
            name_of_ref: resolved.through,
        })
    }

    /// The header at an origin, after following its reference.
    pub fn header(&self, origin: &Origin, diags: &mut Diagnostics) -> Option<HeaderNode> {
        let resolved = self.resolve(origin, diags)?;
        let at = resolved.origin;
        let node = self.object(&at, "header", diags)?;
        let fields = check(node, &at, "header", tables::HEADER, self.version, diags);
        if let Some(style) = fields.str("style").filter(|style| *style != "simple") {
            diags
                .add(Code::InvalidValue, &at.child("style"), format!("a header cannot have the style `{style}`"))
                .help("`simple` is the only one, and it is used");
        }
        Some(HeaderNode {
            required: fields.flag("required").unwrap_or_default(),
            deprecated: resolved.siblings.deprecated.or_else(|| fields.flag("deprecated")).unwrap_or_default(),
            explode: fields.flag("explode").unwrap_or_default(),
            description: resolved.siblings.description.or_else(|| fields.text("description")),
            schema: fields.get("schema").map(|_| at.child("schema")),
            content: self.one_content(&fields, &at, diags),
            example: self.examples(&fields, &at, diags).into_iter().next().map(|(_, value)| value),
            origin: at,
        })
    }

    /// The request body at an origin, after following its reference.
    pub fn body(&self, origin: &Origin, diags: &mut Diagnostics) -> Option<BodyNode> {
        let resolved = self.resolve(origin, diags)?;
        let at = resolved.origin;
        let node = self.object(&at, "request body", diags)?;
        let fields = check(node, &at, "request body", tables::BODY, self.version, diags);
        if !node.contains_key("content") {
            diags.add(Code::MissingKeyword, &at, "a request body needs `content`").help("the body is left out");
        }
        Some(BodyNode {
            required: fields.flag("required").unwrap_or_default(),
            description: resolved.siblings.description.or_else(|| fields.text("description")),
            content: self.content(&fields, &at, diags),
            name_of_ref: resolved.through,
            origin: at,
        })
    }

    /// The response at an origin, after following its reference.
    pub fn response(&self, origin: &Origin, diags: &mut Diagnostics) -> Option<ResponseNode> {
        let resolved = self.resolve(origin, diags)?;
        let at = resolved.origin;
        let node = self.object(&at, "response", diags)?;
        let fields = check(node, &at, "response", tables::RESPONSE, self.version, diags);
        let description = resolved.siblings.description.or_else(|| fields.text("description"));
        // OpenAPI 3.2 made the description optional, because so many documents leave it out.
        if !node.contains_key("description") && description.is_none() && self.version < Version::V3_2 {
            diags.add(Code::Assumed, &at, "a response needs a `description`");
        }
        Some(ResponseNode {
            description: description.unwrap_or_default(),
            headers: named(&fields, "headers", &at),
            content: self.content(&fields, &at, diags),
            links: named(&fields, "links", &at).into_iter().map(|(name, _)| name).collect(),
            name_of_ref: resolved.through,
            origin: at,
        })
    }

    /// The member `content`, sorted by media type.
    fn content(&self, fields: &Fields<'_>, origin: &Origin, diags: &mut Diagnostics) -> Vec<MediaNode> {
        let content = named(fields, "content", origin);
        content.into_iter().filter_map(|(media_type, at)| self.media(media_type, &at, diags)).collect()
    }

    fn media(&self, media_type: String, origin: &Origin, diags: &mut Diagnostics) -> Option<MediaNode> {
        let at = self.resolve(origin, diags)?.origin;
        let node = self.object(&at, "media type", diags)?;
        let fields = check(node, &at, "media type", tables::MEDIA_TYPE, self.version, diags);
        let mut examples = self.examples(&fields, &at, diags);
        let example = fields.get("example").cloned();
        if example.is_some() && !examples.is_empty() {
            examples.remove(0);
        }
        Some(MediaNode {
            media_type,
            schema: fields.get("schema").map(|_| at.child("schema")),
            item_schema: fields.get("itemSchema").map(|_| at.child("itemSchema")),
            example,
            examples,
            encoding: named(&fields, "encoding", &at)
                .into_iter()
                .filter_map(|(name, place)| Some((name, self.encoding(&place, diags)?)))
                .collect(),
            extensions: fields.extensions().map(|(name, value)| (name.to_owned(), value.clone())).collect(),
            origin: at,
        })
    }

    fn encoding(&self, at: &Origin, diags: &mut Diagnostics) -> Option<EncodingNode> {
        let node = self.object(at, "encoding", diags)?;
        let fields = check(node, at, "encoding", tables::ENCODING, self.version, diags);
        let style = fields.str("style").and_then(|name| {
            let style = style_named(name).filter(|style| allowed(ParameterPlace::Query).contains(style));
            if style.is_none() {
                unknown_style(name, "an encoding", &at.child("style"), diags);
            }
            style
        });
        Some(EncodingNode {
            content_type: fields.text("contentType"),
            style,
            explode: fields.flag("explode"),
            allow_reserved: fields.flag("allowReserved").unwrap_or_default(),
            headers: named(&fields, "headers", at),
            origin: at.clone(),
        })
    }

    /// `example` under an empty name, then the values of `examples`, sorted by name.
    fn examples(&self, fields: &Fields<'_>, origin: &Origin, diags: &mut Diagnostics) -> Vec<(String, Value)> {
        let mut list: Vec<(String, Value)> = Vec::new();
        list.extend(fields.get("example").map(|value| (String::new(), value.clone())));
        for (name, place) in named(fields, "examples", origin) {
            let Some(at) = self.resolve(&place, diags).map(|resolved| resolved.origin) else { continue };
            let Some(node) = self.object(&at, "example", diags) else { continue };
            let example = check(node, &at, "example", tables::EXAMPLE, self.version, diags);
            if let Some(value) = example.get("value").or_else(|| example.get("dataValue")) {
                list.push((name, value.clone()));
            }
        }
        list
    }

    /// The only entry of the `content` of a parameter or header.
    fn one_content(
        &self,
        fields: &Fields<'_>,
        origin: &Origin,
        diags: &mut Diagnostics,
    ) -> Option<(String, Option<Origin>)> {
        let content = fields.object("content")?;
        let at = origin.child("content");
        if content.len() != 1 {
            let help = if content.is_empty() { "it is taken as text" } else { "the first one, by name, is used" };
            diags.add(Code::InvalidValue, &at, "this `content` must have exactly one entry").help(help);
        }
        let media = self.content(fields, origin, diags).into_iter().next()?;
        Some((media.media_type, media.schema))
    }

    fn style(&self, fields: &Fields<'_>, place: ParameterPlace, origin: &Origin, diags: &mut Diagnostics) -> Style {
        let usual = match place {
            ParameterPlace::Query | ParameterPlace::QueryString | ParameterPlace::Cookie => Style::Form,
            ParameterPlace::Path | ParameterPlace::Header => Style::Simple,
        };
        let Some(name) = fields.str("style") else { return usual };
        match style_named(name) {
            Some(style) if allowed(place).contains(&style) => style,
            _ => {
                unknown_style(name, &format!("a parameter in `{}`", place_name(place)), &origin.child("style"), diags);
                usual
            }
        }
    }
}

/// The members of a mapping of nodes, sorted by name.
fn named(fields: &Fields<'_>, name: &str, origin: &Origin) -> Vec<(String, Origin)> {
    let at = origin.child(name);
    let members = fields.object(name).map(sorted_members).unwrap_or_default();
    members.into_iter().map(|(key, _)| (key.clone(), at.child(key))).collect()
}

fn parameter_place(name: &str, origin: &Origin, diags: &mut Diagnostics) -> Option<ParameterPlace> {
    let place = match name {
        "path" => ParameterPlace::Path,
        "query" => ParameterPlace::Query,
        "querystring" => ParameterPlace::QueryString,
        "header" => ParameterPlace::Header,
        "cookie" => ParameterPlace::Cookie,
        _ => {
            let diagnostic =
                diags.add(Code::InvalidValue, &origin.child("in"), format!("a parameter cannot be in `{name}`"));
            match name {
                "body" | "formData" => diagnostic.help("OpenAPI 3 describes it in `requestBody`"),
                _ => diagnostic.help("it is in `path`, `query`, `header` or `cookie`"),
            };
            return None;
        }
    };
    Some(place)
}

fn place_name(place: ParameterPlace) -> &'static str {
    match place {
        ParameterPlace::Path => "path",
        ParameterPlace::Query => "query",
        ParameterPlace::QueryString => "querystring",
        ParameterPlace::Header => "header",
        ParameterPlace::Cookie => "cookie",
    }
}

fn style_named(name: &str) -> Option<Style> {
    Some(match name {
        "form" => Style::Form,
        "simple" => Style::Simple,
        "spaceDelimited" => Style::SpaceDelimited,
        "pipeDelimited" => Style::PipeDelimited,
        "deepObject" => Style::DeepObject,
        "label" => Style::Label,
        "matrix" => Style::Matrix,
        "cookie" => Style::Cookie,
        _ => return None,
    })
}

/// The styles of a place (OpenAPI 3.2, section "Style Values").
fn allowed(place: ParameterPlace) -> &'static [Style] {
    match place {
        ParameterPlace::Path => &[Style::Simple, Style::Label, Style::Matrix],
        ParameterPlace::Query => &[Style::Form, Style::SpaceDelimited, Style::PipeDelimited, Style::DeepObject],
        ParameterPlace::QueryString => &[],
        ParameterPlace::Header => &[Style::Simple],
        ParameterPlace::Cookie => &[Style::Form, Style::Cookie],
    }
}

fn unknown_style(name: &str, whose: &str, at: &Origin, diags: &mut Diagnostics) {
    diags.add(Code::InvalidValue, at, format!("`{name}` is no style of {whose}")).help("the default style is used");
}
