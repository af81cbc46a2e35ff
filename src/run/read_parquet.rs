//! Parquet to columns, one reader per column, side by side.
//!
//! Physical types must say what the catalog says: an instant needs a column with time zone (UTC-adjusted), wall time one
//! without; whole numbers may serve as decimals and, in digits, as text; floating point rounds to six places.

use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes as arrow_types;
use arrow::datatypes::{DataType, TimeUnit};
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use rayon::prelude::*;
use serde_json::Value as Json;

use super::cells::{Builder, Column, Raw, State};
use super::read_csv::{Columns, place};
use super::store::Wanted;
use crate::plan::ColumnKind;

const BATCH: usize = 1 << 16;

/// Reads the wanted columns.
pub(super) fn read(bytes: Vec<u8>, wanted: &[Wanted]) -> Columns {
    let bytes = Bytes::from(bytes);
    let metadata =
        guarded(|| ArrowReaderMetadata::load(&bytes, ArrowReaderOptions::new()).map_err(|error| error.to_string()))
            .map_err(|error| format!("it is not Parquet: {error}"))?;
    let rows = metadata.metadata().file_metadata().num_rows();
    let rows =
        u32::try_from(rows).ok().filter(|rows| *rows < u32::MAX - 8).ok_or("it has more than four billion rows")?;
    let columns = wanted.par_iter().map(|wanted| {
        let column = guarded(|| column(&bytes, &metadata, wanted))?;
        let (column, read) = column;
        if read == rows as usize { Ok(column) } else { Err(format!("holds {read} of {rows} rows")) }
    });
    Ok((rows, columns.collect(), Vec::new()))
}

/// Damaged files can trip the decoder itself; that is a finding about the file like any other.
fn guarded<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err("is damaged".to_owned()))
}

fn column(bytes: &Bytes, metadata: &ArrowReaderMetadata, wanted: &Wanted) -> Result<(Column, usize), String> {
    let fields = metadata.schema().fields();
    let names: Vec<&str> = fields.iter().map(|field| field.name().as_str()).collect();
    let at = place(&names, &wanted.name)?;
    let mask = ProjectionMask::roots(metadata.parquet_schema(), [at]);
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(bytes.clone(), metadata.clone())
        .with_projection(mask)
        .with_batch_size(BATCH)
        .build()
        .map_err(|error| error.to_string())?;
    let mut builder = Builder::new(&wanted.kind);
    let mut rows = 0;
    for batch in reader {
        let batch = batch.map_err(|error| format!("does not read: {error}"))?;
        let array = batch.columns().first().ok_or("is not there")?;
        append(&mut builder, array, &wanted.kind)?;
        rows += array.len();
    }
    Ok((builder.finish(at), rows))
}

fn append(to: &mut Builder, array: &ArrayRef, kind: &ColumnKind) -> Result<(), String> {
    let read = match kind {
        ColumnKind::Text => texts(to, array)? || integers(to, array) || dates(to, array),
        ColumnKind::Uuid => texts(to, array)? || uuids(to, array),
        ColumnKind::Version => texts(to, array)?,
        ColumnKind::List { of } => texts(to, array)? || lists(to, array, of)?,
        ColumnKind::Boolean => booleans(to, array),
        ColumnKind::Integer => integers(to, array) || decimals(to, array)?,
        ColumnKind::Decimal => decimals(to, array)? || integers(to, array) || floats(to, array),
        ColumnKind::Degrees { .. } => degrees(to, array)?,
        ColumnKind::Date => dates(to, array),
        ColumnKind::Instant => instants(to, array, true),
        ColumnKind::Wall { .. } => instants(to, array, false),
    };
    if read {
        return Ok(());
    }
    Err(format!("holds {} and not {}", array.data_type(), said(kind)))
}

fn said(kind: &ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Text => "text",
        ColumnKind::Boolean => "truth values",
        ColumnKind::Integer => "whole numbers",
        ColumnKind::Decimal | ColumnKind::Degrees { .. } => "numbers",
        ColumnKind::Date => "dates",
        ColumnKind::Instant => "instants (timestamps with time zone)",
        ColumnKind::Wall { .. } => "wall times (timestamps without time zone)",
        ColumnKind::Uuid => "UUIDs",
        ColumnKind::Version => "versions",
        ColumnKind::List { .. } => "lists",
    }
}

