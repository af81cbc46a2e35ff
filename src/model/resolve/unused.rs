//! What is declared and nowhere named: purposes and definitions, by what the resolver was asked for.

use std::collections::BTreeSet;

use super::*;

/// What was asked for by name.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// Purposes, by whatever names them.
    pub purposes: BTreeSet<PurposeId>,
    /// Definitions, by conditions and by other definitions.
    pub defines: BTreeSet<DefineId>,
}

impl Resolver<'_> {
    /// What nothing asked for. A purpose serves while a narrower one does, and what names it speaks of those below it: so it is whole
    /// trees that are idle, each told by its outermost purpose.
    pub(super) fn unused(&self) -> Unused {
        let model = &self.model;
        let idle = |id: PurposeId| !self.asked.purposes.iter().any(|asked| model.is_within(*asked, id));
        let outermost = |id: &PurposeId| idle(*id) && model.purposes[*id].parent.is_none();
        Unused {
            purposes: model.purposes.ids().filter(outermost).collect(),
            defines: model.defines.ids().filter(|id| !self.asked.defines.contains(id)).collect(),
        }
    }
}
