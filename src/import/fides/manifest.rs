//! What manifests say, with what nobody here has a word for kept as lines.

use std::collections::BTreeSet;

use super::fields::{Fields, Problems};
use super::{Problem, Text, yaml};

/// Everything that was read, in the order of files and lines.
#[derive(Debug, Default)]
pub(super) struct Manifests {
    pub datasets: Vec<Dataset>,
    pub systems: Vec<System>,
    pub policies: Vec<Policy>,
    /// Purposes that are declared as such, and data uses that the manifests define.
    pub uses: Vec<Use>,
    pub categories: Vec<Category>,
    /// What has no place in a project: a heading and its lines.
    pub others: Vec<(String, Vec<String>)>,
}

#[derive(Debug)]
pub(super) struct Dataset {
    pub key: String,
    pub title: Option<String>,
    pub description: Option<String>,
    /// Where its tables live, outermost first.
    pub namespace: Vec<String>,
    pub collections: Vec<Collection>,
    pub rest: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Collection {
    pub name: String,
    pub description: Option<String>,
    pub purposes: Vec<String>,
    pub retention: Option<String>,
    pub fields: Vec<Field>,
    pub rest: Vec<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Field {
    pub name: String,
    pub description: Option<String>,
    /// Its own, its collection's and its dataset's.
    pub categories: Vec<String>,
    pub primary_key: bool,
    pub identity: Option<String>,
    pub data_type: Option<String>,
    pub references: Vec<Reference>,
    pub fields: Vec<Field>,
    pub rest: Vec<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Reference {
    pub dataset: Option<String>,
    pub field: String,
    pub direction: Option<String>,
}

#[derive(Debug)]
pub(super) struct System {
    pub key: String,
    pub declarations: Vec<Declaration>,
    pub rest: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Declaration {
    pub data_use: String,
    pub basis: Option<String>,
    pub assessment: Option<String>,
    /// All of it, as lines.
    pub told: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Use {
    /// What it is called.
    pub key: String,
    pub title: Option<String>,
    pub description: Option<String>,
    /// The data use that a purpose names.
    pub data_use: Option<String>,
    pub rest: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Category {
    pub key: String,
    pub title: Option<String>,
    pub description: Option<String>,
    pub parent: Option<String>,
    pub rest: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Policy {
    pub key: String,
    pub title: Option<String>,
    pub description: Option<String>,
    pub rules: Vec<PolicyRule>,
    pub rest: Vec<String>,
}

#[derive(Debug)]
pub(super) struct PolicyRule {
    pub name: Option<String>,
    pub description: Option<String>,
    pub categories: Matched,
    pub uses: Matched,
    pub subjects: Matched,
    /// What nobody here has a word for, such as an action on requests.
    pub rest: Vec<String>,
}

/// What a rule of a policy matches.
#[derive(Debug, Default)]
pub(super) struct Matched {
    /// `ANY` if unwritten.
    pub how: Option<String>,
    pub values: Vec<String>,
}

/// How many collections are read at once: each is compared with the others.
const MOST_TABLES: usize = 5_000;

/// The keys that manifests begin with.
const HEADS: &[&str] = &[
    "consumer",
    "data_category",
    "data_subject",
    "data_use",
    "dataset",
    "evaluation",
    "organization",
    "policy",
    "purpose",
    "registry",
    "system",
];

/// Reads every text.
pub(super) fn read(texts: &[Text<'_>]) -> Result<Manifests, Vec<Problem>> {
    let mut all = Manifests::default();
    let mut found = Vec::new();
    for text in texts {
        let mut problems = Problems { path: text.path, found: &mut found };
        match yaml::parse(text.text) {
            Ok(documents) if documents.is_empty() => problems.add(super::Place::START, "the file says nothing"),
            Ok(documents) => documents.iter().for_each(|document| all.document(document, &mut problems)),
            Err((place, message)) => problems.add(place, message),
        }
    }
    let tables: usize = all.datasets.iter().map(|dataset| dataset.collections.len()).sum();
    if let Some(last) = texts.last().filter(|_| tables > MOST_TABLES) {
        let message =
            format!("the manifests describe {tables} collections, and at most {MOST_TABLES} are read at once");
        found.push(Problem { path: last.path.to_owned(), place: super::Place::START, message });
    }
    if found.is_empty() { Ok(all) } else { Err(found) }
}

impl Manifests {
    fn document(&mut self, document: &yaml::Node, problems: &mut Problems<'_>) {
        let Some(mut fields) = Fields::of(document, "a manifest", problems) else { return };
        for (key, place) in fields.keys() {
            if !HEADS.contains(&key) {
                problems
                    .add(place, format!("no manifest of Fides begins with `{key}`: it is one of {}", HEADS.join(", ")));
            }
        }
        for dataset in fields.maps("dataset", problems) {
            self.dataset(dataset, problems);
        }
        for system in fields.maps("system", problems) {
            self.systems.extend(self::system(system, problems));
        }
        for policy in fields.maps("policy", problems) {
            self.policies.extend(self::policy(policy, problems));
        }
        for (head, named) in [("purpose", true), ("data_use", false)] {
            for each in fields.maps(head, problems) {
                self.uses.extend(self::data_use(each, named, problems));
            }
        }
        for each in fields.maps("data_category", problems) {
            self.categories.extend(self::category(each, problems));
        }
        for head in ["organization", "registry", "data_subject", "consumer", "evaluation"] {
            let others = fields.maps(head, problems);
            self.others.extend(others.iter().map(|other| (head.to_owned(), other.all())));
        }
    }

    fn dataset(&mut self, mut fields: Fields<'_>, problems: &mut Problems<'_>) {
        let Some(key) = fields.name("fides_key", "a dataset", problems) else { return };
        if self.datasets.iter().any(|known| known.key == key) {
            return problems.add(fields.place, format!("the dataset `{key}` is described twice"));
        }
        let inherited = fields.texts("data_categories", problems);
        let purposes = fields.texts("data_purposes", problems);
        let retention = fields.text("retention", problems);
        let mut meta = fields.map("fides_meta", problems);
        let namespace = meta.as_mut().and_then(|meta| namespace(meta, problems)).unwrap_or_default();
        let (title, description) = (fields.text("name", problems), fields.text("description", problems));
        let (mut collections, mut names): (Vec<Collection>, BTreeSet<String>) = Default::default();
        for each in fields.maps("collections", problems) {
            let place = each.place;
            let Some(mut next) = collection(each, &inherited, problems) else { continue };
            if !names.insert(next.name.clone()) {
                problems.add(place, format!("the collection `{}` is described twice", next.name));
            }
            next.purposes.extend(purposes.iter().cloned());
            next.retention = next.retention.or_else(|| retention.clone());
            collections.push(next);
        }
        let mut rest = fields.rest("");
        rest.extend(meta.iter().flat_map(|meta| meta.rest("fides_meta.")));
        self.datasets.push(Dataset { key, title, description, namespace, collections, rest });
    }
}

/// Where tables live, for the warehouses that Fides knows.
fn namespace(meta: &mut Fields<'_>, problems: &mut Problems<'_>) -> Option<Vec<String>> {
    let mut space = meta.map("namespace", problems)?;
    let parts = ["project_id", "database_name", "dataset_id", "schema"];
    Some(parts.into_iter().filter_map(|part| space.text(part, problems)).collect())
}

fn collection(mut fields: Fields<'_>, inherited: &[String], problems: &mut Problems<'_>) -> Option<Collection> {
    let name = fields.name("name", "a collection", problems)?;
    let mut categories = fields.texts("data_categories", problems);
    categories.extend(inherited.iter().cloned());
    let each = fields.maps("fields", problems);
    let inner = self::fields(each, &categories, &format!("the collection `{name}`"), problems);
    Some(Collection {
        description: fields.text("description", problems),
        purposes: fields.texts("data_purposes", problems),
        retention: fields.text("retention", problems),
        fields: inner,
        rest: fields.rest(""),
        name,
    })
}

fn fields(all: Vec<Fields<'_>>, inherited: &[String], whose: &str, problems: &mut Problems<'_>) -> Vec<Field> {
    let mut names = BTreeSet::new();
    let mut out = Vec::new();
    for each in all {
        let place = each.place;
        let Some(field) = field(each, inherited, problems) else { continue };
        if !names.insert(field.name.clone()) {
            problems.add(place, format!("the field `{}` of {whose} is described twice", field.name));
        }
        out.push(field);
    }
    out
}

fn field(mut fields: Fields<'_>, inherited: &[String], problems: &mut Problems<'_>) -> Option<Field> {
    let name = fields.name("name", "a field", problems)?;
    let mut categories = fields.texts("data_categories", problems);
    let new: Vec<String> = inherited.iter().filter(|key| !categories.contains(key)).cloned().collect();
    categories.extend(new);
    let old = fields.map("fidesops_meta", problems);
    let mut meta = fields.map("fides_meta", problems).or(old);
    let (mut primary_key, mut identity, mut data_type, mut references) = (false, None, None, Vec::new());
    if let Some(meta) = &mut meta {
        primary_key = meta.truth("primary_key", problems);
        identity = meta.text("identity", problems);
        data_type = meta.text("data_type", problems);
        references =
            meta.maps("references", problems).into_iter().filter_map(|each| reference(each, problems)).collect();
    }
    let each = fields.maps("fields", problems);
    let inner = self::fields(each, &categories, &format!("the field `{name}`"), problems);
    let description = fields.text("description", problems);
    let mut rest = fields.rest("");
    rest.extend(meta.iter().flat_map(|meta| meta.rest("fides_meta.")));
    Some(Field { name, description, categories, primary_key, identity, data_type, references, fields: inner, rest })
}

fn reference(mut fields: Fields<'_>, problems: &mut Problems<'_>) -> Option<Reference> {
    Some(Reference {
        field: fields.name("field", "a reference", problems)?,
        dataset: fields.text("dataset", problems),
        direction: fields.text("direction", problems),
    })
}

fn system(mut fields: Fields<'_>, problems: &mut Problems<'_>) -> Option<System> {
    let key = fields.name("fides_key", "a system", problems)?;
    let declarations = fields.maps("privacy_declarations", problems);
    let declarations = declarations.into_iter().filter_map(|each| declaration(each, problems)).collect();
    Some(System { rest: fields.rest(""), key, declarations })
}

fn declaration(mut fields: Fields<'_>, problems: &mut Problems<'_>) -> Option<Declaration> {
    let told = fields.all();
    Some(Declaration {
        data_use: fields.name("data_use", "a privacy declaration", problems)?,
        basis: fields.text("legal_basis_for_processing", problems),
        assessment: fields.text("impact_assessment_location", problems),
        told,
    })
}

fn data_use(mut fields: Fields<'_>, named: bool, problems: &mut Problems<'_>) -> Option<Use> {
    let key = fields.name("fides_key", if named { "a purpose" } else { "a data use" }, problems)?;
    let data_use = if named { fields.text("data_use", problems) } else { None };
    let (title, description) = (fields.text("name", problems), fields.text("description", problems));
    Some(Use { key, title, description, data_use, rest: fields.rest("") })
}

fn category(mut fields: Fields<'_>, problems: &mut Problems<'_>) -> Option<Category> {
    let key = fields.name("fides_key", "a data category", problems)?;
    let parent = fields.text("parent_key", problems);
    let (title, description) = (fields.text("name", problems), fields.text("description", problems));
    Some(Category { key, title, description, parent, rest: fields.rest("") })
}

fn policy(mut fields: Fields<'_>, problems: &mut Problems<'_>) -> Option<Policy> {
    // Policies over requests are called by `fides_key`, those over access by `key`.
    let by = if fields.keys().any(|(key, _)| key == "key") { "key" } else { "fides_key" };
    let key = fields.name(by, "a policy", problems)?;
    let rules = fields.maps("rules", problems);
    let rules = rules.into_iter().map(|each| policy_rule(each, problems)).collect();
    let (title, description) = (fields.text("name", problems), fields.text("description", problems));
    Some(Policy { key, title, description, rules, rest: fields.rest("") })
}

fn policy_rule(mut fields: Fields<'_>, problems: &mut Problems<'_>) -> PolicyRule {
    let (name, description) = (fields.text("name", problems), fields.text("description", problems));
    PolicyRule {
        categories: matched(&mut fields, "data_categories", problems),
        uses: matched(&mut fields, "data_uses", problems),
        subjects: matched(&mut fields, "data_subjects", problems),
        rest: fields.rest(""),
        name,
        description,
    }
}

fn matched(fields: &mut Fields<'_>, key: &'static str, problems: &mut Problems<'_>) -> Matched {
    let Some(mut map) = fields.map(key, problems) else { return Matched::default() };
    Matched { how: map.text("matches", problems), values: map.texts("values", problems) }
}
