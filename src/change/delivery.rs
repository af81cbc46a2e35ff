//! What becomes of those who are wanted: cap, holdout, minimum, exposed columns.

use super::imply::{Around, Ask};
use super::names::Names;
use super::{About, Effect, Point, guard};
use crate::model::CompareOp;
use crate::plan::{Cap, Cond, Delivery, Holdout};

/// Every difference of two deliveries.
pub fn points(was: &Names<'_>, old: &Delivery, is: &Names<'_>, new: &Delivery) -> Vec<Point> {
    let mut found: Vec<Point> = Vec::new();
    let mut say =
        |effect, said: String| found.push(Point { about: About::Delivery, effect, reaches_further: false, said });
    if old.minimum != new.minimum {
        let effect = Effect::proved(new.minimum > old.minimum, new.minimum < old.minimum);
        say(effect, format!("nobody leaves below {} people; it was {}", new.minimum, old.minimum));
    }
    if let Some((effect, said)) = holdout(old.holdout.as_ref(), new.holdout.as_ref()) {
        say(effect, said);
    }
    if let Some((effect, said)) = cap(was, old.cap.as_ref(), is, new.cap.as_ref()) {
        say(effect, said);
    }
    found.extend(exposed(was, old, is, new));
    found
}

fn holdout(old: Option<&Holdout>, new: Option<&Holdout>) -> Option<(Effect, String)> {
    let share = |holdout: &Holdout| format!("{}.{:02} %", holdout.basis_points / 100, holdout.basis_points % 100);
    match (old, new) {
        (None, None) => None,
        (None, Some(new)) => Some((Effect::Shrinks, format!("{} are held out", share(new)))),
        (Some(old), None) => Some((Effect::Grows, format!("nobody is held out any more; it was {}", share(old)))),
        (Some(old), Some(new)) if old == new => None,
        (Some(old), Some(new)) if old.salt != new.salt => {
            Some((Effect::Either, format!("the holdout is drawn anew, as it is named `{}`", new.salt)))
        }
        (Some(old), Some(new)) => {
            let effect = Effect::proved(new.basis_points > old.basis_points, new.basis_points < old.basis_points);
            Some((effect, format!("{} are held out; it was {}", share(new), share(old))))
        }
    }
}

fn cap(was: &Names<'_>, old: Option<&Cap>, is: &Names<'_>, new: Option<&Cap>) -> Option<(Effect, String)> {
    // Whoever has fewer contacts than the cap stays.
    let below = |cap: &Cap| Cond::Count { rows: Box::new(cap.rows.clone()), op: CompareOp::Less, n: cap.contacts };
    let around = |from: &Names<'_>, to: &Names<'_>, a: &Cond, b: &Cond| {
        let around = Around { from: from.clone(), to: to.clone(), same_ranked: true, guards: guard::implies };
        around.implies(Ask::Surely, a, b)
    };
    match (old, new) {
        (None, None) => None,
        (None, Some(_)) => Some((Effect::Shrinks, "contacts are capped".to_owned())),
        (Some(_), None) => Some((Effect::Grows, "contacts are no longer capped".to_owned())),
        (Some(old), Some(new)) => {
            let (a, b) = (below(old), below(new));
            let effect = Effect::proved(around(is, was, &b, &a), around(was, is, &a, &b));
            (effect != Effect::Same).then(|| (effect, "the cap of contacts has changed".to_owned()))
        }
    }
}

fn exposed(was: &Names<'_>, old: &Delivery, is: &Names<'_>, new: &Delivery) -> Vec<Point> {
    let columns = |names: &Names<'_>, delivery: &Delivery| -> Vec<(String, serde_json::Value, bool)> {
        delivery.expose.iter().map(|column| (column.name.clone(), names.of(&column.path), column.hashed)).collect()
    };
    let (before, after) = (columns(was, old), columns(is, new));
    let point =
        |said: String, reaches_further| Point { about: About::Exposure, effect: Effect::Same, reaches_further, said };
    let mut found = Vec::new();
    for column in after.iter().filter(|column| !before.contains(column)) {
        let clear = if column.2 { "hashed" } else { "in the clear" };
        let hashed_now = column.2 && before.contains(&(column.0.clone(), column.1.clone(), false));
        found.push(point(format!("`{}` leaves, {clear}", column.0), !hashed_now));
    }
    let gone = before.iter().filter(|column| !after.iter().any(|other| other.0 == column.0));
    found.extend(gone.map(|column| point(format!("`{}` no longer leaves", column.0), false)));
    found
}
