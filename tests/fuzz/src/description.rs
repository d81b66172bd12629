//! Descriptions made of bytes: mostly as the specification has them, now and then not.

mod schemas;

use arbitrary::{Arbitrary, Result, Unstructured};
use serde_json::{Map, Value, json};

const VERSIONS: &[&str] = &["3.0.3", "3.1.0", "3.2.0"];

const NAMES: &[&str] = &[
    "a",
    "Pet",
    "pet",
    "PET",
    "pet_id",
    "petId",
    "type",
    "self",
    "crate",
    "Self",
    "Option",
    "String",
    "Vec",
    "1st",
    "+1",
    "-1",
    "_",
    "$ref",
    "x-y",
    "a.b",
    "a/b",
    "a~b",
    "ünï",
    "日本",
    "new",
    "build",
    "send",
    "id",
    "r#fn",
    "Error",
    "Client",
    "Box",
    "data",
    "errors",
    "next_token",
    "limit",
    "cursor",
    "",
    " ",
    "Value",
    "Result",
    "Some",
    "None",
    "Ok",
    "std",
    "types",
    "runtime",
];

const TEXTS: &[&str] = &[
    "A text.",
    "",
    "*/ fn x() {} /*",
    "\"); x(); (\"",
    "```\nfn x() {}\n```",
    "# Title\n\n- one\n- two",
    "\u{202e}x",
    "a\0b",
    "{x}",
    "#![no_std]",
    "\\",
    "r#\"x\"#",
    "line\nline\r\nline",
    "<b>x</b> [x] [x](y) `x",
    "//! x",
    "https://example.test/a b",
];

const MEDIA: &[&str] = &[
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain",
    "text/event-stream",
    "application/octet-stream",
    "application/x-ndjson",
    "application/problem+json",
    "application/xml",
    "*/*",
    "image/png",
    "application/json; charset=utf-8",
    "application/json-seq",
    "nonsense",
];

const STATUSES: &[&str] = &["200", "201", "204", "default", "2XX", "404", "4XX", "500", "301", "9", "x"];

const STYLES: &[&str] =
    &["form", "simple", "label", "matrix", "spaceDelimited", "pipeDelimited", "deepObject", "cookie", "odd"];

const PLACES: &[&str] = &["query", "path", "header", "cookie", "querystring"];

/// A whole description.
pub(crate) fn description(source: &mut Unstructured<'_>) -> Result<Value> {
    let version = *source.choose(VERSIONS)?;
    let schemas = source.int_in_range(1..=6)?;
    let names = (0..schemas).map(|_| name(source)).collect::<Result<Vec<_>>>()?;
    let mut maker = Maker { source, names };
    let mut root = json!({ "openapi": version, "info": { "title": maker.text()?, "version": "1" } });
    let schemas = maker.named(|maker| maker.schema(0), &maker.names.clone())?;
    root["components"]["schemas"] = schemas;
    if maker.sometimes()? {
        root["info"]["description"] = maker.text()?.into();
        root["components"]["securitySchemes"] = maker.members(2, Maker::scheme)?;
    }
    root["paths"] = maker.paths()?;
    if maker.seldom()? {
        root["webhooks"] = maker.members(2, Maker::path_item)?;
    }
    if maker.seldom()? {
        root["servers"] = maker.list(2, Maker::server)?;
    }
    if maker.seldom()? {
        root["security"] = maker.security()?;
        root["tags"] = json!([{ "name": maker.name()?, "description": maker.text()? }]);
    }
    Ok(root)
}

fn name(source: &mut Unstructured<'_>) -> Result<String> {
    match source.ratio(7, 8)? {
        true => Ok((*source.choose(NAMES)?).to_owned()),
        false => String::arbitrary(source),
    }
}

struct Maker<'m, 'a> {
    source: &'m mut Unstructured<'a>,
    names: Vec<String>,
}

impl Maker<'_, '_> {
    fn sometimes(&mut self) -> Result<bool> {
        self.source.ratio(1, 2)
    }

    fn seldom(&mut self) -> Result<bool> {
        self.source.ratio(1, 8)
    }

