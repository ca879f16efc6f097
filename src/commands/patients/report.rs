//! What an import says: what came in, the activation codes, and what is wrong line by line.
//! Never what stands in a field: a report is mailed around, and a field may hold a contact.

use std::io::{self, Write};

use serde_json::json;

use super::{Issued, Problem, sift::Sifted};
use crate::{commands::outcome, rules::activation};

/// Records and the codes that were made for them.
pub type Codes = Vec<(String, Issued)>;

/// The result of an import, or of looking at one.
#[derive(Debug, Default)]
pub struct Report {
    /// Of a dry run: how many would have been.
    pub imported: usize,
    /// Known records, which are never changed.
    pub skipped: usize,
    pub activations: Codes,
    /// In the order of their lines.
    pub errors: Vec<(u64, Problem)>,
    /// Rows with a username and no password hash, or the other way round: they wait for sign-up.
    pub halves: usize,
    /// The file as a whole: nothing came in, not even with `--skip-bad`.
    pub is_refused: bool,
}

impl Report {
    /// Of a file whose header is wrong.
    pub fn of_header(problems: Vec<Problem>) -> Self {
        let errors = problems.into_iter().map(|problem| (1, problem)).collect();
        Self { errors, is_refused: true, ..Self::default() }
    }

    /// Of rows that came in, or would.
    pub fn of(sifted: Sifted<'_>, is_whole: bool, activations: Codes) -> Self {
        let fit = if is_whole { sifted.fit.as_slice() } else { &[] };
        Self {
            imported: fit.len(),
            skipped: sifted.known,
            activations,
            halves: fit.iter().filter(|candidate| candidate.is_half).count(),
            errors: sifted.errors,
            is_refused: !is_whole,
        }
    }

    /// Whether all that was asked for was done.
    pub fn is_good(&self) -> bool {
        !self.is_refused
    }

    /// `{"imported", "skipped", "activations": [{"record", "activation", "expires"}], "errors": [{"line", "column",
    /// "reason"}]}`, an entry a line.
    pub fn json(&self, out: &mut impl Write) -> io::Result<()> {
        write!(out, "{{\"imported\":{},\"skipped\":{},\"activations\":[", self.imported, self.skipped)?;
        for (n, (record, issued)) in self.activations.iter().enumerate() {
            let (code, expires) = (activation::shown(&issued.code), outcome::written(issued.expires_at));
            let entry = json!({ "record": record, "activation": *code, "expires": expires });
            write!(out, "{}\n  {entry}", if n == 0 { "" } else { "," })?;
        }
        write!(out, "],\"errors\":[")?;
        for (n, (line, Problem { column, reason })) in self.errors.iter().enumerate() {
            let entry = json!({ "line": line, "column": column, "reason": reason });
            write!(out, "{}\n  {entry}", if n == 0 { "" } else { "," })?;
        }
        writeln!(out, "]}}")?;
        out.flush()
    }

    /// The same for people. Codes as record, tab, code: a spreadsheet takes them.
    pub fn text(&self, dry_run: bool, out: &mut impl Write) -> io::Result<()> {
        for (line, problem) in &self.errors {
            match problem.column {
                "" => writeln!(out, "line {line}: {}", problem.reason)?,
                column => writeln!(out, "line {line}, {column}: {}", problem.reason)?,
            }
        }
        if let Some((_, first)) = self.activations.first() {
            let until = outcome::written(first.expires_at);
            writeln!(out, "Activation codes, shown this once; each works once, until {until}:")?;
        }
        for (record, issued) in &self.activations {
            writeln!(out, "{record}\t{}", *activation::shown(&issued.code))?;
        }
        self.summary(dry_run, out)?;
        out.flush()
    }

    fn summary(&self, dry_run: bool, out: &mut impl Write) -> io::Result<()> {
        let rows = self.bad_rows();
        let would = if dry_run { "would be " } else { "" };
        if self.halves > 0 {
            let halves = self.halves;
            writeln!(out, "{halves} with only one of username and password hash: they wait for sign-up.")?;
        }
        write!(out, "{} {would}imported, {} {would}skipped as known", self.imported, self.skipped)?;
        writeln!(out, ", {rows} bad.")?;
        if self.is_refused {
            writeln!(out, "All or nothing: mend what is bad, or leave bad rows out with --skip-bad.")?;
        }
        if dry_run {
            writeln!(out, "A dry run: nothing was changed.")?;
        }
        Ok(())
    }

    fn bad_rows(&self) -> usize {
        self.errors.chunk_by(|(line, _), (next, _)| line == next).count()
    }
}
