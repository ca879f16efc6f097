//! The demo's made-up patients: one of each kind that a front desk knows.
//! Numbers are from the range kept for fiction, addresses from the domains kept for examples.

use actix_web::web::Data;
use secrecy::SecretString;

use crate::{
    commands::patients::{self, Account, Fields, Judge},
    keys::Lookup,
    rules::names::Language,
    settings::Brand,
    store,
    web::App,
};

/// The number the demo's texts come from.
pub const CLINIC_NUMBER: &str = "+13125550188";

/// Every made-up patient has the same password: what is tried here is the rest.
const PASSWORD: &str = "lantern harbor 27 violet";

struct Person {
    record: &'static str,
    first_name: &'static str,
    last_name: &'static str,
    birth_date: &'static str,
    email: Option<&'static str>,
    phone: Option<&'static str>,
    language: Language,
    username: &'static str,
    /// What this person shows.
    shows: &'static str,
    stopped: bool,
}

const PEOPLE: &[Person] = &[
    Person {
        record: "D-1001",
        first_name: "Jordan",
        last_name: "Reyes",
        birth_date: "1984-03-09",
        email: Some("jordan.reyes@example.com"),
        phone: Some("+13125550112"),
        language: Language::English,
        username: "jreyes84",
        shows: "email and text",
        stopped: false,
    },
    Person {
        record: "D-1002",
        first_name: "Avery",
        last_name: "Lindqvist",
        birth_date: "1971-11-23",
        email: Some("avery@example.org"),
        phone: None,
        language: Language::English,
        username: "avery",
        shows: "email only",
        stopped: false,
    },
    Person {
        record: "D-1003",
        first_name: "Sam",
        last_name: "Okafor",
        birth_date: "1990-07-02",
        email: None,
        phone: Some("+13125550134"),
        language: Language::English,
        username: "sokafor",
        shows: "text only",
        stopped: false,
    },
    Person {
        record: "D-1004",
        first_name: "Riley",
        last_name: "Chen",
        birth_date: "1958-01-30",
        email: Some("riley.chen@example.net"),
        phone: Some("+13125550156"),
        language: Language::English,
        username: "rchen",
        shows: "texted STOP",
        stopped: true,
    },
    Person {
        record: "D-1005",
        first_name: "Guadalupe",
        last_name: "Muñoz",
        birth_date: "1966-12-12",
        email: Some("lupe.munoz@example.com"),
        phone: Some("+13125550178"),
        language: Language::Spanish,
        username: "lupe66",
        shows: "Spanish",
        stopped: false,
    },
];

/// A clinic's name plates.
pub fn furnish(brand: &mut Brand) {
    brand.help_phone = "(312) 555-0142".to_owned();
    brand.help_email = "help@example.com".to_owned();
    brand.portal_url = "https://portal.example.com/".to_owned();
    brand.security_contact = "mailto:security@example.com".to_owned();
}

/// Creates whom the database does not hold yet.
pub async fn move_in(app: &Data<App>) -> anyhow::Result<()> {
    let password = SecretString::from(PASSWORD);
    for person in PEOPLE {
        if app.store.read(|conn| store::patients::by_record(conn, person.record)).await?.is_none() {
            let account = Account::with_password(&app.hasher, person.username, &password).await?;
            let judged = Judge::new(&app.settings, app.clock.now()).person(&person.fields());
            let known = judged.map_err(|problems| anyhow::anyhow!("{}: {problems:?}", person.record))?;
            patients::create(&app.store, &app.keys, &known, &account, app.clock.now()).await?;
        }
        if let (true, Some(phone)) = (person.stopped, person.phone) {
            let key = app.keys.lookup(Lookup::Phone, &[phone.as_bytes()]);
            let now = app.clock.now();
            app.store.write(move |conn| store::opt_outs::add(conn, &key, now)).await?;
        }
    }
    Ok(())
}

impl Person {
    fn fields(&self) -> Fields<'_> {
        Fields {
            record: self.record,
            first_name: self.first_name,
            last_name: self.last_name,
            birth_date: self.birth_date,
            email: self.email.unwrap_or_default(),
            phone: self.phone.unwrap_or_default(),
            language: self.language.as_str(),
        }
    }
}

/// Prints where to go and as whom.
pub fn introduce(origin: &str) {
    println!("Vestibule demo, ready.\n");
    println!("  Log in         {origin}/login");
    println!("  Mail and texts {origin}/dev/outbox\n");
    println!("  Everybody's password is: {PASSWORD}\n");
    for person in PEOPLE {
        println!("  {:<10} {} {} ({})", person.username, person.first_name, person.last_name, person.shows);
    }
    println!("\nUse this address in Chrome, Edge or Firefox: browsers keep our cookies on http only at localhost,");
    println!("and Safari not even there. Ctrl-C stops the demo.\n");
}
