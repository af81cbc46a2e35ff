//! Descriptions of data that were written for other tools, turned into files of the language.
//!
//! Text in, files and an account out: nothing is read or written here. What the other description does not tell is left open (`???`), so
//! that nothing compiles before somebody who knows has answered; what the language cannot say stands as a comment at its place.

pub mod fides;
