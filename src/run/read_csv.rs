//! CSV to columns: UTF-8, comma, header, double quotes; an empty cell is missing, anything else reads or is unreadable.

use super::cells::{Builder, Column};
use super::store::Wanted;
use crate::diagnostic::suggest;

/// Why a file as a whole does not read, or how many rows it has, its columns one by one, and the line of each row.
pub(super) type Columns = Result<(u32, Vec<Result<Column, String>>, Vec<u32>), String>;

/// Reads the wanted columns.
pub(super) fn read(bytes: &[u8], wanted: &[Wanted]) -> Columns {
    let mut reader = csv::ReaderBuilder::new().has_headers(true).flexible(false).from_reader(bytes);
    let header =
        reader.byte_headers().map_err(|error| format!("its header does not read: {}", cause(bytes, &error)))?.clone();
    let names: Vec<&str> = header.iter().map(|name| std::str::from_utf8(name).unwrap_or("\u{fffd}")).collect();
    let places: Vec<Result<usize, String>> = wanted.iter().map(|wanted| place(&names, &wanted.name)).collect();
    let mut builders: Vec<(usize, Builder)> = places
        .iter()
        .zip(wanted)
        .filter_map(|(place, wanted)| Some((*place.as_ref().ok()?, Builder::new(&wanted.kind))))
        .collect();
    let lines = fill(bytes, &mut reader, &mut builders)?;
    let rows = u32::try_from(lines.len()).unwrap_or(u32::MAX);
    let mut built = builders.into_iter().map(|(place, builder)| builder.finish(place));
    let columns =
        places.into_iter().map(|place| place.and_then(|_| built.next().ok_or_else(|| "was not read".to_owned())));
    Ok((rows, columns.collect(), lines))
}

/// The line of each row.
fn fill(bytes: &[u8], reader: &mut csv::Reader<&[u8]>, builders: &mut [(usize, Builder)]) -> Result<Vec<u32>, String> {
    let mut record = csv::ByteRecord::new();
    let mut lines: Vec<u32> = Vec::new();
    let (mut read, mut line) = (0, 1);
    while reader.read_byte_record(&mut record).map_err(|error| cause(bytes, &error))? {
        for (place, builder) in builders.iter_mut() {
            match record.get(*place) {
                None | Some(b"") => builder.missing(),
                Some(cell) => match std::str::from_utf8(cell) {
                    Ok(text) => builder.written(text),
                    Err(_) => builder.unreadable(),
                },
            }
        }
        let start = begin(bytes, record.position());
        line += breaks(bytes.get(read..start).unwrap_or(&[]), bytes.get(start).copied());
        read = start;
        if lines.len() >= (u32::MAX - 8) as usize {
            return Err("it has more than four billion rows".to_owned());
        }
        lines.push(u32::try_from(line).unwrap_or(u32::MAX));
    }
    Ok(lines)
}

/// The place of a column by its exact name, else by the only name that differs in ASCII case alone.
pub(super) fn place(names: &[&str], wanted: &str) -> Result<usize, String> {
    let find = |same: &dyn Fn(&str) -> bool| -> Vec<usize> {
        names.iter().enumerate().filter(|(_, name)| same(name)).map(|(at, _)| at).collect()
    };
    let exact = find(&|name| name == wanted);
    let found = if exact.is_empty() { find(&|name| name.eq_ignore_ascii_case(wanted)) } else { exact };
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(not_there(names, wanted)),
        [_, _, ..] => Err("stands there more than once".to_owned()),
    }
}

/// A header that is a single cell with other separators in it is one that was cut wrongly.
fn not_there(names: &[&str], wanted: &str) -> String {
    if let [header] = names
        && let Some(other) = [';', '\t', '|'].into_iter().find(|other| header.contains(*other))
    {
        return format!("is not there: cells seem to be separated by `{}`, not by `,`", other.escape_default());
    }
    match suggest::closest(wanted, names.iter().copied()) {
        Some(near) => format!("is not there, but `{near}` is"),
        None => "is not there".to_owned(),
    }
}

/// The line on which a record begins.
fn line_of(bytes: &[u8], place: Option<&csv::Position>) -> usize {
    let start = begin(bytes, place);
    1 + breaks(bytes.get(..start).unwrap_or(bytes), bytes.get(start).copied())
}

/// Where a record begins. Its place may still be in the line break before, and blank lines are skipped.
fn begin(bytes: &[u8], place: Option<&csv::Position>) -> usize {
    let place = place.and_then(|place| usize::try_from(place.byte()).ok()).unwrap_or(0);
    let blank = bytes.get(place..).unwrap_or(&[]).iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    place + blank
}

/// How many lines end in some bytes, of which `next` is the byte behind.
fn breaks(bytes: &[u8], next: Option<u8>) -> usize {
    let lone = bytes.windows(2).filter(|pair| matches!(pair, [b'\r', next] if *next != b'\n')).count();
    let last = bytes.ends_with(b"\r") && next != Some(b'\n');
    bytes.iter().filter(|byte| **byte == b'\n').count() + lone + usize::from(last)
}

fn cause(bytes: &[u8], error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let line = line_of(bytes, pos.as_ref());
            format!("line {line} has {len} cells where the header has {expected_len}")
        }
        csv::ErrorKind::Io(_)
        | csv::ErrorKind::Utf8 { .. }
        | csv::ErrorKind::Seek
        | csv::ErrorKind::Serialize(_)
        | csv::ErrorKind::Deserialize { .. }
        | _ => "it is not CSV".to_owned(),
    }
}
