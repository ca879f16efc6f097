//! "Did you mean": the known name nearest to a misspelt one.
//! Names are compared without case, dashes and underscores, which are what people get wrong most.

use super::table::{Entry, PREFIX};

/// How alike two names must be (Jaro-Winkler, 0 to 1) before one is offered for the other: clap's figure is 0.7 for
/// command-line flags; our names are longer, and a wrong guess misleads.
const ALIKE: f64 = 0.8;

/// What to do about an unknown `section.key`.
pub(super) fn key(name: &str, table: &[Entry]) -> String {
    mend(nearest_key(name, table).map(|entry| match entry.section {
        "" => format!("{}, above all sections", entry.key),
        section => format!("{} in [{section}]", entry.key),
    }))
}

/// What to do about an unknown section.
pub(super) fn section(name: &str, table: &[Entry]) -> String {
    let sections = table.iter().map(|entry| entry.section).filter(|section| !section.is_empty());
    mend(nearest(name, sections, str::to_owned).map(|section| format!("[{section}]")))
}

/// What to do about an unknown environment variable.
pub(super) fn variable(name: &str, table: &[Entry]) -> String {
    let bare = name.strip_prefix(PREFIX).unwrap_or(name.strip_prefix("VESTIBULE_").unwrap_or(name));
    let dotted = bare.to_lowercase().replacen("__", ".", 1);
    let same = table.iter().find(|entry| plain(&entry.variable()) == plain(name));
    match same.or_else(|| nearest_key(&dotted, table)) {
        Some(entry) => format!("did you mean {}?", entry.variable()),
        None => format!("unset it; names are {PREFIX}SECTION__KEY"),
    }
}

/// Whether a variable without our prefix is one of ours with an underscore too few. Others may own names that begin
/// with `VESTIBULE_` (Kubernetes sets `VESTIBULE_PORT` beside a service of that name), so nothing less alike counts.
pub(super) fn is_meant_for_us(variable: &str, table: &[Entry]) -> bool {
    variable.starts_with("VESTIBULE_") && table.iter().any(|entry| plain(&entry.variable()) == plain(variable))
}

fn mend(meant: Option<String>) -> String {
    match meant {
        Some(meant) => format!("did you mean {meant}?"),
        None => "take it out; `vestibule init` writes a file with every setting".to_owned(),
    }
}

/// The key in the wrong section first, then the nearest full name.
fn nearest_key<'a>(name: &str, table: &'a [Entry]) -> Option<&'a Entry> {
    let bare = name.rsplit('.').next().unwrap_or(name);
    nearest(name, table.iter(), Entry::name)
        .filter(|entry| plain(entry.key) == plain(bare))
        .or_else(|| table.iter().find(|entry| plain(entry.key) == plain(bare)))
        .or_else(|| {
            let section = name.rsplit_once('.').map_or("", |(section, _)| section);
            nearest(bare, table.iter().filter(|entry| entry.section == section), |entry| entry.key.to_owned())
        })
        .or_else(|| {
            // Within a known section its name would make everything look alike.
            let section = name.rsplit_once('.').map_or("", |(section, _)| section);
            let is_known = table.iter().any(|entry| entry.section == section);
            if is_known { None } else { nearest(name, table.iter(), Entry::name) }
        })
}

fn nearest<T: Copy>(name: &str, known: impl Iterator<Item = T>, written: impl Fn(T) -> String) -> Option<T> {
    known
        .map(|item| (strsim::jaro_winkler(&plain(name), &plain(&written(item))), item))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, item)| item)
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}
