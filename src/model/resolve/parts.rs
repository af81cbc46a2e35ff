//! The clauses that tables of all kinds share, seen through one pair of glasses.

use super::names::wrote;
use crate::source::Spanned;
use crate::syntax::ast;
use crate::syntax::ast::{Clause, Lost, Name, Path};

/// The clauses of a table's declaration; what its kind does not have is `None` or empty.
pub(super) struct Parts<'a> {
    pub word: &'static str,
    pub name: &'a Name,
    pub of: Option<&'a Name>,
    pub table: &'a Clause<ast::Table>,
    pub key: Option<&'a Spanned<ast::Key>>,
    pub subject: Option<&'a Spanned<ast::Subject>>,
    pub at: Option<&'a Spanned<ast::Moment>>,
    pub arrived: Option<&'a Spanned<ast::Moment>>,
    pub unique: Option<&'a Spanned<ast::Unique>>,
    pub retain: Option<&'a Spanned<ast::Retain>>,
    pub allowed: Option<&'a Spanned<Vec<Path>>>,
    pub protects: Option<&'a Spanned<Vec<Path>>>,
    pub origin: Option<&'a Spanned<ast::Origin>>,
    pub gathering: Option<&'a ast::Gathering>,
    pub tolerate: Option<&'a Spanned<u64>>,
    pub links: &'a [ast::Link],
    pub fields: &'a [ast::Field],
    pub lost: &'a Lost,
}

impl<'a> Parts<'a> {
    fn bare(word: &'static str, name: &'a Name, table: &'a Clause<ast::Table>, lost: &'a Lost) -> Self {
        Parts {
            word,
            name,
            of: None,
            table,
            key: None,
            subject: None,
            at: None,
            arrived: None,
            unique: None,
            retain: None,
            allowed: None,
            protects: None,
            origin: None,
            gathering: None,
            tolerate: None,
            links: &[],
            fields: &[],
            lost,
        }
    }

    /// Whether some name inside may be unknown to us: a field or link that could not be read.
    pub fn lost_names(&self) -> bool {
        wrote(self.lost, "field") || wrote(self.lost, "link") || self.lost.bad.iter().any(|bad| bad.keyword.is_none())
    }

    pub fn entity(it: &'a ast::Entity) -> Self {
        Parts {
            key: it.key.as_ref(),
            retain: it.retain.as_ref(),
            allowed: it.allowed.as_ref(),
            links: &it.links,
            fields: &it.fields,
            ..Self::bare("entity", &it.name, &it.table, &it.lost)
        }
    }

    pub fn source(it: &'a ast::Source) -> Self {
        Parts {
            of: Some(&it.of),
            subject: it.subject.as_ref(),
            at: it.at.as_ref(),
            arrived: it.arrived.as_ref(),
            unique: it.unique.as_ref(),
            retain: it.retain.as_ref(),
            allowed: it.allowed.as_ref(),
            protects: it.protects.as_ref(),
            origin: it.origin.as_ref(),
            gathering: Some(&it.gathering),
            tolerate: it.tolerate.as_ref(),
            links: &it.links,
            fields: &it.fields,
            ..Self::bare("source", &it.name, &it.table, &it.lost)
        }
    }

    pub fn rows(it: &'a ast::NestedRows) -> Self {
        Parts {
            of: Some(&it.of),
            unique: it.unique.as_ref(),
            allowed: it.allowed.as_ref(),
            links: &it.links,
            fields: &it.fields,
            ..Self::bare("rows", &it.name, &it.table, &it.lost)
        }
    }

    pub fn lookup(it: &'a ast::Lookup) -> Self {
        Parts {
            key: it.key.as_ref(),
            links: &it.links,
            fields: &it.fields,
            ..Self::bare("lookup", &it.name, &it.table, &it.lost)
        }
    }

    pub fn list(it: &'a ast::List) -> Self {
        Parts {
            of: Some(&it.of),
            subject: it.subject.as_ref(),
            at: it.at.as_ref(),
            arrived: it.arrived.as_ref(),
            retain: it.retain.as_ref(),
            allowed: it.allowed.as_ref(),
            protects: it.protects.as_ref(),
            origin: it.origin.as_ref(),
            gathering: Some(&it.gathering),
            tolerate: it.tolerate.as_ref(),
            ..Self::bare("list", &it.name, &it.table, &it.lost)
        }
    }

    pub fn model(it: &'a ast::Model) -> Self {
        Parts {
            of: Some(&it.of),
            subject: it.subject.as_ref(),
            at: it.at.as_ref(),
            arrived: it.arrived.as_ref(),
            unique: it.unique.as_ref(),
            retain: it.retain.as_ref(),
            allowed: it.allowed.as_ref(),
            tolerate: it.tolerate.as_ref(),
            fields: &it.fields,
            ..Self::bare("model", &it.name, &it.table, &it.lost)
        }
    }
}
