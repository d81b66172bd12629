//! What of the program each breaking change stops.

/// The changes that the compiler sees: the part of the program that does not compile, with others that it stops as well, and
/// words of the reason.
pub(super) const BREAKS: &[(&str, &str, &str)] = &[
    ("operation removed", "removing", "remove_animal"),
    ("operation renamed", "keepers", "ListKeepers"),
    ("operation of another tag", "keepers", "ListKeepers"),
    ("required parameter added", "removing", "takes 3 arguments"),
    ("parameter removed", "names", "no method named `names`"),
    ("parameter required", "since names trace", "takes 1 argument"),
    ("parameter optional", "removing", "takes 1 argument"),
    ("parameter of another type", "trace", "i64"),
    ("body optional", "adding", "takes 0 arguments"),
    ("body required", "keepers", "takes 1 argument"),
    ("body of another type", "new_animal adding note", "item named `new`"),
    ("answer of another type", "keepers", "mismatched types"),
    ("error removed", "errors", "NotFound"),
    ("required member of a body added", "new_animal adding note", "takes 3 arguments"),
    ("member removed", "note", "no method named `note`"),
    ("member of another type", "weight", "mismatched types"),
    ("member required", "list", "mismatched types"),
    ("member optional", "animal", "mismatched types"),
    ("member answered only", "note", "no method named `note`"),
    ("values of a map", "tags", "mismatched types"),
    ("value removed", "kinds", "Lion"),
    ("values listed no more", "kinds new_animal adding", "Bear"),
    ("type renamed", "problem", "Problem"),
    ("alternative removed", "food", "Hay"),
    ("operations exchanged", "keepers", "mismatched types"),
    ("group renamed", "stay days", "stays"),
    ("part of the runtime gone", "picture", "Base64"),
    ("scheme renamed", "key", "no method named `key`"),
    ("type renamed that is used", "keepers", "Keeper"),
    ("member renamed", "phone", "phone"),
    ("pages no more", "pages", "no method named `pages`"),
    ("arguments of a constructor in another order", "new_animal adding note", "String"),
    ("header removed", "days", "GetStayHeaders"),
    ("header of another type", "days", "mismatched types"),
    ("stream no more", "sounds", "connect"),
    ("webhook of another type", "escape", "mismatched types"),
];

/// The changes that the compiler does not see: the part of the program that is refused, or reads something else.
pub(super) const REFUSED: &[(&str, &str)] = &[
    ("bounds narrower", "limit"),
    ("pattern added", "trace"),
    ("credentials removed", "key"),
    ("scheme of another kind", "key"),
    ("credentials together", "animals"),
    ("credentials needed", "nothing"),
    ("member with narrower bounds", "adding"),
    ("alternative by another tag", "food"),
    ("path parameters in another order", "stay"),
    ("alternatives in another order", "size"),
    ("alternative added in front", "size"),
    ("required members may not be left out", "animal_of_stay"),
    ("members of an envelope", "feedings"),
];

/// The changes that take a feature away, which a manifest can ask for.
pub(super) const FEATURES: &[(&str, &str)] = &[("scheme of a login no more", "oauth2")];
