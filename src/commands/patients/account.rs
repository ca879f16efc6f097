//! From a person to the rows that stand for them: contacts sealed, look-up keys made, an activation code drawn.
//! Nothing here talks to the database, so that a hundred thousand can be made ready outside of any lock.

use secrecy::{ExposeSecret as _, SecretString};

use super::Person;
use crate::{
    flows::password::hash_place,
    keys::{
        Keys, Lookup, Place, fill_random,
        hashing::{Busy, Hasher, Queue},
        random_id,
    },
    rules::{
        activation,
        code::Code,
        moment::Moment,
        names::{PatientId, Scheme, Status},
        username,
    },
    store::{activations::Activation, patients::Patient},
};

/// How a person will sign in.
pub enum Account {
    /// Not yet: an activation code leads to sign-up.
    Waiting,
    /// With a password that was hashed here.
    Own { username: String, hash: String, key: i32 },
    /// With a hash that another portal left; it is judged already.
    Foreign { username: String, hash: SecretString },
}

impl Account {
    /// An account with this password, whose length was judged. Fails where the hashing queue is full.
    pub async fn with_password(hasher: &Hasher, username: &str, password: &SecretString) -> Result<Self, Busy> {
        let (hash, key) = hasher.hash(Queue::Known, password).await?;
        Ok(Self::Own { username: username.to_owned(), hash, key })
    }

    fn username(&self) -> Option<&str> {
        match self {
            Self::Waiting => None,
            Self::Own { username, .. } | Self::Foreign { username, .. } => Some(username),
        }
    }
}

/// An activation code in the clear, as it is handed out once.
#[derive(Clone, Debug)]
pub struct Issued {
    pub code: Code,
    pub expires_at: Moment,
}

/// The rows of one person, ready to be stored.
#[derive(Clone, Debug)]
pub struct Entry {
    pub patient: Patient,
    pub activation: Option<Activation>,
    pub issued: Option<Issued>,
}

impl Entry {
    /// Seals a person. With an account the contacts count as proved: they are what the clinic has on file.
    pub fn new(keys: &Keys, person: &Person, account: &Account, now: Moment) -> Self {
        let id = PatientId(random_id());
        let place = |column| Place { table: "patients", column, row: id.0 };
        let (email, phone) = (person.email.as_ref(), person.phone.as_ref());
        let username = account.username();
        let proved = username.map(|_| now);
        let (password_hash, password_scheme, password_key) = match account {
            Account::Waiting => (None, Scheme::None, 0),
            Account::Own { hash, key, .. } => (Some(hash.clone()), Scheme::Own, *key),
            Account::Foreign { hash, .. } => {
                let sealed = keys.seal_text(hash_place(id), hash.expose_secret());
                let version = sealed.first_chunk().map_or(0, |version| u16::from_be_bytes(*version));
                // Beside the hash too, so that `keys list` knows which key still holds it.
                (Some(data_encoding::BASE64.encode(&sealed)), Scheme::Foreign, version.into())
            }
        };
        let patient = Patient {
            id,
            record: person.record.clone(),
            first_name: person.first_name.clone(),
            last_name: person.last_name.clone(),
            birth_date_sealed: keys.seal_text(place("birth_date_sealed"), &person.birth_date.to_string()),
            email_sealed: email.map(|email| keys.seal_text(place("email_sealed"), email.reveal())),
            email_key: email.map(|email| keys.lookup(Lookup::Email, &[email.lookup_key().as_bytes()])),
            email_proved_at: email.and(proved),
            phone_sealed: phone.map(|phone| keys.seal_text(place("phone_sealed"), phone.reveal())),
            phone_key: phone.map(|phone| keys.lookup(Lookup::Phone, &[phone.reveal().as_bytes()])),
            phone_proved_at: phone.and(proved),
            language: person.language,
            username: username.map(str::to_owned),
            username_key: username.map(|username| username_key(keys, username)),
            status: if username.is_some() { Status::Active } else { Status::Waiting },
            password_hash,
            password_scheme,
            password_key,
            password_set_at: proved,
            last_channel: None,
            last_sign_in_at: None,
            last_browser: None,
            created_at: now,
        };
        let (activation, issued) = username.is_none().then(|| issue(keys, id, now)).unzip();
        Self { patient, activation, issued }
    }
}

/// The look-up hash by which a username is found, however it is written.
pub fn username_key(keys: &Keys, name: &str) -> Vec<u8> {
    keys.lookup(Lookup::Username, &[username::fold(name).as_bytes()])
}

fn issue(keys: &Keys, patient_id: PatientId, now: Moment) -> (Activation, Issued) {
    let code = activation::new(fill_random);
    let expires_at = now.plus(activation::LIFE);
    let code_key = keys.lookup(Lookup::Activation, &[code.reveal().as_bytes()]);
    (Activation { patient_id, code_key, issued_at: now, expires_at, tries: 0 }, Issued { code, expires_at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::names::{Channel, Language};

    const NOW: Moment = Moment(1_795_521_600_000);

    fn jane() -> Person {
        use crate::rules::contact::{Email, Phone};
        Person {
            record: "R-1".to_owned(),
            first_name: "Jane".to_owned(),
            last_name: "Doe".to_owned(),
            birth_date: jiff::civil::date(1987, 3, 14),
            email: Some(Email::parse("Jane@Example.com").unwrap()),
            phone: Some(Phone::parse("+16025550112", &[]).unwrap()),
            language: Language::English,
        }
    }

    #[test]
    fn who_waits_has_a_code_and_no_proved_contact() {
        let keys = Keys::for_tests();
        let Entry { patient, activation, issued } = Entry::new(&keys, &jane(), &Account::Waiting, NOW);
        assert_eq!((patient.status, patient.password_hash.as_ref()), (Status::Waiting, None));
        assert!(patient.proved_contact(Channel::Email).is_none() && patient.proved_contact(Channel::Text).is_none());
        let (activation, issued) = (activation.unwrap(), issued.unwrap());
        let typed = activation::fold(&activation::shown(&issued.code).to_lowercase());
        assert_eq!(activation.code_key, keys.lookup(Lookup::Activation, &[typed.as_bytes()]));
        assert_eq!(activation.expires_at, NOW.plus(activation::LIFE));
    }

    #[test]
    fn an_imported_hash_is_sealed_and_opens_where_signing_in_looks_for_it() {
        let keys = Keys::for_tests();
        let account = Account::Foreign { username: " Jane ".to_owned(), hash: SecretString::from("$2b$10$x") };
        let patient = Entry::new(&keys, &jane(), &account, NOW).patient;
        assert_eq!((patient.status, patient.password_scheme), (Status::Active, Scheme::Foreign));
        let stored = patient.password_hash.unwrap();
        assert!(!stored.contains("$2b$"));
        let sealed = data_encoding::BASE64.decode(stored.as_bytes()).unwrap();
        assert_eq!(patient.password_key, i32::from(u16::from_be_bytes([sealed[0], sealed[1]])));
        assert_eq!(keys.open_text(hash_place(patient.id), &sealed).unwrap().expose_secret(), "$2b$10$x");
        assert_eq!(patient.username_key.unwrap(), username_key(&keys, "JANE"));
        assert_eq!(patient.email_proved_at, Some(NOW));
        assert_eq!(patient.email_key.unwrap(), keys.lookup(Lookup::Email, &[b"jane@example.com"]));
    }
}