fn each<T>(to: &mut Builder, cells: impl Iterator<Item = Option<T>>, mut push: impl FnMut(&mut Builder, T)) -> bool {
    for cell in cells {
        match cell {
            Some(cell) => push(to, cell),
            None => to.missing(),
        }
    }
    true
}

fn texts(to: &mut Builder, array: &ArrayRef) -> Result<bool, String> {
    if let Some(dictionary) = array.as_any_dictionary_opt() {
        let plain = arrow::compute::cast(array, dictionary.values().data_type()).map_err(|error| error.to_string())?;
        return texts(to, &plain);
    }
    if let Some(cells) = array.as_string_opt::<i32>() {
        return Ok(each(to, cells.iter(), Builder::written));
    }
    if let Some(cells) = array.as_string_opt::<i64>() {
        return Ok(each(to, cells.iter(), Builder::written));
    }
    Ok(array.as_string_view_opt().is_some_and(|cells| each(to, cells.iter(), Builder::written)))
}

/// Lists, as the JSON arrays that they are in other files.
fn lists(to: &mut Builder, array: &ArrayRef, of: &ColumnKind) -> Result<bool, String> {
    let (elements, ends): (&ArrayRef, Vec<usize>) = match (array.as_list_opt::<i32>(), array.as_list_opt::<i64>()) {
        (Some(lists), _) => (lists.values(), ends(lists.offsets().iter().map(|end| i64::from(*end)))),
        (None, Some(lists)) => (lists.values(), ends(lists.offsets().iter().copied())),
        (None, None) => return Ok(false),
    };
    let mut inner = Builder::new(of);
    append(&mut inner, elements, of)?;
    let inner = inner.finish(0);
    for (row, span) in ends.windows(2).enumerate() {
        let (Some(from), Some(end)) = (span.first(), span.last()) else { continue };
        if array.is_null(row) {
            to.missing();
            continue;
        }
        match (*from..*end).map(|at| element(&inner, at)).collect::<Option<Vec<Json>>>() {
            Some(list) => to.written(&Json::Array(list).to_string()),
            None => to.unreadable(),
        }
    }
    Ok(true)
}

fn ends(offsets: impl Iterator<Item = i64>) -> Vec<usize> {
    offsets.filter_map(|end| usize::try_from(end).ok()).collect()
}

/// An element as JSON; `None` where it cannot be read.
fn element(elements: &Column, at: usize) -> Option<Json> {
    let row = u32::try_from(at).ok()?;
    match (elements.state(row), elements.value(row)) {
        (State::Missing, _) => Some(Json::Null),
        (State::Fine, Some(Raw::Text(text))) => Some(Json::from(text)),
        (State::Fine, Some(Raw::Integer(n))) => Some(Json::from(n)),
        (State::Fine | State::Unreadable, _) => None,
    }
}

fn uuids(to: &mut Builder, array: &ArrayRef) -> bool {
    let Some(cells) = array.as_fixed_size_binary_opt() else { return false };
    each(to, cells.iter(), |to, cell| {
        let hex: String = cell.iter().map(|byte| format!("{byte:02x}")).collect();
        let parts = [hex.get(..8), hex.get(8..12), hex.get(12..16), hex.get(16..20), hex.get(20..)];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        to.written(&parts.join("-"));
    })
}

fn booleans(to: &mut Builder, array: &ArrayRef) -> bool {
    array.as_boolean_opt().is_some_and(|cells| each(to, cells.iter(), Builder::boolean))
}

fn integers(to: &mut Builder, array: &ArrayRef) -> bool {
    macro_rules! try_as {
        ($($ty:ident),*) => {$(
            if let Some(cells) = array.as_primitive_opt::<arrow_types::$ty>() {
                return each(to, cells.iter(), |to, n| to.integer(i64::from(n)));
            }
        )*};
    }
    try_as!(Int64Type, Int32Type, Int16Type, Int8Type, UInt32Type, UInt16Type, UInt8Type);
    let Some(cells) = array.as_primitive_opt::<arrow_types::UInt64Type>() else { return false };
    each(to, cells.iter(), |to, n| match i64::try_from(n) {
        Ok(n) => to.integer(n),
        Err(_) => to.unreadable(),
    })
}

