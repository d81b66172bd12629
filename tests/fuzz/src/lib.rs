//! What is tried with inputs that nobody thought of. Each function takes bytes and panics where something is wrong; the targets
//! of `cargo fuzz` call them with what libFuzzer makes, and the tests of the repository with the seeds.

mod addresses;
mod description;
mod framing;
mod generating;
#[path = "../../../templates/runtime/tests/common/naive.rs"]
mod naive;
mod through;
#[path = "../../tests/roundtrip/types.rs"]
mod types;

pub use self::addresses::url;
pub use self::framing::framer;
pub use self::generating::{document, pipeline};
pub use self::through::types;
