//! Whole projects from a folder, with their rows as the reference reads them and their files as the embedded engine does.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use arrow::array::Array;
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use segma::diagnostic::Diagnostic;
use segma::model::config::{Config, DataFormat};
use segma::model::{Model, Type};
use segma::reference::{Row, World};
use segma::run;
use segma::source::SourceMap;

use super::worlds::{declared, read};

/// A project with its data.
pub struct Project {
    pub sources: SourceMap,
    pub model: Model,
    pub findings: Vec<Diagnostic>,
    pub files: BTreeMap<String, run::File>,
}

/// A folder of the repository.
pub fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Reads a project's folder.
pub fn load(folder: &Path) -> Project {
    let mut sources = SourceMap::new();
    let settings = sources.add("segma.toml", std::fs::read_to_string(folder.join("segma.toml")).unwrap());
    let mut files = Vec::new();
    seg_files(folder, &mut files);
    files.sort();
    for file in files {
        let name = file.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
        sources.add(name, std::fs::read_to_string(&file).unwrap());
    }
    let (config, mut findings) = Config::parse(&sources, settings);
    let (model, found) = segma::load(&config, &sources);
    findings.extend(found);
    let data = config.data.iter().map(|(table, file)| {
        let format = match file.format {
            DataFormat::Csv => run::Format::Csv,
            DataFormat::Parquet => run::Format::Parquet,
        };
        let bytes = std::fs::read(folder.join(&file.path)).unwrap();
        (table.clone(), run::File { name: file.path.clone(), format, bytes })
    });
    let files = data.collect();
    Project { sources, model, findings, files }
}

fn seg_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "refused" && name != "out") {
            seg_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "seg") {
            found.push(path);
        }
    }
}

impl Project {
    /// The rows as the reference reads them: of every table, the columns that the catalog speaks of.
    pub fn rows(&self) -> World {
        let declared = declared(&self.model);
        let none = BTreeMap::new();
        let tables = self.files.iter().map(|(name, file)| {
            let types = declared.get(name).unwrap_or(&none);
            let rows = match file.format {
                run::Format::Csv => csv(&file.bytes, types),
                run::Format::Parquet => parquet(&file.bytes, types),
            };
            (name.clone(), rows)
        });
        World { tables: tables.collect(), ..World::default() }
    }
}

fn csv(bytes: &[u8], types: &BTreeMap<String, Type>) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| {
        let cells =
            header.iter().zip(record.iter()).filter_map(|(column, text)| Some((column, types.get(column)?, text)));
        cells.map(|(column, ty, text)| (column.to_owned(), read(ty, (!text.is_empty()).then_some(text)))).collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn parquet(bytes: &[u8], types: &BTreeMap<String, Type>) -> Vec<Row> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::copy_from_slice(bytes)).unwrap().build().unwrap();
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.unwrap();
        let start = rows.len();
        rows.resize_with(start + batch.num_rows(), Row::new);
        for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
            let Some(ty) = types.get(field.name()) else { continue };
            let options = FormatOptions::default();
            let formatter = ArrayFormatter::try_new(array.as_ref(), &options).unwrap();
            for number in 0..batch.num_rows() {
                let text = array.is_valid(number).then(|| formatter.value(number).to_string());
                let text = text.map(|text| if is_floating(array.data_type()) { rounded(&text) } else { text });
                rows[start + number].insert(field.name().clone(), read(ty, text.as_deref()));
            }
        }
    }
    rows
}

fn is_floating(ty: &DataType) -> bool {
    matches!(ty, DataType::Float16 | DataType::Float32 | DataType::Float64)
}

/// A floating-point number at six places, as every engine takes it for a decimal.
fn rounded(text: &str) -> String {
    format!("{:.6}", text.parse::<f64>().unwrap())
}