    fn one_of(&mut self, texts: &'static [&'static str]) -> Result<&'static str> {
        self.source.choose(texts).copied()
    }

    fn name(&mut self) -> Result<String> {
        name(self.source)
    }

    fn text(&mut self) -> Result<String> {
        match self.source.ratio(7, 8)? {
            true => self.one_of(TEXTS).map(str::to_owned),
            false => String::arbitrary(self.source),
        }
    }

    fn list(&mut self, most: usize, mut make: impl FnMut(&mut Self) -> Result<Value>) -> Result<Value> {
        let count = self.source.int_in_range(0..=most)?;
        (0..count).map(|_| make(self)).collect::<Result<Vec<_>>>().map(Value::from)
    }

    fn members(&mut self, most: usize, make: impl FnMut(&mut Self) -> Result<Value>) -> Result<Value> {
        let count = self.source.int_in_range(0..=most)?;
        let names = (0..count).map(|_| self.name()).collect::<Result<Vec<_>>>()?;
        self.named(make, &names)
    }

    fn named(&mut self, mut make: impl FnMut(&mut Self) -> Result<Value>, names: &[String]) -> Result<Value> {
        let members = names.iter().map(|name| Ok((name.clone(), make(self)?)));
        members.collect::<Result<Map<_, _>>>().map(Value::from)
    }

    /// Any JSON value: where something else is expected, or as default, example and enum value.
    fn value(&mut self) -> Result<Value> {
        Ok(match self.source.int_in_range(0..=7)? {
            0 => Value::Null,
            1 => true.into(),
            2 => i64::arbitrary(self.source)?.into(),
            3 => f64::arbitrary(self.source)?.into(),
            4 => json!([]),
            5 => json!({ "a": [1, { "b": null }] }),
            6 => self.name()?.into(),
            _ => self.text()?.into(),
        })
    }

    fn paths(&mut self) -> Result<Value> {
        let mut paths = Map::new();
        for _ in 0..self.source.int_in_range(0..=3)? {
            let path = match self.source.int_in_range(0..=5)? {
                0 => "/pets".to_owned(),
                1 => "/pets/{id}".to_owned(),
                2 => "/{id}/{a}".to_owned(),
                3 => format!("/{}", self.name()?),
                4 => format!("/{{{}}}.json", self.name()?),
                _ => self.text()?,
            };
            paths.insert(path, self.path_item()?);
        }
        Ok(paths.into())
    }

    fn path_item(&mut self) -> Result<Value> {
        let mut item = Map::new();
        for _ in 0..self.source.int_in_range(1..=2)? {
            let method =
                self.one_of(&["get", "post", "put", "patch", "delete", "head", "options", "trace", "query"])?;
            item.insert(method.to_owned(), self.operation()?);
        }
        if self.seldom()? {
            item.insert("parameters".to_owned(), self.list(2, Self::parameter)?);
        }
        Ok(item.into())
    }

    fn operation(&mut self) -> Result<Value> {
        let mut operation = json!({
            "parameters": self.list(4, Self::parameter)?,
            "responses": self.responses()?,
        });
        if self.source.ratio(3, 4)? {
            operation["operationId"] = self.name()?.into();
        }
        if self.sometimes()? {
            operation["tags"] = self.list(2, |maker| maker.name().map(Value::from))?;
            operation["summary"] = self.text()?.into();
            operation["description"] = self.text()?.into();
        }
        if self.sometimes()? {
            let content = self.content()?;
            operation["requestBody"] = json!({ "required": self.sometimes()?, "content": content });
        }
        if self.seldom()? {
            operation["security"] = self.security()?;
        }
        if self.seldom()? {
            operation["deprecated"] = true.into();
            operation["servers"] = self.list(2, Self::server)?;
        }
        if self.source.ratio(1, 20)? {
            operation["callbacks"] = json!({ "done": { "{$request.body#/url}": { "post": { "responses": {} } } } });
        }
        Ok(operation)
    }

    fn parameter(&mut self) -> Result<Value> {
        let mut parameter = json!({ "name": self.name()?, "in": self.one_of(PLACES)? });
        match self.source.ratio(7, 8)? {
            true => parameter["schema"] = self.schema(2)?,
            false => parameter["content"] = self.content()?,
        }
        if self.sometimes()? {
            parameter["required"] = self.sometimes()?.into();
        }
        if self.source.ratio(1, 3)? {
            parameter["style"] = self.one_of(STYLES)?.into();
            parameter["explode"] = self.sometimes()?.into();
        }
        if self.seldom()? {
            parameter["description"] = self.text()?.into();
            parameter["example"] = self.value()?;
        }
        Ok(parameter)
    }

    fn content(&mut self) -> Result<Value> {
        let mut content = Map::new();
        for _ in 0..self.source.int_in_range(1..=2)? {
            let mut media = json!({ "schema": self.schema(1)? });
            if self.seldom()? {
                media["encoding"] =
                    json!({ (self.name()?): { "contentType": self.one_of(MEDIA)?, "style": self.one_of(STYLES)? } });
            }
            if self.seldom()? {
                media["itemSchema"] = self.schema(1)?;
            }
            content.insert(self.one_of(MEDIA)?.to_owned(), media);
        }
        Ok(content.into())
    }

    fn responses(&mut self) -> Result<Value> {
        let mut responses = Map::new();
        for _ in 0..self.source.int_in_range(0..=3)? {
            let mut response = json!({ "description": self.text()? });
            if self.source.ratio(3, 4)? {
                response["content"] = self.content()?;
            }
            if self.seldom()? {
                let name = self.name()?;
                response["headers"] = json!({ (name): { "schema": self.schema(3)? } });
            }
            responses.insert(self.one_of(STATUSES)?.to_owned(), response);
        }
        Ok(responses.into())
    }

    fn scheme(&mut self) -> Result<Value> {
        Ok(match self.source.int_in_range(0..=4)? {
            0 => json!({ "type": "http", "scheme": "bearer" }),
            1 => json!({ "type": "http", "scheme": self.one_of(&["basic", "digest", "odd"])? }),
            2 => json!({ "type": "apiKey", "in": self.one_of(PLACES)?, "name": self.name()? }),
            3 => json!({ "type": "oauth2", "flows": { "authorizationCode": {
                "authorizationUrl": "https://a.test/x", "tokenUrl": self.text()?, "scopes": { (self.name()?): self.text()? } } } }),
            _ => json!({ "type": self.one_of(&["openIdConnect", "mutualTLS", "odd"])? }),
        })
    }

    fn security(&mut self) -> Result<Value> {
        self.list(2, |maker| {
            let name = maker.name()?;
            Ok(json!({ (name): maker.list(1, |maker| maker.name().map(Value::from))? }))
        })
    }

    fn server(&mut self) -> Result<Value> {
        let url = match self.source.int_in_range(0..=3)? {
            0 => "https://a.test/v1".to_owned(),
            1 => "https://{v}.a.test".to_owned(),
            2 => "/relative".to_owned(),
            _ => self.text()?,
        };
        Ok(
            json!({ "url": url, "variables": { "v": { "default": self.text()?, "enum": [self.text()?, self.name()?] } } }),
        )
    }
}
