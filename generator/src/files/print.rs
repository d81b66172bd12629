//! Rust as a person would lay it out: items and methods with a blank line between, comments above what they are about.

use proc_macro2::TokenStream;
use quote::quote;

use super::shapes::Shapes;

/// The text of one Rust file while it grows.
#[derive(Clone, Debug)]
pub struct Source<'s> {
    parts: Vec<String>,
    shapes: &'s Shapes,
}

/// A field, a variant or a method with its comment.
#[derive(Clone, Debug)]
pub struct Member {
    /// The lines of its documentation, without `///`.
    pub docs: Vec<String>,
    /// Its attributes and its code.
    pub tokens: TokenStream,
}

/// What an item has between its braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside {
    /// Fields of a struct.
    Fields,
    /// Variants of an enum.
    Variants,
    /// Methods, types and constants of an impl.
    Methods,
}

impl<'s> Source<'s> {
    /// An empty file. Its items are printed by the shapes that several files share.
    #[must_use]
    pub fn new(shapes: &'s Shapes) -> Self {
        Self { parts: Vec::new(), shapes }
    }

    /// Adds text as it is.
    pub fn text(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.parts.push(text);
        }
    }

    /// Adds an item.
    pub fn item(&mut self, docs: &[String], tokens: TokenStream) {
        let mut text = String::new();
        comment(&mut text, "", docs);
        text.push_str(&self.shapes.print(tokens));
        self.parts.push(text);
    }

    /// Adds an item that ends in braces. `head` is everything before them.
    pub fn container(&mut self, docs: &[String], head: TokenStream, inside: Inside, members: Vec<Member>) {
        let mut text = String::new();
        comment(&mut text, "", docs);
        let head = self.shapes.print(quote! { #head {} });
        if members.is_empty() {
            text.push_str(&head);
            self.parts.push(text);
            return;
        }
        text.push_str(head.trim_end().trim_end_matches("{}"));
        text.push_str("{\n");
        for (index, member) in members.into_iter().enumerate() {
            if index > 0 && inside == Inside::Methods {
                text.push('\n');
            }
            comment(&mut text, "    ", &member.docs);
            text.push_str(&match inside {
                Inside::Fields => self.shapes.field(member.tokens),
                Inside::Variants => self.shapes.variant(member.tokens),
                Inside::Methods => self.shapes.method(member.tokens),
            });
        }
        text.push_str("}\n");
        self.parts.push(text);
    }

    /// The finished text.
    #[must_use]
    pub fn finish(self) -> String {
        self.parts.join("\n")
    }
}

impl Member {
    /// A member with its documentation.
    #[must_use]
    pub fn new(docs: Vec<String>, tokens: TokenStream) -> Self {
        Self { docs, tokens }
    }

    /// A member without documentation of its own: the method of a trait.
    #[must_use]
    pub fn bare(tokens: TokenStream) -> Self {
        Self { docs: Vec::new(), tokens }
    }
}

/// The lines of a function's body.
#[must_use]
pub fn statements(shapes: &Shapes, tokens: TokenStream) -> Vec<String> {
    let printed = shapes.statements(tokens);
    printed.lines().map(|line| line.strip_prefix("    ").unwrap_or(line).to_owned()).collect()
}

fn comment(text: &mut String, indent: &str, lines: &[String]) {
    for line in lines {
        text.push_str(indent);
        text.push_str("///");
        if !line.is_empty() {
            text.push(' ');
            text.push_str(line);
        }
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_stand_above_members_and_methods_apart() {
        let shapes = Shapes::new();
        let mut source = Source::new(&shapes);
        let fields = vec![
            Member::new(vec!["A number.".to_owned(), String::new(), "More.".to_owned()], quote! { pub a: u8 }),
            Member::bare(quote! { #[deprecated] pub b: u8 }),
        ];
        source.container(&["Docs.".to_owned()], quote! { #[derive(Clone)] pub struct S }, Inside::Fields, fields);
        let methods = vec![
            Member::bare(quote! { fn a(&self) -> u8 { self.a } }),
            Member::new(vec!["Two.".to_owned()], quote! { fn b(&self) -> u8 { self.b } }),
        ];
        source.container(&[], quote! { impl S }, Inside::Methods, methods);
        source.container(&[], quote! { impl Marker for S }, Inside::Methods, Vec::new());
        insta::assert_snapshot!(source.finish(), @r"
        /// Docs.
        #[derive(Clone)]
        pub struct S {
            /// A number.
            ///
            /// More.
            pub a: u8,
            #[deprecated]
            pub b: u8,
        }

        impl S {
            fn a(&self) -> u8 {
                self.a
            }

            /// Two.
            fn b(&self) -> u8 {
                self.b
            }
        }

        impl Marker for S {}
        ");
    }
}
