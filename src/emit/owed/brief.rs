//! The account on one screen: what is open in full, then a line for each kind of duty with what discharges it and where.

use std::fmt::Write;

use super::text::{self, paragraph};
use super::{Account, BEYOND, shortly};
use crate::diagnostic::text as plain;
use crate::privacy::obligations::{Obligation, Standing};

/// What a duty is about has at least and at most so many columns.
const ABOUT: (usize, usize) = (24, 44);

/// One line of the table: obligations of one kind that the same means discharge.
struct Row {
    duty: &'static str,
    about: Vec<String>,
    by: String,
    places: Vec<String>,
}

pub(super) fn render(account: &Account<'_>, width: usize) -> String {
    let mut out = text::head(account, width);
    for (standing, group) in account.groups() {
        let _ = writeln!(out, "\n{} ({})", super::heading(standing), group.len());
        match standing {
            Standing::Discharged => table(&mut out, &rows(account, &group), width),
            Standing::Open | Standing::Doubtful | Standing::Excepted => {
                group.into_iter().for_each(|one| standing_out(&mut out, account, one, width));
            }
        }
    }
    out.push('\n');
    paragraph(&mut out, "", BEYOND, width);
    let more = "`--long` derives each of them; `--duty retention`, or a code such as RET-01, derives one.";
    paragraph(&mut out, "", more, width);
    out
}

fn standing_out(out: &mut String, account: &Account<'_>, one: &Obligation, width: usize) {
    out.push('\n');
    paragraph(out, text::mark(one.standing()), &account.owed(one), width);
    text::findings(out, account, one, width);
}

fn rows(account: &Account<'_>, group: &[&Obligation]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for one in group {
        let (duty, about) = account.about(one);
        let by = shortly(one);
        let place = account.where_of(one);
        match rows.iter_mut().find(|row| row.duty == duty && row.by == by) {
            Some(row) => {
                row.about.push(about);
                row.places.extend(place.filter(|place| !row.places.contains(place)));
            }
            None => rows.push(Row { duty, about: vec![about], by, places: place.into_iter().collect() }),
        }
    }
    rows
}

fn table(out: &mut String, rows: &[Row], room: usize) {
    let widest = |of: &dyn Fn(&Row) -> usize| rows.iter().map(of).max().unwrap_or(0);
    let duty = widest(&|row| row.duty.chars().count());
    let by = widest(&|row| row.by.chars().count());
    let place = widest(&|row| row.place().chars().count());
    let about = room.saturating_sub(duty + by + place + 12).clamp(ABOUT.0, ABOUT.1);
    let about = about.min(widest(&|row| row.said().chars().count()));
    for row in rows {
        let said = cut(&row.said(), about);
        let _ = writeln!(out, "  [x] {:duty$}  {said:about$}  {:by$}  {}", row.duty, row.by, row.place());
    }
}

impl Row {
    fn said(&self) -> String {
        plain::line(&self.about.join(", "))
    }

    fn place(&self) -> String {
        match self.places.as_slice() {
            [] => "the language".to_owned(),
            [only] => only.clone(),
            [first, rest @ ..] => format!("{first} and {} more", rest.len()),
        }
    }
}

fn cut(said: &str, width: usize) -> String {
    if said.chars().count() <= width {
        return said.to_owned();
    }
    said.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}
