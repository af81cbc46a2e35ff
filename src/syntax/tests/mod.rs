//! Tests of the syntax room.

mod accepted;
mod grammar;
mod recognised;
mod recovery;
mod support;
