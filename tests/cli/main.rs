//! The command as people and other programs meet it: arguments, streams, exit codes, and what lies on disk afterwards.

mod account;
mod build;
mod harness;
mod preview;
mod usage;
