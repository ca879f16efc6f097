//! actix-session over our own table: it carries the session's token in the cookie, our rows say what it is worth.
//! Handlers write those rows in their own transactions, together with what the session stands for; this store only
//! finds them and hands a new token on to the cookie.

use std::collections::HashMap;

use actix_session::{
    Session, SessionMiddleware,
    config::{BrowserSession, CookieContentSecurity, SessionLifecycle},
    storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError},
};
use actix_web::cookie::{Key, SameSite, time::Duration};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    keys::{Keys, Lookup},
    store::{Store, sessions},
    web::cookies,
};

/// The one thing a session's state holds: its token.
const TOKEN: &str = "token";

/// Finds session rows by the token in the cookie.
pub struct Rows {
    store: Store,
    keys: Keys,
}

/// The middleware that reads and writes the session cookie.
pub fn middleware(store: &Store, keys: &Keys) -> SessionMiddleware<Rows> {
    let rows = Rows { store: store.clone(), keys: keys.clone() };
    SessionMiddleware::builder(rows, Key::from(&keys.cookie_key()))
        .cookie_name(cookies::SESSION.to_owned())
        .cookie_secure(true)
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_path("/".to_owned())
        .cookie_content_security(CookieContentSecurity::Signed)
        .session_lifecycle(SessionLifecycle::BrowserSession(BrowserSession::default()))
        .build()
}

/// The token that came with the request, if a row belongs to it.
pub fn token(session: &Session) -> Option<SecretString> {
    session.get::<String>(TOKEN).ok().flatten().map(SecretString::from)
}

/// Sends the browser this token in its session cookie.
pub fn carry(session: &Session, token: &SecretString) -> Result<(), actix_web::Error> {
    session.insert(TOKEN, token.expose_secret())?;
    Ok(())
}

/// Takes the session cookie away.
pub fn drop_cookie(session: &Session) {
    session.purge();
}

/// The look-up hash of a session's token.
pub fn key_of(keys: &Keys, token: &SecretString) -> Vec<u8> {
    keys.lookup(Lookup::Session, &[token.expose_secret().as_bytes()])
}

type State = HashMap<String, String>;

/// The token in a session's state, as the cookie's new content.
fn carried(state: &State) -> Result<SessionKey, anyhow::Error> {
    let json = state.get(TOKEN).ok_or_else(|| anyhow::anyhow!("a session without a token"))?;
    SessionKey::try_from(serde_json::from_str::<String>(json)?).map_err(|error| anyhow::anyhow!("{error}"))
}

impl SessionStore for Rows {
    /// The state of a token that has a row; what the row is worth now is judged by [`crate::web::visit`].
    async fn load(&self, session_key: &SessionKey) -> Result<Option<State>, LoadError> {
        let token = session_key.as_ref().to_owned();
        let key = key_of(&self.keys, &SecretString::from(token.clone()));
        let row = self.store.read(move |conn| sessions::by_token(conn, &key)).await;
        match row {
            Ok(Some(_)) => {
                let json = serde_json::to_string(&token).map_err(|error| LoadError::Deserialization(error.into()))?;
                Ok(Some(HashMap::from([(TOKEN.to_owned(), json)])))
            }
            Ok(None) => Ok(None),
            Err(error) => Err(LoadError::Other(error.into())),
        }
    }

    /// The row is written already; this only tells the cookie its token.
    async fn save(&self, state: State, _: &Duration) -> Result<SessionKey, SaveError> {
        carried(&state).map_err(SaveError::Other)
    }

    /// Never makes a row anew: one that sign-out just ended stays ended.
    async fn update(&self, _: SessionKey, state: State, _: &Duration) -> Result<SessionKey, UpdateError> {
        carried(&state).map_err(UpdateError::Other)
    }

    /// Our rows keep their own time.
    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        Ok(())
    }

    /// Handlers end rows themselves; what is left to do is the cookie's.
    async fn delete(&self, _: &SessionKey) -> Result<(), anyhow::Error> {
        Ok(())
    }
}
