//! Categories of personal data: those that are built in, and those that the project adds. A category that nothing declares is a mistake
//! wherever it stands: in a label it would protect nobody, and in a policy it would forbid nothing.

use crate::source::Spanned;
use crate::syntax::ast;

use super::names::{twice, unknown};
use super::taxonomy::BUILT_IN;
use super::*;

impl<'a> Resolver<'a> {
    /// Declares the project's own categories.
    pub(super) fn categories(&mut self) {
        for it in self.declared.categories.clone() {
            let name = Spanned::new(it.name.text(), it.name.span);
            let first =
                self.model.categories.iter().find(|known| known.name.value == name.value).map(|known| known.name.span);
            if let Some(first) = first {
                self.report(twice("category", &name.value, first, name.span));
            } else if BUILT_IN.contains(&name.value.as_str()) {
                let finding =
                    Diagnostic::error(codes::DECLARED_TWICE, format!("the category `{}` is built in", name.value));
                self.report(finding.at(name.span, "known already").help("give yours a name of its own"));
            } else {
                let under = Spanned::new(it.under.text(), it.under.span);
                self.model.categories.push(CategoryDecl { name, under });
            }
        }
        for it in self.declared.categories.clone() {
            self.category(&it.under);
        }
        self.category_circles();
    }

    /// A category as it is named somewhere; reports one that nothing declares.
    pub(super) fn category(&mut self, path: &ast::Path) -> Spanned<String> {
        let name = path.text();
        let declared = self.model.categories.iter().map(|category| category.name.value.as_str());
        if !self.names.open_categories
            && !BUILT_IN.contains(&name.as_str())
            && !declared.clone().any(|known| known == name)
        {
            let roots = BUILT_IN.iter().filter(|known| !known.contains('.'));
            let near = crate::diagnostic::suggest::closest(&name, BUILT_IN.iter().copied().chain(declared.clone()));
            let finding = match near {
                Some(near) => unknown("category", &name, path.span, [near]),
                None => {
                    let (root, within) = beside(&name);
                    let (what, listed): (&str, Vec<&str>) = match within.is_empty() {
                        true => ("the broadest built-in ones are", roots.copied().collect()),
                        false => ("built-in ones beside it are", within),
                    };
                    unknown("category", &name, path.span, []).help(format!(
                        "declare it with `category {name} under {root}`; {what} {}",
                        names::quoted(&listed)
                    ))
                }
            };
            self.report(finding.because("a label that means nothing protects nobody"));
        }
        Spanned::new(name, path.span)
    }

    /// A category that stands under itself.
    fn category_circles(&mut self) {
        let mut circles = Vec::new();
        for (index, start) in self.model.categories.iter().enumerate() {
            let mut name = &start.under.value;
            for _ in 0..self.model.categories.len() {
                if *name == start.name.value {
                    circles.push(index);
                    break;
                }
                let Some(next) = self.model.categories.iter().find(|category| category.name.value == *name) else {
                    break;
                };
                name = &next.under.value;
            }
        }
        if let Some(first) = circles.first().and_then(|index| self.model.categories.get(*index)) {
            let names: Vec<&str> = circles
                .iter()
                .filter_map(|index| self.model.categories.get(*index))
                .map(|it| it.name.value.as_str())
                .collect();
            let finding = Diagnostic::error(
                codes::CIRCLE,
                format!("categories stand under each other in a circle: {}", names::quoted(&names)),
            )
            .at(first.under.span, "under itself in the end")
            .help("let one of them stand under a built-in category");
            self.report(finding);
        }
        self.model.categories = std::mem::take(&mut self.model.categories)
            .into_iter()
            .enumerate()
            .filter(|(index, _)| !circles.contains(index))
            .map(|(_, category)| category)
            .collect();
    }
}

/// The broadest category that a name begins with, where it is built in, and what else is built in under it.
fn beside(name: &str) -> (&str, Vec<&'static str>) {
    let root = name.split('.').next().unwrap_or(name);
    let within = |known: &&&str| known.split_once('.').is_some_and(|(broad, _)| broad == root);
    let found: Vec<&str> = BUILT_IN.iter().filter(within).copied().collect();
    (if found.is_empty() { "…" } else { root }, found)
}
