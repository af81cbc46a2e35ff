//! The statements of a view's file.

use super::dialect::{Comments, Dialect, Replace};
use super::tree::{Expr, Query};
use super::{print, quote};
use crate::plan::SegmentPlan;

/// The names of a view's columns: the key, then what is exposed.
pub fn columns(query: &Query) -> Vec<String> {
    let names = query.root.items.iter().map(|item| match (&item.alias, &item.expr) {
        (Some(alias), _) => alias.clone(),
        (None, Expr::Column { name, .. }) => name.clone(),
        (None, _) => String::new(),
    });
    names.collect()
}

/// What people read in the warehouse about the view.
pub fn view_comment(plan: &SegmentPlan) -> String {
    let about = &plan.about;
    let title = about.title.as_deref().unwrap_or(&about.name);
    let purposes: Vec<&str> = about.purposes.iter().map(|purpose| purpose.name.as_str()).collect();
    let text = format!("{title} | purpose {} | definition {}", purposes.join(", "), plan.hash);
    // A backslash means different things to different readers.
    quote::comment(&text).replace('\\', "/")
}

/// What people read about a column: the key, or something exposed.
pub fn column_comment(plan: &SegmentPlan, index: usize) -> String {
    if plan.figures.is_some() {
        return format!("A column of report {}: groups and figures, no people", plan.about.name);
    }
    let text = match index.checked_sub(1).and_then(|i| plan.delivery.expose.get(i)) {
        None => format!("Key of the people of segment {}", plan.about.name),
        Some(exposed) if exposed.hashed => format!("{}, as SHA-256", exposed.name),
        Some(exposed) => format!("{}, exposed by segment {}", exposed.name, plan.about.name),
    };
    // A backslash means different things to different readers.
    quote::comment(&text).replace('\\', "/")
}

/// A view as its file creates it.
#[derive(Debug, Clone)]
pub struct View {
    /// Its name.
    pub name: String,
    /// What people read about it.
    pub comment: String,
    /// Its columns, each with what people read about it.
    pub columns: Vec<(String, String)>,
    /// Its query, printed.
    pub body: String,
}

/// The view of a segment.
pub fn of_segment(dialect: &Dialect, plan: &SegmentPlan, query: &Query) -> View {
    let columns = columns(query).into_iter().enumerate();
    View {
        name: plan.about.name.clone(),
        comment: view_comment(plan),
        columns: columns.map(|(i, name)| (name, column_comment(plan, i))).collect(),
        body: print::query(dialect, query),
    }
}

/// The statements, each without its semicolon.
pub fn statements(dialect: &Dialect, schema: &str, view: &View) -> Vec<String> {
    let path = quote::path(dialect, &[schema.to_owned(), view.name.clone()]);
    let mut out = Vec::new();
    if dialect.transactions {
        out.push("BEGIN".to_owned());
    }
    let create = match dialect.replace {
        Replace::InPlace => "CREATE OR REPLACE",
        Replace::DropFirst => {
            out.push(format!("DROP VIEW IF EXISTS {path}"));
            "CREATE"
        }
    };
    out.push(format!("{create} {}VIEW {path}{} AS\n{}", dialect.view_kind, signature(dialect, view), view.body));
    if dialect.comments == Comments::Statements {
        let text = |text: &str| quote::text(dialect, text);
        out.push(format!("COMMENT ON VIEW {path} IS {}", text(&view.comment)));
        for (column, comment) in &view.columns {
            let name = quote::name(dialect, column);
            out.push(format!("COMMENT ON COLUMN {path}.{name} IS {}", text(comment)));
        }
    }
    if dialect.transactions {
        out.push("COMMIT".to_owned());
    }
    out
}

/// Columns, options and inline comments between the view's name and AS.
fn signature(dialect: &Dialect, view: &View) -> String {
    let text = |text: &str| quote::text(dialect, text);
    let column = |(name, comment): &(String, String)| {
        let name = quote::name(dialect, name);
        match dialect.comments {
            Comments::Statements => name,
            Comments::Inline => format!("{name} COMMENT {}", text(comment)),
            Comments::Options => format!("{name} OPTIONS(description = {})", text(comment)),
        }
    };
    let names: Vec<String> = view.columns.iter().map(column).collect();
    let options = dialect.view_options;
    let comment = match dialect.comments {
        Comments::Statements => String::new(),
        Comments::Inline => format!(" COMMENT = {}", text(&view.comment)),
        Comments::Options => format!(" OPTIONS(description = {})", text(&view.comment)),
    };
    format!(" ({}){options}{comment}", names.join(", "))
}
