//! What generated code needs and users do not: the tables of operations, the value behind every builder, and the wire
//! forms of types. No part of the public interface.

pub use super::argument::{Argument, ArgumentValue, append, list, percent_encode, structure};
pub use super::call::Call;
pub use super::check::{Check, Checker, Validate, Violation, validate};
pub use super::closed_enum::{ClosedEnum, deserialize as deserialize_closed_enum, parse as parse_closed_enum};
pub use super::decode::{Answer, ByStatus, DecodeFault, Envelope, json};
pub use super::drift::{Step, Watched, watch};
pub use super::list::Page;
#[cfg(feature = "mock")]
pub use super::mock_route::MockRoute;
pub use super::mode::extra;
pub use super::object::{
    Absent, Object, Table, Unknown, Writer, deserialize as deserialize_object, serialize as serialize_object,
};
pub use super::operation::{Framing, Message, Operation, StreamRules};
pub use super::param::{Param, Place, Style};
pub use super::pattern::{Pattern, Run};
pub use super::scheme::{Definition, Need, Scheme, SchemeKind};
pub use super::server::OwnServer;
pub use super::string_enum::{
    StringEnum, deserialize as deserialize_enum, parse as parse_enum, parse_owned as parse_owned_enum,
    unknown as unknown_enum,
};

/// The modes of the fields of an object.
pub mod mode {
    pub use super::super::mode::{default, list, map, nullable, optional, patch, required, sent};
}

/// Reading text newtypes.
pub mod text {
    pub use super::super::text::deserialize;
}

/// Telling the arms of a union apart.
pub mod union {
    pub use super::super::union::{
        Kind, Members, arm, by_members, has_keys, is, read, tag, try_arm, try_union, unrecognized,
    };
}

#[allow(unused_imports, reason = "an API whose closed enums are all numbers does not use it")]
pub(crate) use super::closed_enum::closed_enum;
#[allow(unused_imports, reason = "an API without objects does not use it")]
pub(crate) use super::object::object;
#[allow(unused_imports, reason = "an API without enums does not use it")]
pub(crate) use super::string_enum::string_enum;
