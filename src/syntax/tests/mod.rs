//! Tests of the syntax room.

mod accepted;
mod depth;
mod grammar;
mod hostile;
mod mutation;
mod recognised;
mod recovery;
mod support;
