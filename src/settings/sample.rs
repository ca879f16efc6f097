//! The commented `vestibule.toml` that `init` writes, made from the tables that loading uses.

use std::fmt::Write;

use super::{
    Settings,
    table::{Entry, Raw},
};

const HEAD: &str = "\
# Vestibule's settings. Every setting stands here at its default: change what is yours, drop what is not.
# Each is overridden by an environment variable, VESTIBULE__SECTION__KEY (VESTIBULE__LISTEN, VESTIBULE__CODES__MINUTES);
# lists are comma-separated there. Relative paths are taken from this file's folder.
# `vestibule check` says what is missing or unsafe.
";

/// Lines of the file end about here.
const WIDTH: usize = 116;

impl Settings {
    /// The whole file: every setting with its reason, unit, range and default. It reads back as the defaults.
    pub fn sample() -> String {
        let mut text = HEAD.to_owned();
        for (name, about, table) in Self::sections() {
            text.push('\n');
            if !name.is_empty() {
                writeln!(text, "[{name}]").ok();
            }
            for line in about {
                writeln!(text, "#{line}").ok();
            }
            for entry in table {
                text.push('\n');
                for line in comment(&entry) {
                    writeln!(text, "# {line}").ok();
                }
                writeln!(text, "{} = {}", entry.key, written(&entry.default)).ok();
            }
        }
        text
    }
}

/// The reason, then what may stand there.
fn comment(entry: &Entry) -> Vec<String> {
    let mut lines = folded(entry.reason);
    let facts = [
        (!entry.unit.is_empty()).then(|| format!("unit: {}", entry.unit)),
        entry.says.clone(),
        Some(format!("default: {}", written(&entry.default))),
    ];
    lines.extend(folded(&format!("({})", facts.into_iter().flatten().collect::<Vec<_>>().join("; "))));
    lines
}

fn folded(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.len() + word.len() < WIDTH => line.extend([" ", word]),
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn written(value: &Raw) -> String {
    let text = |text: &str| toml::Value::from(text).to_string();
    match value {
        Raw::Number(number) => number.to_string(),
        Raw::Text(one) => text(one),
        Raw::List(items) => format!("[{}]", items.iter().map(|item| text(item)).collect::<Vec<_>>().join(", ")),
    }
}
