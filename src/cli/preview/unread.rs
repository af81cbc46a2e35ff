//! Below the counts: which cells of the files keep people out, and where they stand. Cells are counted, not people.

use segma::diagnostic::terminal::{Look, wrap};
use segma::diagnostic::text;
use segma::run::{Spot, Unread};
use serde_json::{Value, json};

/// At most so many columns are told.
const TOLD: usize = 12;

/// One entry for each column with such cells.
pub fn render(all: &[Unread], look: &Look) -> String {
    if all.is_empty() {
        return String::new();
    }
    let mut out = "\ncells that keep out whoever they are about (9 stands for a digit, a for a letter)\n".to_owned();
    for one in all.iter().take(TOLD) {
        for part in wrap(&text::line(&sentence(one)), look.width, 2, 4) {
            out += &format!("  {part}\n");
        }
    }
    if all.len() > TOLD {
        out += &format!("  and in {} further columns\n", all.len() - TOLD);
    }
    out
}

fn sentence(one: &Unread) -> String {
    let verb = if one.cells == 1 { "is" } else { "are" };
    let cells = text::counted(one.cells, "cell");
    let places: Vec<String> = one.first.iter().map(|spot| place(&one.file, spot)).collect();
    let more = if one.cells > one.first.len() as u64 { ", …" } else { "" };
    format!("{cells} of `{}` {verb} {}: {}{more}", one.column, one.why, places.join(", "))
}

fn place(file: &str, spot: &Spot) -> String {
    let why = spot.why.as_deref().map(|why| format!(" ({why})")).unwrap_or_default();
    if spot.is_row {
        return format!("{file} row {}{why}", spot.line);
    }
    format!("{file}:{} in its column {}{why}", spot.line, spot.column)
}

/// The same for programs.
pub fn values(all: &[Unread]) -> Value {
    let spot = |spot: &Spot| {
        let unit = if spot.is_row { "row" } else { "line" };
        json!({ unit: spot.line, "column": spot.column, "why": spot.why })
    };
    let one = |one: &Unread| {
        let first: Vec<Value> = one.first.iter().map(spot).collect();
        json!({ "file": one.file, "column": one.column, "cells": one.cells, "why": one.why, "first": first })
    };
    all.iter().map(one).collect()
}
