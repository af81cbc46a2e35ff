//! What is said of somebody among everybody: samples.

use crate::syntax::ast;

use super::super::names::unfit;
use super::*;

/// How many buckets the hash of a key is dealt into: hundredths of a percent.
const BUCKETS: u32 = 10_000;

impl Typer<'_, '_> {
    /// `sample 10% to 30% named "spring"`: drawn of the subject of the segment.
    pub(super) fn sample(&mut self, it: &ast::Sample, span: Span) -> CondKind {
        if !self.is_of_the_subject("a sample is drawn of the people of the segment, not of rows", span) {
            return CondKind::Error;
        }
        let from = it.from.as_ref().map_or(Some(0), |from| self.buckets(from));
        let to = self.buckets(&it.to);
        let (Some(from), Some(to)) = (from, to) else { return CondKind::Error };
        let named = self.is_salt(&it.named);
        if !self.is_part(from, to, span) || !named {
            return CondKind::Error;
        }
        CondKind::Sample(Sample { from, to, name: it.named.value.clone() })
    }

    /// Samples and ranks are about the one whom the whole condition is about.
    pub(super) fn is_of_the_subject(&mut self, message: &str, span: Span) -> bool {
        let fits = self.scopes.len() == 1;
        if !fits {
            let finding = Diagnostic::error(codes::ROWS, message).at(span, "inside rows");
            self.report(finding.help("ask it outside the filter and the aggregate"));
        }
        fits
    }

    fn buckets(&mut self, percent: &Spanned<ast::Number>) -> Option<u32> {
        let micros = percent.value.micros;
        let points = u32::try_from(micros / 10_000).ok().filter(|points| micros % 10_000 == 0 && *points <= BUCKETS);
        if points.is_none() {
            let message = "a sample reaches from 0% to 100%, in hundredths of a percent";
            self.report(unfit(message, percent.span, "out of range"));
        }
        points
    }

    fn is_salt(&mut self, name: &ast::Text) -> bool {
        let fits = !name.value.is_empty() && !name.value.contains(':');
        if !fits {
            let finding = unfit("the name of a sample salts its hash, and holds no `:`", name.span, "not a salt")
                .because("with a `:` two samples could hash the same people alike");
            self.report(finding.help("write a name such as `\"spring\"`"));
        }
        fits
    }

    fn is_part(&mut self, from: u32, to: u32, span: Span) -> bool {
        let what = match (from, to) {
            (0, BUCKETS) => "everybody",
            (from, to) if from >= to => "nobody",
            (_, _) => return true,
        };
        let finding = Diagnostic::error(codes::CONSTANT, format!("this sample holds {what}"));
        self.report(finding.at(span, "always the same answer").help("write the lower percentage first"));
        false
    }
}
