//! Queueing, and what the other tests of this room build on.

use std::sync::atomic::{AtomicI64, Ordering};

use super::*;
use crate::{
    keys::Lookup,
    rules::{
        moment::Clock,
        names::{Scheme, Status},
    },
    store::{Link, Store, migrate, patients},
    words::tests::{NOW, sample},
};

/// A database, the context and a clock that tests move.
pub(super) struct Room {
    pub store: Store,
    pub ctx: Ctx,
    now: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

pub(super) const EMAIL: &str = "jo@example.com";
pub(super) const PHONE: &str = "+13125550123";

impl Room {
    pub fn new() -> Self {
        Self::with(|_| ())
    }

    pub fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let link = Link::Sqlite(folder.path().join("v.db"));
        migrate::run(&mut Conn::open(&link).unwrap()).unwrap();
        let mut settings = sample();
        change(&mut settings);
        let words = Words::new(&settings);
        let ctx = Ctx { settings: Arc::new(settings), keys: Keys::for_tests(), words };
        Self { store: Store::open(link), ctx, now: Arc::new(AtomicI64::new(NOW.0)), _folder: folder }
    }

    pub fn clock(&self) -> Clock {
        let now = self.now.clone();
        Clock::new(move || Moment(now.load(Ordering::Relaxed)))
    }

    pub fn pass(&self, time: Duration) {
        self.now.fetch_add(i64::try_from(time.as_millis()).unwrap(), Ordering::Relaxed);
    }

    pub async fn queue_code(&self, channel: Channel) {
        let ctx = self.ctx.clone();
        self.store.write(move |conn| enqueue_code(conn, &ctx, &code_to(&ctx, channel))).await.unwrap();
    }

    pub async fn rows(&self) -> Vec<Row> {
        use diesel::prelude::*;
        self.store
            .read(|conn| {
                let ids: Vec<OutboxId> = {
                    #[derive(QueryableByName)]
                    struct Id {
                        #[diesel(sql_type = diesel::sql_types::BigInt)]
                        id: i64,
                    }
                    let ids: Vec<Id> = diesel::sql_query("SELECT id FROM outbox ORDER BY asked_at, id").load(conn)?;
                    ids.into_iter().map(|row| OutboxId(row.id)).collect()
                };
                ids.into_iter().map(|id| Ok(outbox::by_id(conn, id)?.unwrap())).collect()
            })
            .await
            .unwrap()
    }

    /// The one row there is.
    pub async fn row(&self) -> Row {
        let mut rows = self.rows().await;
        assert_eq!(rows.len(), 1);
        rows.remove(0)
    }

    /// Outcomes of the audit's entries about deliveries, in order.
    pub async fn audited(&self, event: Event) -> Vec<String> {
        use diesel::prelude::*;
        #[derive(QueryableByName)]
        struct Entry {
            #[diesel(sql_type = diesel::sql_types::Text)]
            outcome: String,
        }
        self.store
            .read(move |conn| {
                let query = diesel::sql_query(format!(
                    "SELECT outcome FROM audit_entries WHERE event = '{}' ORDER BY id",
                    event.as_str()
                ));
                let entries: Vec<Entry> = query.load(conn)?;
                Ok(entries.into_iter().map(|entry| entry.outcome).collect())
            })
            .await
            .unwrap()
    }
}

pub(super) fn phone_key(ctx: &Ctx) -> Vec<u8> {
    ctx.keys.lookup(Lookup::Phone, &[PHONE.as_bytes()])
}

pub(super) fn code_to(ctx: &Ctx, channel: Channel) -> CodeMessage<'static> {
    let (to, key, code) = match channel {
        Channel::Email => (EMAIL, ctx.keys.lookup(Lookup::Email, &[EMAIL.as_bytes()]), "TM3KX2"),
        Channel::Text => (PHONE, phone_key(ctx), "482913"),
    };
    CodeMessage {
        first_name: "Jordan",
        language: Language::English,
        channel,
        destination: Box::leak(Box::new(SecretString::from(to))),
        destination_key: Box::leak(key.into_boxed_slice()),
        code: Box::leak(Box::new(SecretString::from(code))),
        asked_at: NOW,
        expires_at: NOW.plus(Duration::from_mins(30)),
        patient_id: Some(PatientId(5)),
        attempt_id: AttemptId(6),
        code_id: CodeId(7),
    }
}

pub(super) fn patient_of(ctx: &Ctx) -> Patient {
    patient(ctx, Some(EMAIL), Some(PHONE))
}

fn patient(ctx: &Ctx, email: Option<&str>, phone: Option<&str>) -> Patient {
    let id = PatientId(5);
    let seal = |column, value: &str| ctx.keys.seal_text(Place { table: "patients", column, row: id.0 }, value);
    Patient {
        id,
        record: "R1".to_owned(),
        first_name: "Jordan".to_owned(),
        last_name: "Peña".to_owned(),
        birth_date_sealed: vec![],
        email_sealed: email.map(|email| seal("email_sealed", email)),
        email_key: email.map(|email| ctx.keys.lookup(Lookup::Email, &[email.as_bytes()])),
        email_proved_at: email.map(|_| NOW),
        phone_sealed: phone.map(|phone| seal("phone_sealed", phone)),
        phone_key: phone.map(|phone| ctx.keys.lookup(Lookup::Phone, &[phone.as_bytes()])),
        phone_proved_at: phone.map(|_| NOW),
        language: Language::Spanish,
        username: None,
        username_key: None,
        status: Status::Active,
        password_hash: None,
        password_scheme: Scheme::None,
        password_key: 0,
        password_set_at: None,
        last_channel: None,
        last_sign_in_at: None,
        last_browser: None,
        created_at: NOW,
    }
}

#[tokio::test]
async fn a_code_waits_sealed_until_it_expires() {
    let room = Room::new();
    room.queue_code(Channel::Email).await;
    let row = room.row().await;
    assert_eq!((row.state, row.give_up_at, row.tries), (Delivery::Queued, NOW.plus(Duration::from_mins(30)), 0));
    let sealed = row.message_sealed.unwrap();
    assert!(!sealed.windows(6).any(|window| window == b"TM3KX2"));
    let Message::Email { to, subject, message_id, .. } = Message::open(&room.ctx.keys, row.id, &sealed).unwrap() else {
        panic!("not a mail")
    };
    assert_eq!(to, EMAIL);
    assert!(!subject.contains("TM3KX2"));
    assert_eq!(message_id, format!("<{:016x}@localhost>", row.id.0));
}

#[tokio::test]
async fn a_notice_goes_to_the_email_else_to_the_phone_else_nowhere() {
    for (email, phone, stopped, channel) in [
        (Some(EMAIL), Some(PHONE), false, Some(Channel::Email)),
        (None, Some(PHONE), false, Some(Channel::Text)),
        (None, Some(PHONE), true, None),
        (None, None, false, None),
    ] {
        let room = Room::new();
        let ctx = room.ctx.clone();
        let notified = room.store.write(move |conn| {
            if stopped {
                opt_outs::add(conn, &phone_key(&ctx), NOW)?;
            }
            let patient = patient(&ctx, email, phone);
            patients::insert(conn, &patient)?;
            let notice =
                Notice { kind: Kind::NewDevice, patient: &patient, at: NOW, browser: "Chrome/Windows", count: 0 };
            enqueue_notice(conn, &ctx, &notice)
        });
        notified.await.unwrap();
        let rows = room.rows().await;
        assert_eq!(rows.first().map(|row| row.channel), channel);
        assert_eq!(room.audited(Event::Notice).await, [if channel.is_some() { "queued" } else { "no-contact" }]);
    }
}
