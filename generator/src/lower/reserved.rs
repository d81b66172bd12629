//! Names that the runtime has taken on the types to which a client adds its own.

/// Methods of the builder of every client; each security scheme adds a setter.
pub(super) const SETTERS: &[&str] = &[
    "attempt_timeout",
    "base_url",
    "before_send",
    "budget",
    "build",
    "clock",
    "connect_timeout",
    "credential",
    "default_header",
    "fail_on_partial",
    "local_checks",
    "max_body",
    "new",
    "on_drift",
    "overall_timeout",
    "rate_limiter",
    "retry",
    "transport",
    "user_agent",
];

/// Methods of every client, also those that only the runtime can call; each group adds one.
pub(super) const CLIENT_METHODS: &[&str] = &[
    "base",
    "before_send",
    "clock",
    "credential",
    "credential_names",
    "definition",
    "drift",
    "headers",
    "report_drift",
    "request",
    "schemes",
    "settings",
    "transport",
    "unix_now",
    "watches_drift",
];

/// Modules that every client has, what Cargo takes for roots, and the methods of a client that are not the runtime's own.
pub(super) const MODULES: &[&str] = &["builder", "client", "clone", "ext", "lib", "main", "runtime", "tests", "types"];

#[cfg(test)]
mod tests {
    use syn::{ImplItem, Item, Type};

    use super::{CLIENT_METHODS, SETTERS};
    use crate::embedded::{Part, runtime};

    /// The methods of a type in all files of the runtime, sorted.
    fn methods(of: &str) -> Vec<String> {
        let mut found = Vec::new();
        for (_, text) in runtime(&[Part::Pages, Part::Streams]) {
            let file = syn::parse_file(&text).expect("the runtime is Rust");
            for item in file.items {
                let Item::Impl(block) = item else { continue };
                let is_meant = matches!(&*block.self_ty, Type::Path(path) if path.path.is_ident(of));
                if block.trait_.is_some() || !is_meant {
                    continue;
                }
                found.extend(block.items.into_iter().filter_map(|item| match item {
                    ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
                    _ => None,
                }));
            }
        }
        found.sort();
        found
    }

    #[test]
    fn every_method_of_the_builder_is_reserved() {
        assert_eq!(methods("ClientBuilder"), SETTERS);
    }

    #[test]
    fn every_method_of_the_client_is_reserved() {
        assert_eq!(methods("Client"), CLIENT_METHODS);
    }
}
