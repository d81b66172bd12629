use super::*;

const TEXT: &str = r##"version = 1

[crate]
name = "zoo-client"
keywords = ["zoo"]

[rename.operations]
listAnimals = "list"
listAnimalz = "list_all"

[envelope]
data = "data"

[paging]
parameter = "page_token"
next = ["meta.next", "next"]

[includes]
users = { accessor = "user", key = "id" }

[coalesce]
"Animal.id" = ["animal_id", "id"]

[responses]
required = "lenient"

[gaps]
"#/paths/~1zoo/get" = "not needed"
"##;

fn read(text: &str) -> (Option<Config>, String) {
    let mut sources = Sources::new();
    let mut diags = Diagnostics::new();
    let config =
        sources.add_toml("codegen.toml", text, &mut diags).and_then(|file| Config::read(&sources, file, &mut diags));
    if let Some(config) = &config {
        config.get(Table::RenameOperations, "listAnimals");
        config.mark(Table::Envelope, "data");
        config.mark(Table::Paging, "parameter");
        config.mark(Table::Paging, "next");
        config.mark(Table::Includes, "users");
        config.coalesce("Animal");
        let zoo = Origin::root(FileId(7)).child("paths").child("/zoo").child("get");
        config.gap(&zoo.to_string());
        config.offer(Table::RenameOperations, "listAnimals");
        config.report_unused(None, &mut diags);
    }
    let rendered = diags.render(&sources, false);
    (config, rendered)
}

#[test]
fn entries_are_read_and_tracked() {
    let (config, rendered) = read(TEXT);
    let config = config.expect("the text is a configuration");
    assert_eq!(config.package().name.as_deref(), Some("zoo-client"));
    assert_eq!(config.get(Table::RenameOperations, "listAnimals"), Some("list"));
    assert_eq!(config.paging().next, ["meta.next", "next"]);
    assert_eq!(config.includes().next().map(|(member, include)| (member, include.key.as_str())), Some(("users", "id")));
    assert_eq!(config.coalesce("Animal"), [("id", ["animal_id".to_owned(), "id".to_owned()].as_slice())]);
    assert_eq!(config.required_members(), RequiredMembers::Lenient);
    insta::assert_snapshot!(rendered, @r#"
    error[S2C0102]: `listAnimalz` in [rename.operations] matches nothing in the description
     --> codegen.toml:9:1
      |
    9 | listAnimalz = "list_all"
      | ^^^^^^^^^^^
      |
      = help: did you mean `listAnimals`?
    "#);
}

#[test]
fn an_unknown_key_has_its_place() {
    insta::assert_snapshot!(read("version = 1\n\n[crate]\nnam = \"zoo\"\n").1, @r#"
    error[S2C0101]: there is no key `nam`
     --> codegen.toml:4:1
      |
    4 | nam = "zoo"
      | ^
      |
      = help: did you mean `name`?
    "#);
}

#[test]
fn the_version_is_needed() {
    insta::assert_snapshot!(read("[crate]\nname = \"zoo\"\n").1, @"
    error[S2C0101]: missing field `version`
     --> codegen.toml:1:1
      |
    1 | [crate]
      | ^
    ");
    insta::assert_snapshot!(read("version = 2\n").1, @"
    error[S2C0101]: version 2 of the configuration is not known
     --> codegen.toml:1:11
      |
    1 | version = 2
      |           ^
      |
      = help: write `version = 1`
    ");
}

#[test]
fn text_that_is_no_toml() {
    insta::assert_snapshot!(read("version = 1\n[crate\n").1, @"
    error[S2C0002]: this is not valid TOML: unclosed table, expected `]`
     --> codegen.toml:2:7
      |
    2 | [crate
      |       ^
    ");
}

/// One page documents the configuration: it names every table, and its examples can be read.
#[test]
fn the_page_of_the_configuration_is_complete() {
    let page = include_str!("../../CONFIGURATION.md");
    for table in Table::ALL {
        let named = match table.path() {
            ["select", list @ ..] => format!("`{}`", list.join(".")),
            _ => format!("`[{table}]`"),
        };
        assert!(page.contains(&named), "{named}");
    }
    let unknown = toml::from_str::<Raw>("version = 1\nnothing = 1").expect_err("an unknown key").message().to_owned();
    let names: Vec<&str> = unknown.split('`').skip(3).step_by(2).collect();
    assert!(names.len() > 15, "{unknown}");
    for name in names.into_iter().filter(|name| *name != "version") {
        assert!([format!("`[{name}]`"), format!("`[{name}.")].iter().any(|text| page.contains(text)), "{name}");
    }
    for example in page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()) {
        let (config, rendered) = read(&format!("version = 1\n{example}"));
        assert!(config.is_some(), "{example}\n{rendered}");
    }
}
