//! Reads the settings file and the environment into raw values, and hands them to the sections' tables.
//! Everything wrong is gathered; nothing stops at the first.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use toml::{Spanned, de::DeTable, de::DeValue};

use super::{
    suggest,
    table::{Entry, Finding, PREFIX, Raw, Rule, Value, Wrong, full_name},
};

/// Where a value stands, for the words of a finding.
#[derive(Clone, Debug)]
enum Place {
    Line(usize),
    Variable(String),
}

impl Place {
    fn before(&self, problem: &str) -> String {
        match self {
            Self::Line(line) => format!("line {line}: {problem}"),
            Self::Variable(name) => format!("{name}: {problem}"),
        }
    }
}

/// The raw values of file and environment, and what was wrong so far.
pub struct Given {
    base: PathBuf,
    values: BTreeMap<String, (Result<Raw, Wrong>, Place)>,
    pub findings: Vec<Finding>,
    /// The keys whose value comes from the file.
    pub from_file: BTreeSet<String>,
}

impl Given {
    /// Nothing given: every setting is its default.
    pub fn nothing(base: &Path) -> Self {
        Self { base: base.to_owned(), values: BTreeMap::new(), findings: Vec::new(), from_file: BTreeSet::new() }
    }

    /// The value of a key: what was given if it is good, else the default, and a finding.
    #[expect(clippy::expect_used, reason = "a default is a constant of the table; a test takes every one")]
    pub(super) fn take<T: Value>(&mut self, section: &str, key: &str, default: &Raw, rule: &Rule<T>) -> T {
        let name = full_name(section, key);
        if let Some((raw, place)) = self.values.remove(&name) {
            let taken = raw.and_then(|raw| T::take(&raw, &self.base)).and_then(|value| {
                rule.judge(&value)?;
                Ok(value)
            });
            match taken {
                Ok(value) => {
                    if matches!(place, Place::Line(_)) {
                        self.from_file.insert(name);
                    }
                    return value;
                }
                Err(wrong) => self.findings.push(Finding::new(name, place.before(&wrong.problem), wrong.mend)),
            }
        }
        T::take(default, &self.base).expect("a default fits its own type")
    }

    /// Adds what the file says. Values that are in a broken line are not taken.
    pub fn add_file(&mut self, path: &Path, table: &[Entry]) {
        let shown = path.display().to_string();
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(why) => {
                let mend = "name the settings file with -c FILE, or write one with `vestibule init`";
                self.findings.push(Finding::new(shown, format!("cannot be read: {why}"), mend));
                return;
            }
        };
        let (parsed, errors) = DeTable::parse_recoverable(&text);
        // One a line: what follows the first in a line is only its echo.
        let mut broken = BTreeMap::new();
        for error in errors {
            let line = error.span().map_or(0, |span| line_of(&text, span.start));
            broken.entry(line).or_insert_with(|| error.message().replace('\n', ", "));
        }
        for (line, message) in &broken {
            // The error's own display would quote the line, which may hold a password.
            let problem = format!("line {line}: {message}");
            self.findings.push(Finding::new(&shown, problem, "mend that line: KEY = VALUE, texts in double quotes"));
        }
        self.add_table(parsed.get_ref(), &Lines { text: &text, broken: broken.into_keys().collect() }, table);
    }

    fn add_table(&mut self, top: &DeTable<'_>, lines: &Lines<'_>, table: &[Entry]) {
        for (key, value) in top {
            let Some(line) = lines.whole(key) else { continue };
            let name = key.get_ref().as_ref();
            let is_section = !name.is_empty() && table.iter().any(|entry| entry.section == name);
            match (is_section, value.get_ref()) {
                (true, DeValue::Table(section)) => {
                    for (key, value) in section {
                        let Some(line) = lines.whole(key) else { continue };
                        self.add_value(&full_name(name, key.get_ref()), value, line, table);
                    }
                }
                (true, _) => self.findings.push(Finding::new(
                    name,
                    format!("line {line}: is a section, not a value"),
                    format!("write [{name}] on a line of its own, its settings below it"),
                )),
                (false, DeValue::Table(_)) if !table.iter().any(|entry| entry.name() == name) => {
                    let problem = format!("line {line}: there is no section [{name}]");
                    self.findings.push(Finding::new(name, problem, suggest::section(name, table)));
                }
                (false, _) => self.add_value(name, value, line, table),
            }
        }
    }

    fn add_value(&mut self, name: &str, value: &Spanned<DeValue<'_>>, line: usize, table: &[Entry]) {
        let Some(entry) = table.iter().find(|entry| entry.name() == name) else {
            let problem = format!("line {line}: there is no such setting");
            self.findings.push(Finding::new(name, problem, suggest::key(name, table)));
            return;
        };
        let raw = raw(value.get_ref()).ok_or_else(|| {
            Wrong::new(format!("is {}", value.get_ref().type_str()), format!("write {}", entry.shape.says()))
        });
        self.values.insert(name.to_owned(), (raw, Place::Line(line)));
    }

    /// Adds what the environment says; it wins over the file.
    pub fn add_environment(&mut self, variables: impl Iterator<Item = (String, String)>, table: &[Entry]) {
        // Sorted, so that findings come in the same order every time.
        for (variable, value) in variables.collect::<BTreeMap<_, _>>() {
            if let Some(entry) = table.iter().find(|entry| entry.variable() == variable) {
                self.values.insert(entry.name(), (entry.shape.read(&value), Place::Variable(variable)));
            } else if variable.starts_with(PREFIX) || suggest::is_meant_for_us(&variable, table) {
                let mend = suggest::variable(&variable, table);
                self.findings.push(Finding::new(variable, "there is no such setting", mend));
            }
        }
    }
}

/// The file's text, and which of its lines are no TOML.
struct Lines<'a> {
    text: &'a str,
    broken: BTreeSet<usize>,
}

impl Lines<'_> {
    /// The line that a key stands on, unless it is broken.
    fn whole<T>(&self, key: &Spanned<T>) -> Option<usize> {
        let line = line_of(self.text, key.span().start);
        (!self.broken.contains(&line)).then_some(line)
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}

fn raw(value: &DeValue<'_>) -> Option<Raw> {
    match value {
        DeValue::String(text) => Some(Raw::Text(text.to_string())),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok().map(Raw::Number),
        DeValue::Array(items) => {
            let texts = items.iter().map(|item| item.get_ref().as_str().map(str::to_owned));
            texts.collect::<Option<_>>().map(Raw::List)
        }
        _ => None,
    }
}
