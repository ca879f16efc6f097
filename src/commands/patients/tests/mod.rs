//! The commands on a database of their own: SQLite, and PostgreSQL where `VESTIBULE_TEST_POSTGRES` names one.

mod import;
mod race;

use secrecy::SecretString;

use super::{
    Account, Creation, Fields, Judge, Person, Registry, create,
    list::{self, Listed},
    unlock::unlock,
};
use crate::{
    commands::migrate::migrate,
    flows::limits::Counter,
    keys::{
        Keys,
        hashing::{Hasher, Queue, Stored},
    },
    outbox::Ctx,
    rules::{
        moment::{Clock, Moment},
        names::{Channel, Status},
    },
    settings::Settings,
    store::{
        Link, Store, StoreError, activations,
        audit::{self, Subject},
        patients,
    },
    words::Words,
};

pub const NOW: Moment = Moment(1_795_521_600_000);

pub const JANE: Fields<'static> = Fields {
    record: "R-1",
    first_name: "Jane",
    last_name: "Doe",
    birth_date: "1987-03-14",
    email: "jane@example.com",
    phone: "(602) 555-0112",
    language: "es",
};

/// A fresh database and what works on it; dropped with its folder or on the server.
pub struct Place {
    pub registry: Registry,
    _dir: tempfile::TempDir,
    _scratch: Option<Scratch>,
}

impl Place {
    pub async fn on(link: Link, dir: tempfile::TempDir, scratch: Option<Scratch>) -> Self {
        migrate(link.clone()).await.unwrap();
        let registry = Registry {
            store: Store::open(link),
            keys: Keys::for_tests(),
            settings: Settings::defaults(dir.path()),
            clock: Clock::new(|| NOW),
        };
        Self { registry, _dir: dir, _scratch: scratch }
    }

    pub fn person(&self, fields: &Fields<'_>) -> Person {
        Judge::new(&self.registry.settings, NOW).person(fields).unwrap()
    }

    pub async fn create(&self, fields: &Fields<'_>, account: &Account) -> Creation {
        let Registry { store, keys, .. } = &self.registry;
        create(store, keys, &self.person(fields), account, NOW).await.unwrap()
    }

    pub async fn listed(&self, search: Option<&str>, json: bool) -> String {
        let mut out = Vec::new();
        let args = list::Args { search: search.map(str::to_owned), json };
        list::print(&args, &self.registry, &mut out).await.unwrap();
        String::from_utf8(out).unwrap()
    }
}

