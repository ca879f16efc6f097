//! Whole imports: what comes in, what is refused and why, and what goes on meanwhile.

use secrecy::SecretString;

use super::{Place, everywhere};
use crate::{
    commands::patients::{account::username_key, import::Job, progress::Progress, report::Report},
    keys::{
        Lookup,
        hashing::{Hasher, Queue, Stored},
    },
    rules::{
        activation,
        names::{Channel, Language, Scheme, Status},
    },
    store::{
        activations,
        audit::{self, Subject},
        patients::{self, Patient},
    },
};

pub const HEADER: &str = "record,first_name,last_name,birth_date,email,phone,language,username,password_hash";

/// "secret password", bcrypt of cost 4.
pub const BCRYPT: &str = "$2b$04$abcdefghijklmnopqrstuu3W0Sa.JyYMNUGHOd.OEtmPeDZjHEgLq";

fn file(rows: &[&str]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

impl Place {
    async fn import_as(&self, file: &str, dry_run: bool, skip_bad: bool) -> Report {
        let job = Job::new(&self.registry, dry_run, skip_bad);
        let file = file.as_bytes().to_vec();
        tokio::task::spawn_blocking(move || job.run(&file, &Progress::hidden()).unwrap()).await.unwrap()
    }

    pub async fn import(&self, file: &str) -> Report {
        self.import_as(file, false, false).await
    }

    pub async fn patient(&self, record: &'static str) -> Option<Patient> {
        self.registry.store.read(move |conn| patients::by_record(conn, record)).await.unwrap()
    }

    pub async fn count(&self) -> usize {
        self.registry.store.read(|conn| Ok(patients::page_by_record(conn, None, 1_000_000)?.len())).await.unwrap()
    }
}

fn said(report: &Report) -> Vec<String> {
    report.errors.iter().map(|(line, problem)| format!("{line} {problem}")).collect()
}

fn json(report: &Report) -> serde_json::Value {
    let mut out = Vec::new();
    report.json(&mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

#[tokio::test]
async fn patients_come_in_active_or_waiting() {
    let active = format!("R-1,Jane,Doe,1987-03-14,jane@example.com,602-555-0112,es,Jané Doe,{BCRYPT}");
    let file = file(&[&active, "R-2,John,Roe,1970-01-02,,+1 602 555 0113,,,"]);
    for place in everywhere().await {
        let report = place.import(&file).await;
        assert_eq!((report.imported, report.skipped, said(&report)), (2, 0, vec![]));
        let keys = &place.registry.keys;

        let jane = place.patient("R-1").await.unwrap();
        assert_eq!(
            (jane.status, jane.password_scheme, jane.language),
            (Status::Active, Scheme::Foreign, Language::Spanish)
        );
        assert!(jane.proved_contact(Channel::Email).is_some() && jane.proved_contact(Channel::Text).is_some());
        assert_eq!(jane.username_key, Some(username_key(keys, "JANÉ DOE")));

        let john = place.patient("R-2").await.unwrap();
        assert_eq!((john.status, john.username.as_ref(), john.email_sealed.as_ref()), (Status::Waiting, None, None));
        assert!(john.proved_contact(Channel::Text).is_none());

        let json = json(&report);
        assert_eq!(
            (&json["imported"], &json["skipped"], &json["errors"]),
            (&2.into(), &0.into(), &serde_json::json!([]))
        );
        let code = &json["activations"][0];
        assert_eq!((&code["record"], &code["expires"]), (&"R-2".into(), &"2026-12-08T12:00:00Z".into()));
        let typed = activation::fold(code["activation"].as_str().unwrap());
        let (id, of_jane) = (john.id, Subject::Patient(jane.id));
        let (stored, entries) = place
            .registry
            .store
            .read(move |conn| Ok((activations::of_patient(conn, id)?.unwrap(), audit::about(conn, &of_jane, 9)?)))
            .await
            .unwrap();
        assert_eq!(stored.code_key, keys.lookup(Lookup::Activation, &[typed.as_bytes()]));
        let entry = &entries[0];
        assert_eq!(
            (entry.actor.as_str(), entry.event.as_str(), entry.outcome.as_str()),
            ("command", "patient", "imported")
        );
    }
}

#[tokio::test]
async fn an_imported_hash_lets_its_owner_in() {
    let place = everywhere().await.remove(0);
    let hash = bcrypt::hash("secret password", 4).unwrap();
    place.import(&file(&[&format!("R-1,Jane,Doe,1987-03-14,jane@example.com,,en,jane,{hash}")])).await;
    let jane = place.patient("R-1").await.unwrap();
    let sealed = data_encoding::BASE64.decode(jane.password_hash.unwrap().as_bytes()).unwrap();
    let phc = place.registry.keys.open_text(crate::flows::password::hash_place(jane.id), &sealed).unwrap();
    let hasher = Hasher::new(place.registry.keys.clone(), 1, 4).unwrap();
    let verdict = hasher.verify(Queue::Known, &SecretString::from("secret password"), Stored::Foreign { phc }).await;
    assert!(verdict.unwrap().right);
}

#[tokio::test]
async fn the_same_file_twice_changes_nothing() {
    let first =
        file(&["R-1,Jane,Doe,1987-03-14,jane@example.com,,en,,", "R-2,John,Roe,1970-01-02,j@example.com,,es,,"]);
    for place in everywhere().await {
        assert_eq!(place.import(&first).await.imported, 2);
        let before = place.patient("R-1").await.unwrap();
        let changed = first.replace("Jane", "Janet") + "R-3,Ann,Poe,1990-05-06,a@example.com,,en,,\n";
        let report = place.import(&changed).await;
        assert_eq!((report.imported, report.skipped, report.activations.len()), (1, 2, 1));
        let after = place.patient("R-1").await.unwrap();
        assert_eq!((after.id, after.first_name), (before.id, "Jane".to_owned()));
        let report = place.import(&changed).await;
        assert_eq!((report.imported, report.skipped, place.count().await), (0, 3, 3));
        // Whatever else is wrong in the row of a known record, nothing of it is wanted.
        let report = place.import(&first.replace("1987-03-14", "soon")).await;
        assert_eq!((report.skipped, said(&report)), (2, vec![]));
    }
}

#[tokio::test]
async fn all_come_in_or_none_unless_bad_rows_are_left_out() {
    let mixed = file(&[
        "R-1,Jane,Doe,1987-03-14,jane@example.com,,en,,",
        "R-2,John,Roe,1970-02-30,j@example.com,12,fr,,",
        "R-3,Ann,Poe,1990-05-06,,,en,,",
    ]);
    let expected = [
        "3 birth_date: it is no date written YYYY-MM-DD",
        "3 phone: it has too few digits",
        "3 language: it is neither en nor es",
        "4 email: there is neither an email nor a phone: one is needed",
    ];
    for place in everywhere().await {
        for dry_run in [true, false] {
            let report = place.import_as(&mixed, dry_run, false).await;
            assert_eq!((report.imported, report.is_good()), (0, false));
            assert_eq!(said(&report), expected);
            assert_eq!(place.count().await, 0);
        }
        let report = place.import_as(&mixed, true, true).await;
        assert_eq!((report.imported, report.activations.len(), place.count().await), (1, 0, 0));
        let report = place.import_as(&mixed, false, true).await;
        assert_eq!((report.imported, report.is_good(), place.count().await), (1, true, 1));
        assert_eq!(said(&report), expected);
        assert_eq!(
            json(&report)["errors"][0],
            serde_json::json!({
                "line": 3, "column": "birth_date", "reason": "it is no date written YYYY-MM-DD"
            })
        );
    }
}

#[tokio::test]
async fn records_and_usernames_are_one_persons_alone() {
    let row = |record: &str, username: &str| format!("{record},A,B,1990-05-06,a@example.com,,en,{username},{BCRYPT}");
    for place in everywhere().await {
        place.import(&file(&[&row("R-1", "Jane")])).await;
        let rows = [row("R-2", "JANE"), row("R-3", "Strauß"), row("R-4", "STRAUSS"), row("R-3", "c"), row("R-5", "d")];
        let rows: Vec<_> = rows.iter().map(String::as_str).collect();
        let report = place.import_as(&file(&rows), false, true).await;
        assert_eq!(
            said(&report),
            [
                "2 username: another patient has it",
                "4 username: line 3 has the same, as usernames are compared",
                "5 record: line 3 has the same",
            ]
        );
        assert_eq!((report.imported, place.count().await), (2, 3));
        // Two people may share a contact.
        let key = place.registry.keys.lookup(Lookup::Email, &[b"a@example.com"]);
        assert_eq!(place.patient("R-3").await.unwrap().email_key, Some(key));
    }
}

#[tokio::test]
async fn hashes_that_would_hold_a_core_too_long_are_refused_and_none_is_repeated() {
    let place = everywhere().await.remove(0);
    let salt_and_hash = "c29tZXNhbHRzb21lc2FsdA$hY7l0RmTEzDpOw5Cf0lQkU0bX0m2eT5n4bC6yJt6kzk";
    let bad = [
        BCRYPT.replace("$04$", "$15$"),
        format!("$argon2id$v=19$m=262145,t=2,p=1${salt_and_hash}"),
        format!("$argon2id$v=19$m=19456,t=11,p=1${salt_and_hash}"),
        format!("$argon2id$v=19$m=19456,t=2,p=9${salt_and_hash}"),
        format!("$argon2i$v=19$m=19456,t=2,p=1${salt_and_hash}"),
        "hunter2".to_owned(),
    ];
    for hash in bad {
        let report = place.import(&file(&[&format!("R,A,B,1990-05-06,a@example.com,,en,jane,\"{hash}\"")])).await;
        assert_eq!(report.errors.len(), 1, "{hash}");
        assert_eq!((report.errors[0].0, report.errors[0].1.column), (2, "password_hash"));
        assert!(!said(&report)[0].contains(&hash));
    }
    let good = format!("\"$argon2id$v=19$m=262144,t=10,p=8${salt_and_hash}\"");
    assert_eq!(place.import(&file(&[&format!("R,A,B,1990-05-06,a@example.com,,en,jane,{good}")])).await.imported, 1);
}

#[tokio::test]
async fn with_only_one_of_username_and_hash_a_patient_waits() {
    let place = everywhere().await.remove(0);
    let hash_alone = format!("R-2,A,B,1990-05-06,a@example.com,,en,,{BCRYPT}");
    let report = place.import(&file(&["R-1,A,B,1990-05-06,a@example.com,,en,jane,", &hash_alone])).await;
    assert_eq!((report.imported, report.halves, report.activations.len()), (2, 2, 2));
    let waiting = place.patient("R-1").await.unwrap();
    assert_eq!((waiting.status, waiting.username), (Status::Waiting, None));
    assert_eq!(place.patient("R-2").await.unwrap().password_hash, None);
}

#[tokio::test]
async fn a_wrong_header_is_refused_even_where_bad_rows_are_left_out() {
    let place = everywhere().await.remove(0);
    let report = place
        .import_as(&file(&["R-1,A,B,1990-05-06,a@example.com,,en,,"]).replace("record", "rekord"), false, true)
        .await;
    assert!(!report.is_good());
    assert!(said(&report)[0].contains("did you mean record?"));
    assert_eq!(json(&report)["errors"][0]["line"], 1);
}

#[tokio::test]
async fn the_report_for_people_says_it_all() {
    let place = everywhere().await.remove(0);
    let report = place
        .import_as(&file(&["R-1,A,B,1990-05-06,a@example.com,,en,,", "R-2,A,B,1990-05-06,,,en,,"]), false, true)
        .await;
    let mut out = Vec::new();
    report.text(false, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], "line 3, email: there is neither an email nor a phone: one is needed");
    assert_eq!(lines[1], "Activation codes, shown this once; each works once, until 2026-12-08T12:00:00Z:");
    assert!(lines[2].starts_with("R-1\t") && lines[2].len() == 15, "{}", lines[2]);
    assert_eq!(lines[3], "1 imported, 0 skipped as known, 1 bad.");
    assert!(!format!("{report:?}").contains(&lines[2][4..]), "a code can be printed by mistake");
}
