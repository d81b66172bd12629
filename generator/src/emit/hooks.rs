//! What the API sends by itself: an alias per webhook and per callback.

use quote::quote;

use crate::embedded::Part;
use crate::files::{FileSet, Taken};
use crate::ir::{Hook, HookKind};

use super::docs::{Docs, code, one_line};
use super::scope::{Context, File};
use super::{Copied, example, words};

/// Prints the modules `webhooks` and `callbacks`, where there is something to print.
pub(super) fn emit(cx: Context<'_>, copied: &Copied, files: &mut FileSet) -> Result<(), Taken> {
    let mut rest = cx.api.hooks.as_slice();
    while let Some(first) = rest.first() {
        let module = first.kind.module();
        let count = rest.iter().take_while(|hook| hook.kind.module() == module).count();
        let (hooks, behind) = rest.split_at(count);
        files.insert(format!("src/{module}.rs"), module_text(cx, copied, module, hooks))?;
        rest = behind;
    }
    Ok(())
}

/// What the root says of them.
pub(super) fn about(cx: Context<'_>, docs: &mut Docs) {
    let Some(first) = cx.api.hooks.first() else { return };
    let mut modules: Vec<String> =
        cx.api.hooks.iter().map(|hook| hook.kind.module()).map(|module| format!("[`{module}`]")).collect();
    modules.dedup();
    docs.paragraph(if matches!(first.kind, HookKind::Webhook) { "# Webhooks" } else { "# Callbacks" }).paragraph(
        format!("What the API sends to a server of yours is in {}: a type per body.", words::list(&modules, "and")),
    );
}

fn module_text(cx: Context<'_>, copied: &Copied, module: &str, hooks: &[Hook]) -> String {
    let mut file = File::new(cx, None);
    let mut about = Docs::sentence(match module {
        "webhooks" => "What the API sends to those who subscribed, by the name of the webhook.",
        _ => "What the API sends because an operation asked for it, by the name of the callback.",
    });
    about.paragraph(
        "Each is the type of a body. The request is received by a web server of your choice, and its body is JSON:",
    );
    if let Some(first) = hooks.first() {
        about.example(vec![
            "# fn receive(body: &[u8]) -> Result<(), serde_json::Error> {".to_owned(),
            format!(
                "let event: {}::{module}::{} = serde_json::from_slice(body)?;",
                example::crate_name(cx),
                first.name
            ),
            "println!(\"{event:?}\");".to_owned(),
            "# Ok(())".to_owned(),
            "# }".to_owned(),
        ]);
    }
    if copied.parts.contains(&Part::Webhook) {
        about.paragraph(
            "Check first who sent it: `runtime::Webhook` of the feature `webhook` does, and answers challenges.",
        );
    }
    file.about(about.lines());
    for hook in hooks {
        let ty = file.ty(&hook.ty);
        let deprecated = hook.deprecated.then(|| quote! { #[deprecated] });
        let name = &hook.name;
        file.source.item(&describe(hook).lines(), quote! { #deprecated pub type #name = #ty; });
    }
    file.finish()
}

fn describe(hook: &Hook) -> Docs {
    let sent = match &hook.kind {
        HookKind::Webhook => format!("The webhook {}, sent with {}.", code(&hook.wire), code(&hook.method)),
        HookKind::Callback { of, address } => format!(
            "The callback {} of {}, sent with {} to {}.",
            code(&hook.wire),
            code(of),
            code(&hook.method),
            code(address)
        ),
    };
    let summary = one_line(&hook.summary);
    let mut docs = if summary.is_empty() {
        Docs::sentence(sent)
    } else {
        let mut docs = Docs::of(&hook.summary, String::new);
        docs.paragraph(sent);
        docs
    };
    if one_line(&hook.docs) != summary {
        docs.markdown(&hook.docs);
    }
    if !hook.headers.is_empty() {
        let headers: Vec<String> = hook.headers.iter().map(|name| code(name)).collect();
        docs.paragraph(format!("It comes with the headers {}.", words::list(&headers, "and")));
    }
    docs
}
