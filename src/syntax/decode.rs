//! From bytes to text: UTF-8, nothing else.

use super::{codes, limits};
use crate::diagnostic::Diagnostic;

/// The text of a file, or the finding that says why it is none. The finding has no place: the caller names the file.
///
/// A byte order mark at the start is kept (it is three bytes of the file) and ignored by the parser.
///
/// # Errors
/// Where the bytes are more than the limit, or are not UTF-8.
pub fn decode(bytes: &[u8]) -> Result<String, Box<Diagnostic>> {
    if bytes.len() > limits::FILE_BYTES {
        return Err(Box::new(too_large(bytes.len())));
    }
    if let Some(which) = utf16(bytes) {
        let finding = Diagnostic::error(codes::ENCODING, format!("the file is {which}, not UTF-8"));
        return Err(Box::new(finding.help("save it as UTF-8")));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => Err(Box::new(not_utf8(bytes, error.valid_up_to()))),
    }
}

/// The finding about a file over the limit.
pub(super) fn too_large(bytes: usize) -> Diagnostic {
    let message = format!("the file has {bytes} bytes, and at most {} are read", limits::FILE_BYTES);
    Diagnostic::error(codes::TOO_LARGE, message).help("split it into several files: their order means nothing")
}

fn utf16(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => Some("UTF-32"),
        [0xFF, 0xFE, rest @ ..] | [0xFE, 0xFF, rest @ ..] if rest.len() % 2 == 0 => Some("UTF-16"),
        [a, 0, b, 0, ..] | [0, a, 0, b, ..] if a.is_ascii() && b.is_ascii() && *a != 0 && *b != 0 => Some("UTF-16"),
        _ => None,
    }
}

fn not_utf8(bytes: &[u8], at: usize) -> Diagnostic {
    let line = bytes.iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
    let found: Vec<String> = bytes.iter().skip(at).take(2).map(|byte| format!("{byte:02X}")).collect();
    let message = format!("the file is not UTF-8: byte {at} on line {line} is {}", found.join(" "));
    Diagnostic::error(codes::ENCODING, message).help("save it as UTF-8")
}
