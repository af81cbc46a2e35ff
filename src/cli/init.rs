//! `segma init`: a small complete project to begin with, the shop of `examples/shop`.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::console::Console;
use super::{Exit, Failure};

/// Writes a small complete project: catalog, policies, nine audiences and the rows of sixty invented customers.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  segma init shop                 writes the project into the new folder `shop`
  segma check shop                no errors; one finding stands under an approved exception
  segma preview shop --as-of 2026-11-01
                                  counts each audience in the invented rows")]
pub struct Args {
    /// The folder, which must be new or empty.
    #[arg(value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
}

/// A file of the project: its path and text.
type Part = (&'static str, &'static str);

macro_rules! shop {
    ($($path:literal),* $(,)?) => {
        [$(($path, include_str!(concat!("../../examples/shop/", $path)))),*]
    };
}

const SHOP: &[Part] = &shop![
    "segma.toml",
    "catalog/consent.seg",
    "catalog/customers.seg",
    "catalog/orders.seg",
    "catalog/service.seg",
    "data/accounts.csv",
    "data/blocked.csv",
    "data/churn_scores.csv",
    "data/complaints.csv",
    "data/consent_events.csv",
    "data/cookie_choices.csv",
    "data/cookie_links.csv",
    "data/customers.csv",
    "data/gpc_signals.csv",
    "data/order_items.csv",
    "data/orders.csv",
    "data/products.csv",
    "data/sends.csv",
    "policy/destinations.seg",
    "policy/purposes.seg",
    "policy/rules.seg",
    "segments/offers.seg",
    "segments/service.seg",
    "segments/win_back.seg",
];

/// Writes the project; nothing that exists is touched.
pub fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    refuse_occupied(&args.folder)?;
    for (path, text) in SHOP {
        write(&args.folder.join(path), text)?;
    }
    let folder = args.folder.display();
    // The invented rows end on that day; later their ledgers are too old for anybody to be reached.
    console.out(&format!(
        "wrote {} files to `{folder}`\nnext: segma check {folder}\n      segma preview {folder} --as-of 2026-11-01\n",
        SHOP.len()
    ))?;
    Ok(Exit::Clean)
}

fn refuse_occupied(folder: &Path) -> Result<(), Failure> {
    let Ok(metadata) = fs::symlink_metadata(folder) else { return Ok(()) };
    let occupied = metadata.is_symlink()
        || !metadata.is_dir()
        || fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_some());
    if occupied {
        return Err(Failure::new(format!(
            "`{}` is not an empty folder, and nothing in it will be overwritten",
            folder.display()
        ))
        .help("name a new folder, as in `segma init shop`"));
    }
    Ok(())
}

fn write(place: &Path, text: &str) -> Result<(), Failure> {
    let written = place.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| {
        let mut file = OpenOptions::new().write(true).create_new(true).open(place)?;
        file.write_all(text.as_bytes())
    });
    written.map_err(|error| Failure::new(format!("`{}` cannot be written: {error}", place.display())))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn the_whole_shop_is_embedded() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/shop");
        let mut open = vec![root.clone()];
        let mut found = BTreeSet::new();
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let relative = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                if path.is_dir() && relative != "out" {
                    open.push(path);
                } else if path.is_file() && relative != "prepare.py" {
                    found.insert(relative);
                }
            }
        }
        let embedded: BTreeSet<String> = super::SHOP.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(embedded, found);
    }
}
