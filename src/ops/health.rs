//! `/healthz` says that the program runs, `/readyz` that it can serve.
//! Unsent messages are told but never make it unready: a mail outage must not take the pages down.

use std::time::Duration;

use actix_web::{HttpResponse, web::Data};
use serde::Serialize;

use crate::{
    rules::moment::Moment,
    store::{Store, StoreError, migrate, outbox},
    web::App,
};

/// How long the database may take to answer before it counts as away; below the patience of the usual load balancer.
const PATIENCE: Duration = Duration::from_secs(3);

/// `/readyz`'s answer.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Readiness {
    database: &'static str,
    schema: &'static str,
    /// Age of the oldest message that waits to be sent; 0 when none does, absent when it cannot be known.
    oldest_unsent_seconds: Option<u64>,
}

impl Readiness {
    const DOWN: Self = Self { database: "down", schema: "unknown", oldest_unsent_seconds: None };

    /// Asks the database.
    pub async fn ask(store: &Store, now: Moment) -> Self {
        let look = store.read(|conn| {
            let current = migrate::is_current(conn)?;
            let oldest = if current { outbox::oldest_queued(conn, None)? } else { None };
            Ok::<_, StoreError>((current, oldest))
        });
        match tokio::time::timeout(PATIENCE, look).await {
            Ok(Ok((true, oldest))) => Self {
                database: "ok",
                schema: "ok",
                oldest_unsent_seconds: Some(oldest.map_or(0, |at| now.since(at).as_secs())),
            },
            Ok(Ok((false, _))) => Self { database: "ok", schema: "outdated", oldest_unsent_seconds: None },
            Ok(Err(error)) => {
                tracing::warn!(%error, "not ready");
                Self::DOWN
            }
            Err(_) => Self::DOWN,
        }
    }

    pub fn is_ready(&self) -> bool {
        self.database == "ok" && self.schema == "ok"
    }

    /// For the metrics.
    pub fn oldest_unsent_seconds(&self) -> Option<u64> {
        self.oldest_unsent_seconds
    }
}

pub async fn alive() -> &'static str {
    "ok\n"
}

pub async fn ready(app: Data<App>) -> HttpResponse {
    let readiness = Readiness::ask(&app.store, app.clock.now()).await;
    let mut response = if readiness.is_ready() { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    response.json(readiness)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Conn, Link};

    #[tokio::test]
    async fn readiness_follows_the_database_and_its_schema() {
        let dir = tempfile::tempdir().unwrap();
        let link = Link::Sqlite(dir.path().join("v.db"));
        let store = Store::open(link.clone());
        let before = Readiness::ask(&store, Moment(0)).await;
        assert_eq!((before.database, before.schema, before.is_ready()), ("ok", "outdated", false));
        migrate::run(&mut Conn::open(&link).unwrap()).unwrap();
        let after = Readiness::ask(&store, Moment(0)).await;
        assert!(after.is_ready());
        assert_eq!(
            serde_json::to_string(&after).unwrap(),
            r#"{"database":"ok","schema":"ok","oldest_unsent_seconds":0}"#
        );
        let away = Store::open(Link::Sqlite(dir.path().join("no/such/folder/v.db")));
        assert_eq!(Readiness::ask(&away, Moment(0)).await, Readiness::DOWN);
    }
}
