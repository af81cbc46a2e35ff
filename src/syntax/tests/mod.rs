//! Tests of the syntax room.

mod accepted;
mod support;
