//! MLS-03: a model goes on scoring with what its training data said after that data had to go.

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Model, Retain, ScoreFacts, Table, TableKind};
use crate::privacy::retention::{fits, plus};

pub(super) static RULE: Rule = Rule { code: Code("MLS-03"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for table in cx.model.tables.values() {
        if let TableKind::Score(facts) = &table.kind {
            findings.extend(outliving(cx.model, table, facts));
        }
    }
}

fn outliving(model: &Model, table: &Table, facts: &ScoreFacts) -> Option<Diagnostic> {
    let (back, every) = (facts.looking_back?, facts.retrained?);
    let oldest = plus(back.value, every.value);
    facts.trained_on.iter().find_map(|trained| {
        let data = &model.tables[model.governing(trained.value)];
        let retain = data.retain.as_ref()?;
        let kept = match &retain.value {
            Retain::For { length, .. } => *length,
            Retain::WhileListed { .. } => return None,
        };
        (!fits(oldest, kept)).then(|| {
            let (name, of) = (&table.name.value, &data.name.value);
            Diagnostic::warning(RULE.code, format!("`{name}` remembers `{of}` longer than `{of}` is kept"))
                .at(every.span, format!("before it is trained anew, it remembers {oldest}"))
                .and(retain.span, format!("kept {kept}"))
                .because("what a person had deleted would still decide, inside a number")
                .help("train it anew more often, or look less far back")
                .about(name)
        })
    })
}