fn decimals(to: &mut Builder, array: &ArrayRef) -> Result<bool, String> {
    let DataType::Decimal128(_, scale) = *array.data_type() else { return narrow_decimals(to, array) };
    let Some(cells) = array.as_primitive_opt::<arrow_types::Decimal128Type>() else { return Ok(false) };
    let more = u32::try_from(6 - i32::from(scale)).ok().and_then(|n| 10_i128.checked_pow(n));
    let fewer = u32::try_from(i32::from(scale) - 6).ok().and_then(|n| 10_i128.checked_pow(n));
    Ok(each(to, cells.iter(), |to, n| {
        let micros = match (more, fewer) {
            (Some(more), _) => n.checked_mul(more),
            (None, Some(fewer)) if n % fewer == 0 => Some(n / fewer),
            (None, Some(_) | None) => None,
        };
        match micros {
            Some(micros) => to.decimal(micros),
            None => to.unreadable(),
        }
    }))
}

fn narrow_decimals(to: &mut Builder, array: &ArrayRef) -> Result<bool, String> {
    let (DataType::Decimal32(_, scale) | DataType::Decimal64(_, scale)) = *array.data_type() else { return Ok(false) };
    let wide = arrow::compute::cast(array, &DataType::Decimal128(38, scale)).map_err(|error| error.to_string())?;
    decimals(to, &wide)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the range is checked first, and rounding to six places is what is meant"
)]
fn floats(to: &mut Builder, array: &ArrayRef) -> bool {
    fn push(to: &mut Builder, n: f64) {
        let micros = (n * 1e6).round();
        if micros.abs() < 1e24 { to.decimal(micros as i128) } else { to.unreadable() }
    }
    if let Some(cells) = array.as_primitive_opt::<arrow_types::Float64Type>() {
        return each(to, cells.iter(), push);
    }
    let Some(cells) = array.as_primitive_opt::<arrow_types::Float32Type>() else { return false };
    each(to, cells.iter(), |to, n| push(to, f64::from(n)))
}

/// Numbers of any kind, of as many places as they have.
fn degrees(to: &mut Builder, array: &ArrayRef) -> Result<bool, String> {
    if !array.data_type().is_numeric() {
        return Ok(false);
    }
    let wide = arrow::compute::cast(array, &DataType::Float64).map_err(|error| error.to_string())?;
    let cells = wide.as_primitive_opt::<arrow_types::Float64Type>();
    Ok(cells.is_some_and(|cells| each(to, cells.iter(), Builder::degrees)))
}

fn dates(to: &mut Builder, array: &ArrayRef) -> bool {
    if let Some(cells) = array.as_primitive_opt::<arrow_types::Date32Type>() {
        return each(to, cells.iter(), Builder::date);
    }
    let Some(cells) = array.as_primitive_opt::<arrow_types::Date64Type>() else { return false };
    each(to, cells.iter(), |to, millis| match i32::try_from(millis.div_euclid(86_400_000)) {
        Ok(days) if millis % 86_400_000 == 0 => to.date(days),
        Ok(_) | Err(_) => to.unreadable(),
    })
}

fn instants(to: &mut Builder, array: &ArrayRef, zoned: bool) -> bool {
    let DataType::Timestamp(unit, zone) = array.data_type() else { return false };
    if zone.is_some() != zoned {
        return false;
    }
    let push = |to: &mut Builder, micros: Option<i64>| match micros {
        Some(micros) if zoned => to.instant(micros),
        Some(micros) => to.wall(micros),
        None => to.unreadable(),
    };
    macro_rules! read {
        ($ty:ident, $micros:expr) => {{
            let Some(cells) = array.as_primitive_opt::<arrow_types::$ty>() else { return false };
            each(to, cells.iter(), |to, n| push(to, $micros(n)))
        }};
    }
    match unit {
        TimeUnit::Second => read!(TimestampSecondType, |n: i64| n.checked_mul(1_000_000)),
        TimeUnit::Millisecond => read!(TimestampMillisecondType, |n: i64| n.checked_mul(1_000)),
        TimeUnit::Microsecond => read!(TimestampMicrosecondType, |n: i64| Some(n)),
        TimeUnit::Nanosecond => read!(TimestampNanosecondType, |n: i64| Some(n.div_euclid(1_000))),
    }
}