/// A database on the test server, dropped when it goes.
pub struct Scratch {
    server: String,
    name: String,
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = on_server(&self.server, &format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

fn on_server(server: &str, statement: &str) -> Result<(), StoreError> {
    use diesel::RunQueryDsl as _;
    let mut conn = crate::store::Conn::open(&Link::Postgres(SecretString::from(server)))?;
    diesel::sql_query(statement).execute(&mut conn)?;
    Ok(())
}

/// Each database there is to test on.
pub async fn everywhere() -> Vec<Place> {
    let dir = || tempfile::tempdir().unwrap();
    let sqlite = dir();
    let link = Link::Sqlite(sqlite.path().join("v.db"));
    let mut all = vec![Place::on(link, sqlite, None).await];
    if let Ok(server) = std::env::var("VESTIBULE_TEST_POSTGRES") {
        let name = format!("patients_{:016x}", crate::keys::random_id());
        match on_server(&server, &format!("CREATE DATABASE {name}")) {
            Err(StoreError::Down(why)) if why.contains("speaks SQLite only") => return all,
            other => other.unwrap(),
        }
        let mut url = url::Url::parse(&server).unwrap();
        url.set_path(&name);
        let link = Link::Postgres(SecretString::from(url.to_string()));
        all.push(Place::on(link, dir(), Some(Scratch { server, name })).await);
    }
    all
}

#[tokio::test]
async fn who_is_added_with_a_password_can_use_it_at_once() {
    for place in everywhere().await {
        let hasher = Hasher::new(place.registry.keys.clone(), 1, 4).unwrap();
        let password = SecretString::from("a door of my own");
        let account = Account::with_password(&hasher, "Jane", &password).await.unwrap();
        let Creation::Done(created) = place.create(&JANE, &account).await else { panic!("refused") };
        assert!(created.issued.is_none());
        let key = super::account::username_key(&place.registry.keys, "JANE ");
        let jane = place.registry.store.read(move |conn| patients::by_username(conn, &key)).await.unwrap().unwrap();
        assert_eq!((jane.id, jane.status), (created.id, Status::Active));
        assert!(jane.proved_contact(Channel::Email).is_some() && jane.proved_contact(Channel::Text).is_some());
        let stored = Stored::Own { phc: jane.password_hash.unwrap(), key: jane.password_key };
        assert!(hasher.verify(Queue::Known, &password, stored).await.unwrap().right);
    }
}

#[tokio::test]
async fn who_is_added_without_one_waits_with_a_code() {
    for place in everywhere().await {
        let Creation::Done(created) = place.create(&JANE, &Account::Waiting).await else { panic!("refused") };
        assert!(created.issued.is_some());
        let id = created.id;
        let (activation, entries) = place
            .registry
            .store
            .read(move |conn| Ok((activations::of_patient(conn, id)?, audit::about(conn, &Subject::Patient(id), 9)?)))
            .await
            .unwrap();
        assert_eq!(activation.unwrap().expires_at, created.issued.unwrap().expires_at);
        assert_eq!(entries.len(), 1);
        assert_eq!((entries[0].actor.as_str(), entries[0].outcome.as_str()), ("command", "added"));
    }
}

#[tokio::test]
async fn a_known_record_and_a_taken_username_are_refused() {
    for place in everywhere().await {
        let account = |username: &str| Account::Foreign { username: username.to_owned(), hash: "$2b$10$x".into() };
        assert!(matches!(place.create(&JANE, &account("jane")).await, Creation::Done(_)));
        assert!(matches!(place.create(&JANE, &account("other")).await, Creation::RecordKnown));
        let john = Fields { record: "R-2", ..JANE };
        assert!(matches!(place.create(&john, &account("ＪＡＮＥ")).await, Creation::UsernameTaken));
        assert!(matches!(place.create(&john, &account("john")).await, Creation::Done(_)));
    }
}

#[tokio::test]
async fn the_list_shows_nobodys_contact() {
    for place in everywhere().await {
        for (record, last_name) in [("R-2", "Núñez"), ("R-1", "Doe")] {
            place.create(&Fields { record, last_name, ..JANE }, &Account::Waiting).await;
        }
        let text = place.listed(None, false).await;
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[0], "R-1\twaiting\tJane Doe\t-\tj•••@e•••.com\t•••-•••-••12\tnever signed in");
        assert_eq!(lines[2], "2 patients");
        for (search, found) in
            [("núñ", 1), ("DOE", 1), ("jane", 2), ("r-2", 1), ("jane@EXAMPLE.com", 2), ("602-555-0112", 2), ("xyz", 0)]
        {
            let json: serde_json::Value = serde_json::from_str(&place.listed(Some(search), true).await).unwrap();
            assert_eq!(json["patients"].as_array().unwrap().len(), found, "{search}");
        }
        let all = place.listed(None, true).await;
        assert!(!all.contains("example.com") && !all.contains("0112") && !all.contains("1987"), "{all}");
    }
}

#[tokio::test]
async fn unlocking_opens_what_wrong_passwords_and_codes_closed() {
    for place in everywhere().await {
        assert_eq!(unlock(&place.registry, "jane").await.unwrap(), None);
        let account = Account::Foreign { username: "jane".to_owned(), hash: "$2b$10$x".into() };
        let Creation::Done(created) = place.create(&JANE, &account).await else { panic!("refused") };
        assert_eq!(unlock(&place.registry, "jane").await.unwrap(), Some(false));
        let settings = std::sync::Arc::new(place.registry.settings.clone());
        let ctx = Ctx { words: Words::new(&settings), settings, keys: place.registry.keys.clone() };
        let key = super::account::username_key(&place.registry.keys, "jane");
        let pair = |network| Counter::account_and_network(&ctx, &key, network);
        let counters =
            [Counter::account(&ctx, &key), Counter::person_codes(&ctx, created.id), pair(b"here"), pair(b"there")];
        let all = counters.clone();
        place
            .registry
            .store
            .write(move |conn| {
                for _ in 0..100 {
                    all.iter().try_for_each(|counter| counter.count(conn, NOW).map(drop))?;
                }
                Ok(())
            })
            .await
            .unwrap();
        assert_eq!(unlock(&place.registry, " JANE").await.unwrap(), Some(true));
        let closed = place
            .registry
            .store
            .read(move |conn| counters.iter().map(|counter| counter.closed(conn, NOW)).collect::<Result<Vec<_>, _>>())
            .await
            .unwrap();
        assert_eq!(closed, [None; 4]);
    }
}

#[test]
fn a_listing_opens_with_the_right_keys_alone() {
    let dir = tempfile::tempdir().unwrap();
    let person = Judge::new(&Settings::defaults(dir.path()), NOW).person(&JANE).unwrap();
    let mut patient = super::Entry::new(&Keys::for_tests(), &person, &Account::Waiting, NOW).patient;
    assert!(Listed::new(&Keys::for_tests(), &patient).is_ok());
    patient.id.0 += 1;
    assert!(Listed::new(&Keys::for_tests(), &patient).is_err());
}
