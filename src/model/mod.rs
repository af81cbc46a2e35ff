//! The resolved program beside the syntax tree: names, types and units, and the project's configuration.

pub mod config;
