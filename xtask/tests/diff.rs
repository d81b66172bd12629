//! `cargo xtask diff` as a program: what it prints, and how it ends.

mod repository;

use std::process::Command;

use repository::Repository;

#[test]
fn the_description_is_compared_with_a_file() {
    let repository = Repository::new();
    let before = repository.read("spec/openapi.yaml");
    repository.write("before.yaml", &before);
    let (code, printed, reported) = repository.run(&["diff", "before.yaml"]);
    assert_eq!((code, printed.as_str(), reported.as_str()), (Some(0), "Nothing changes for callers.\n", ""));

    repository.write(
        "spec/openapi.yaml",
        &before.replacen("operationId: getConnectionHistory", "operationId: getHistory", 1),
    );
    repository.write(
        "spec/codegen.toml",
        &repository.read("spec/codegen.toml").replace("getConnectionHistory", "getHistory"),
    );
    let (code, printed, _) = repository.run(&["diff", "before.yaml"]);
    // The configuration names what the description before does not have, which is in the way of nothing.
    assert_eq!(code, Some(3), "{printed}");
    assert!(printed.contains("operation `getHistory`: it is called another way"), "{printed}");
}

#[test]
fn the_description_is_compared_with_a_revision() {
    let repository = Repository::new();
    repository.run(&["codegen"]);
    if !commit(&repository) {
        println!("skipped: there is no git");
        return;
    }
    let (code, printed, reported) = repository.run(&["diff"]);
    assert_eq!((code, printed.as_str(), reported.as_str()), (Some(0), "Nothing changes for callers.\n", ""));

    let text = repository.read("spec/openapi.yaml").replacen("maximum: 100", "maximum: 90", 1);
    repository.write("spec/openapi.yaml", &text);
    let (code, printed, _) = repository.run(&["diff"]);
    assert_eq!(code, Some(3), "{printed}");
    assert!(printed.starts_with("**A new major version"), "{printed}");
    assert!(printed.contains("is `>= 1, <= 90` (spec/openapi.yaml:"), "{printed}");
    let (code, printed, _) = repository.run(&["diff", "HEAD", "--format", "json"]);
    assert!(code == Some(3) && printed.contains("\"verdict\": \"major\""), "{printed}");
    let (code, _, reported) = repository.run(&["diff", "nowhere"]);
    assert_eq!(code, Some(1));
    assert!(reported.contains("`nowhere` is neither a file nor a revision of git"), "{reported}");
}

#[test]
fn what_the_generator_changes_is_told_as_well() {
    let repository = Repository::new();
    repository.run(&["codegen"]);
    let listing = repository.read("generated/api.txt");
    repository.write("generated/api.txt", &format!("{listing}types::Old: struct #[non_exhaustive]\n"));
    if !commit(&repository) {
        println!("skipped: there is no git");
        return;
    }
    let (code, printed, _) = repository.run(&["diff", "main"]);
    assert_eq!(code, Some(3), "{printed}");
    assert!(printed.contains("- the client: `types::Old` is gone"), "{printed}");
}

/// Makes a commit on the branch `main`.
fn commit(repository: &Repository) -> bool {
    let git = |arguments: &[&str]| {
        let run = Command::new("git")
            .current_dir(repository.path(""))
            .args(["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .output();
        run.is_ok_and(|output| output.status.success())
    };
    git(&["init", "--quiet", "--initial-branch=main"]) && git(&["add", "."]) && git(&["commit", "--quiet", "-m", "a"])
}
