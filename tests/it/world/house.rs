//! A house of a story: the real program in this process, on a port of its own, with a clock that the story moves.
//! Each story is told on both databases; everything ends with it.

use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use vestibule::{
    commands::{house, serve},
    keys::{Keys, Lookup, Place, file::KeyFile, hashing::Hasher, queue::Queue},
    rules::{
        contact::{Email, Phone},
        moment::{Clock, Moment},
        names::{Language, PatientId, Scheme, Status},
        username,
    },
    settings::{Settings, TextProvider},
    store::{Conn, Store, migrate, patients},
};

use super::{
    browser::Browser,
    database::{Database, Kind},
    gateway::Gateway,
    people::{self, Person},
    process::private_file,
    smtp::{MailServer, PATIENCE},
};

/// Tuesday 24 November 2026, 10:00 in the morning in the clinic's time zone.
const BEGIN: Moment = Moment(1_795_536_000_000);
const TIME_ZONE: &str = "America/Chicago";
pub const AUTH_TOKEN: &str = "a-token-of-the-gateway";

pub struct House {
    pub origin: String,
    pub database: Database,
    pub mail: MailServer,
    pub gateway: Gateway,
    now: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

/// Tells the story on SQLite and on PostgreSQL, with the default settings.
pub async fn on_both(story: impl AsyncFn(&House)) {
    on_both_with(|_| {}, story).await;
}

/// As [`on_both`], with settings of the story's own.
pub async fn on_both_with(change: impl Fn(&mut Settings), story: impl AsyncFn(&House)) {
    for kind in Kind::all() {
        println!("on {kind:?}");
        let house = House::new(kind, &change).await;
        story(&house).await;
    }
}

impl House {
    async fn new(kind: Kind, change: &impl Fn(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::new(kind, folder.path());
        let (mail, gateway) = (MailServer::open().await, Gateway::open().await);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let origin = format!("http://127.0.0.1:{}", listener.local_addr().expect("an address").port());
        let now = Arc::new(AtomicI64::new(BEGIN.0));
        let clock = {
            let now = now.clone();
            Clock::new(move || Moment(now.load(Ordering::SeqCst)))
        };
        let mut settings = Settings::defaults(folder.path());
        settings.public_url = origin.parse().expect("a URL");
        settings.database_url = database.url.clone().into();
        settings.trusted_proxies = vec!["127.0.0.1/32".parse().expect("a network")];
        settings.brand.time_zone = TIME_ZONE.into();
        settings.email.smtp_url = mail.url().into();
        settings.email.from = "MyChart <no-reply@clinic.example>".into();
        settings.texts.provider = TextProvider::Twilio;
        settings.texts.api_url = gateway.url();
        settings.texts.account_sid = "AC0123456789".into();
        settings.texts.auth_token_file = Some(folder.path().join("gateway.token"));
        settings.texts.from = "+12125550100".into();
        private_file(&folder.path().join("gateway.token"), AUTH_TOKEN);
        change(&mut settings);
        let house = Self { origin, database, mail, gateway, now, _folder: folder };
        house.start(settings, clock, listener).await;
        house
    }

    async fn start(&self, settings: Settings, clock: Clock, listener: TcpListener) {
        let link = house::link(&settings).expect("a database");
        migrate::run(&mut Conn::open(&link).expect("it opens")).expect("it migrates");
        let keys = Keys::from_file(&KeyFile::new(BEGIN), clock.clone());
        // A store of its own, so that the house opens its connections when a visitor first needs one.
        let store = Store::open(link);
        let hasher = Hasher::new(keys.clone(), 1, 64).expect("a thread");
        for person in people::ALL {
            take_in(&store, &keys, &hasher, person).await;
        }
        let app = house::build(settings, keys, clock).expect("it is built");
        serve::upkeep(&app).expect("its workers start");
        actix_web::rt::spawn(house::serve(&app, listener, |_| ()).expect("it listens"));
    }

    /// A browser of somebody at home, at an address of their own.
    pub fn browser(&self) -> Browser {
        self.browser_from("203.0.113.5")
    }

    /// A browser at this address, as the trusted proxy before the house reports it.
    pub fn browser_from(&self, address: &str) -> Browser {
        let mut browser = Browser::at(&self.origin);
        browser.address = Some(address.to_owned());
        browser
    }

    /// Time passes, for everything in the house.
    pub fn passes(&self, time: Duration) {
        self.now.fetch_add(i64::try_from(time.as_millis()).expect("not that long"), Ordering::SeqCst);
    }

    /// Waits until every message has left the house, or will not.
    pub async fn settles(&self) {
        self.until("SELECT count(*) AS number FROM outbox WHERE state = 'queued'", 0).await;
    }

    /// Waits until the database answers this question with this number.
    pub async fn until(&self, question: &str, number: i64) {
        let began = std::time::Instant::now();
        while self.database.number(question) != number {
            assert!(began.elapsed() < PATIENCE, "never: {question} = {number}, but {}", self.database.number(question));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn take_in(store: &Store, keys: &Keys, hasher: &Hasher, who: &'static Person) {
    let (hash, version) = hasher.hash(Queue::Known, &who.password.into()).await.expect("a free place");
    let id = vestibule::keys::random_id();
    let sealed = |column, text: &str| keys.seal_text(Place { table: "patients", column, row: id }, text);
    let email = (!who.email.is_empty()).then(|| Email::parse(who.email).expect("an address"));
    let phone = (!who.phone.is_empty()).then(|| Phone::parse(who.phone, &[]).expect("a number"));
    let patient = patients::Patient {
        id: PatientId(id),
        record: who.record.to_owned(),
        first_name: who.first_name.to_owned(),
        last_name: who.last_name.to_owned(),
        birth_date_sealed: sealed("birth_date_sealed", "1980-02-29"),
        email_sealed: email.as_ref().map(|email| sealed("email_sealed", email.reveal())),
        email_key: email.as_ref().map(|email| keys.lookup(Lookup::Email, &[email.lookup_key().as_bytes()])),
        email_proved_at: email.is_some().then_some(BEGIN),
        phone_sealed: phone.as_ref().map(|phone| sealed("phone_sealed", phone.reveal())),
        phone_key: phone.as_ref().map(|phone| keys.lookup(Lookup::Phone, &[phone.reveal().as_bytes()])),
        phone_proved_at: phone.is_some().then_some(BEGIN),
        language: Language::parse(who.language).expect("en or es"),
        username: Some(who.username.to_owned()),
        username_key: Some(keys.lookup(Lookup::Username, &[username::fold(who.username).as_bytes()])),
        status: if who.username == people::DORA.username { Status::Disabled } else { Status::Active },
        password_hash: Some(hash),
        password_scheme: Scheme::Own,
        password_key: version,
        password_set_at: Some(BEGIN),
        last_channel: None,
        last_sign_in_at: None,
        last_browser: None,
        created_at: BEGIN,
    };
    store.write(move |conn| patients::insert(conn, &patient)).await.expect("taken in");
}
