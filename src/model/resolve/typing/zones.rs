//! The zone in which a part of an instant is told: an IANA name, or a closed text field that holds nothing else.

use crate::syntax::ast;

use super::super::config;
use super::*;

impl Typer<'_, '_> {
    pub(super) fn part_zone(&mut self, zone: &Spanned<ast::InZone>) -> Option<PartZone> {
        match &zone.value {
            ast::InZone::Named(name) => self.zone_named(&name.value, name.span).map(PartZone::Named),
            ast::InZone::Field(path) => self.zone_field(path),
        }
    }

    fn zone_named(&mut self, name: &str, span: Span) -> Option<String> {
        let Err((message, help)) = config::zone_fault(name) else { return Some(name.to_owned()) };
        self.report(unknown_zone(message, span).help(help));
        None
    }

    fn zone_field(&mut self, path: &ast::Path) -> Option<PartZone> {
        let value = match self.named(path) {
            Named::Value(value) => value,
            Named::Cond(_) | Named::Nothing => return None,
        };
        let ExprKind::Field(found) = value.kind else { return self.no_zone_field(path, None) };
        let field = &self.model().fields[found.field];
        let (declared, values) = (field.span, field.one_of.clone());
        let Some(values) = values.filter(|_| value.ty == Type::Text) else {
            return self.no_zone_field(path, Some(declared));
        };
        let fault = |zone: &Spanned<String>| Some((zone.span, config::zone_fault(&zone.value).err()?));
        if let Some((at, (message, help))) = values.iter().find_map(fault) {
            let written = self.r.written(path.span);
            let message = format!("`{written}` does not name zones alone: {message}");
            self.report(unknown_zone(message, path.span).and(at, "one of its values").help(help));
            return None;
        }
        let zones = values.into_iter().map(|zone| zone.value).collect();
        Some(PartZone::Field { path: found, zones })
    }

    fn no_zone_field(&mut self, path: &ast::Path, declared: Option<Span>) -> Option<PartZone> {
        let written = self.r.written(path.span);
        let finding = Diagnostic::error(codes::UNPLACED, format!("nobody knows which zones `{written}` may name"))
            .at(path.span, "not a text field with `one of`")
            .because("an engine stops at a name that it does not know, for everybody")
            .help("close the field: `field tz text is location.region one of \"Europe/Berlin\", \"America/New_York\"`");
        self.report(match declared {
            Some(declared) => finding.and(declared, "declared here"),
            None => finding,
        });
        None
    }
}

fn unknown_zone(message: String, span: Span) -> Diagnostic {
    Diagnostic::error(codes::UNPLACED, message).at(span, "not a zone that every engine knows").because(
        "engines disagree about such a name, or stop at it, so the audience would depend on where it is computed",
    )
}
