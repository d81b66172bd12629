//! Worked examples of everything that can send a client's requests, each with what the server saw of it: a tower stack, a
//! transport that adds headers, another HTTP library without an async runtime.

mod another_library;
mod headers;
mod support;
mod tower_stack;
