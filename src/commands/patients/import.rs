//! `vestibule patients import FILE.csv`: everybody in a file, all of them or none, while patients sign in.
//! Judged and sealed on all cores without any lock, laid out beside the tables, published in one short transaction.

use std::{fs, io, num::NonZero, path::PathBuf, sync::mpsc, thread};

use anyhow::Context as _;

use super::{
    Account, Entry, Judge, Registry,
    progress::Progress,
    report::{Codes, Report},
    rows::Sheet,
    sift::{self, Candidate, Sifted, sift},
};
use crate::{
    commands::{Outcome, outcome},
    keys::Keys,
    rules::moment::Moment,
    settings::Settings,
    store::{
        Link, StoreError,
        imports::{Import, Published},
    },
};

/// Sheet sealed and laid out at a time: bounds the memory, and how far sealing runs ahead.
const BATCH: usize = 5000;

/// How often an import starts over because somebody was quicker with a record or a username. Twice is odd already.
const MOST_TRIES: u32 = 5;

const COLUMNS_HELP: &str = "UTF-8, columns record, first_name, last_name, birth_date (YYYY-MM-DD), email, phone, \
    language (en or es), and where there are any username, password_hash (argon2id or bcrypt)";

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(value_name = "FILE.csv", help = COLUMNS_HELP)]
    pub file: PathBuf,
    /// Say what would happen and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Leave bad rows out instead of refusing the whole file
    #[arg(long)]
    pub skip_bad: bool,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
}

pub async fn run(args: Args, registry: &Registry) -> anyhow::Result<Outcome> {
    let job = Job::new(registry, args.dry_run, args.skip_bad);
    let file = fs::read(&args.file).with_context(|| args.file.display().to_string())?;
    let report = tokio::task::spawn_blocking(move || job.run(&file, &Progress::on_terminal())).await??;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let said = if args.json { report.json(&mut out) } else { report.text(args.dry_run, &mut out) };
    outcome::unless_closed(said)?;
    Ok(if report.is_good() { Outcome::Done } else { Outcome::Failed })
}

/// One import to do.
pub struct Job {
    link: Link,
    keys: Keys,
    judge: Judge,
    now: Moment,
    dry_run: bool,
    skip_bad: bool,
}

impl Job {
    pub fn new(registry: &Registry, dry_run: bool, skip_bad: bool) -> Self {
        let now = registry.clock.now();
        let settings: &Settings = &registry.settings;
        Self {
            link: registry.store.link().clone(),
            keys: registry.keys.clone(),
            judge: Judge::new(settings, now),
            now,
            dry_run,
            skip_bad,
        }
    }

    /// Does it, and reports. The same file again changes nothing.
    pub fn run(&self, file: &[u8], progress: &Progress) -> Result<Report, StoreError> {
        let sheet = match Sheet::parse(file) {
            Ok(sheet) => sheet,
            Err(problems) => return Ok(Report::of_header(problems)),
        };
        progress.step("Checking", sheet.rows.len());
        let judged = spread(&sheet.rows, |row| {
            progress.tick();
            sift::judge(&sheet, row, &self.judge, &self.keys)
        });
        let mut import = Import::open(&self.link)?;
        for _ in 0..MOST_TRIES {
            let sifted = sift(&judged, &mut import)?;
            let is_whole = sifted.errors.is_empty() || self.skip_bad;
            if self.dry_run || !is_whole || sifted.fit.is_empty() {
                return Ok(Report::of(sifted, is_whole, Vec::new()));
            }
            let issued = self.lay_out(&sifted, &mut import, progress)?;
            progress.step("Publishing", 0);
            if import.publish()? == Published::Done {
                progress.done();
                return Ok(Report::of(sifted, true, issued));
            }
        }
        Err(StoreError::Broken("others kept bringing in the same records or usernames".to_owned()))
    }

    /// Seals on all cores while the batch before is being laid out.
    fn lay_out(&self, sifted: &Sifted<'_>, import: &mut Import, progress: &Progress) -> Result<Codes, StoreError> {
        progress.step("Sealing", sifted.fit.len());
        import.begin()?;
        let mut codes = Vec::new();
        thread::scope(|scope| {
            let (sender, sealed) = mpsc::sync_channel(1);
            scope.spawn(move || {
                for batch in sifted.fit.chunks(BATCH) {
                    // Nobody takes it where laying out failed.
                    if sender.send(spread(batch, |candidate| self.seal(candidate))).is_err() {
                        break;
                    }
                }
            });
            for batch in sealed {
                let (mut patients, mut activations) = (Vec::with_capacity(BATCH), Vec::new());
                for Entry { patient, activation, issued } in batch {
                    codes.extend(issued.map(|issued| (patient.record.clone(), issued)));
                    activations.extend(activation);
                    patients.push(patient);
                }
                import.lay_out(&patients, &activations)?;
                progress.ticks(patients.len());
            }
            Ok(codes)
        })
    }

    fn seal(&self, candidate: &Candidate) -> Entry {
        let account = candidate.sign_in.as_ref().map_or(Account::Waiting, |sign_in| Account::Foreign {
            username: sign_in.username.clone(),
            hash: sign_in.hash.clone(),
        });
        Entry::new(&self.keys, &candidate.person, &account, self.now)
    }
}

/// Does `work` on every item, on all cores; the answers in the order of the items.
fn spread<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let share = items.len().div_ceil(cores).max(1);
    let work = &work;
    thread::scope(|scope| {
        let parts: Vec<_> =
            items.chunks(share).map(|part| scope.spawn(move || part.iter().map(work).collect::<Vec<R>>())).collect();
        parts
            .into_iter()
            .flat_map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}
