//! The rooms of `src/` and who may import whom (ARCHITECTURE.md): arrows point one way.
//! Read from the source itself, so that a wrong import fails here and not in a review.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Each room, and the rooms it may import. Whoever is not listed may be imported by nobody.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("rules", &[]),
    ("keys", &["rules"]),
    ("settings", &["rules"]),
    ("words", &["rules", "settings"]),
    ("store", &["rules", "keys", "settings"]),
    ("outside", &["rules", "keys", "settings"]),
    ("outbox", &["rules", "keys", "settings", "words", "store", "outside"]),
    ("flows", &["rules", "keys", "settings", "words", "store", "outside", "outbox"]),
    ("web", &["rules", "keys", "settings", "words", "store", "outside", "outbox", "flows"]),
    ("pages", &["rules", "keys", "settings", "words", "store", "outside", "outbox", "flows", "web"]),
    ("ops", &["rules", "keys", "settings", "words", "store", "outside", "outbox", "flows", "web"]),
    ("commands", &["rules", "keys", "settings", "words", "store", "outside", "outbox", "flows", "web", "pages", "ops"]),
];

/// What the command line hands to the commands.
const FOR_MAIN: &[&str] = &["commands", "settings", "store", "rules"];

/// Crates that `rules` may name: the language's own, time, and text.
const PURE: &[&str] = &[
    "std",
    "core",
    "jiff",
    "unicode_normalization",
    "unicode_ident",
    "caseless",
    "rlibphonenumber",
    "phonenumber",
    "idna",
    "url",
    "subtle",
    "zeroize",
    "secrecy",
    "thiserror",
];

struct Source {
    room: String,
    path: PathBuf,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &root, &mut found);
    assert!(!found.is_empty());
    found
}

fn walk(root: &Path, folder: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).expect("a folder of src") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(root, &path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let inside = path.strip_prefix(root).expect("under src");
            let first = inside.components().next().expect("a name").as_os_str().to_string_lossy();
            let room = first.trim_end_matches(".rs").to_owned();
            found.push(Source { room, text: fs::read_to_string(&path).expect("UTF-8"), path: inside.to_owned() });
        }
    }
}

impl Source {
    /// The code without comment lines.
    fn code(&self) -> String {
        let lines = self.text.lines().filter(|line| !line.trim_start().starts_with("//"));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The code without comments and without the tests at the file's end.
    fn program(&self) -> String {
        let code = self.code();
        code.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned()
    }
}

/// What follows each `crate::`, or each name in `crate::{a::…, b}`; `root` is `crate::`, or the crate's own name.
fn imported(code: &str, root: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for (at, _) in code.match_indices(root) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &code[at + root.len()..];
        if let Some(list) = rest.strip_prefix('{') {
            rooms.extend(top_level(list));
        } else {
            rooms.insert(name(rest));
        }
    }
    rooms.remove("");
    rooms
}

fn name(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The first names of the entries of a use list, up to its closing brace.
fn top_level(list: &str) -> Vec<String> {
    let (mut depth, mut entry, mut names) = (0_u32, String::new(), Vec::new());
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(name(std::mem::take(&mut entry).trim())),
            c if depth == 0 => entry.push(c),
            _ => {}
        }
    }
    names.push(name(entry.trim()));
    names
}

#[test]
fn every_import_follows_the_arrows() {
    let mut wrong = Vec::new();
    for source in sources() {
        if source.room == "lib" {
            continue;
        }
        if source.room == "main" {
            let past = imported(&source.code(), "vestibule::");
            let past = past.iter().filter(|room| !FOR_MAIN.contains(&room.as_str()));
            wrong.extend(past.map(|room| format!("main.rs reaches past commands into {room}")));
            continue;
        }
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(room, _)| *room == source.room) else {
            wrong.push(format!("{}: no room of this name is in the list", source.path.display()));
            continue;
        };
        for room in imported(&source.code(), "crate::") {
            let known = MAY_IMPORT.iter().any(|(name, _)| *name == room);
            if known && room != source.room && !allowed.contains(&room.as_str()) {
                wrong.push(format!("{} imports {room}", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows point one way:\n{}", wrong.join("\n"));
}

#[test]
fn the_rules_name_no_crate_but_time_and_text() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| source.room == "rules") {
        for line in source.program().lines().filter_map(|line| line.trim().strip_prefix("use ")) {
            let name = name(line);
            if !["crate", "super", "self"].contains(&name.as_str()) && !PURE.contains(&name.as_str()) {
                wrong.push(format!("{}: {line}", source.path.display()));
            }
        }
        for banned in ["async fn", ".await", "std::fs", "std::net", "actix_web", "diesel", "tokio"] {
            if banned != "std::net" && source.program().contains(banned) {
                wrong.push(format!("{}: {banned}", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "rules are pure:\n{}", wrong.join("\n"));
}

#[test]
fn the_choice_of_a_database_stays_in_the_store() {
    let wrong: Vec<_> = sources()
        .into_iter()
        .filter(|source| source.room != "store" && source.program().contains("feature = \"postgres\""))
        .map(|source| source.path)
        .collect();
    assert!(wrong.is_empty(), "cfg(feature = \"postgres\") outside store: {wrong:?}");
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    let wrong: Vec<_> =
        sources().into_iter().filter(|source| !source.text.starts_with("//! ")).map(|source| source.path).collect();
    assert!(wrong.is_empty(), "no //! at the top of {wrong:?}");
}

/// A file of more than this many lines, tests aside, is two files.
const MOST_LINES: usize = 400;
/// A list of samples, one after the other, is not easier to read in two files.
const LISTS: &[&str] = &["pages/gallery.rs"];

#[test]
fn no_file_is_long() {
    let wrong: Vec<_> = sources()
        .iter()
        .filter(|source| !source.path.ends_with("tests.rs") && !LISTS.iter().any(|list| source.path == Path::new(list)))
        .map(|source| {
            (
                source.path.display().to_string(),
                source.text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().lines().count(),
            )
        })
        .filter(|(_, lines)| *lines > MOST_LINES)
        .collect();
    assert!(wrong.is_empty(), "longer than {MOST_LINES} lines: {wrong:?}");
}
