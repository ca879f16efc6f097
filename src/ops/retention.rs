//! The job that removes what is past its day, and ends sessions that nobody came back to.

use std::time::Duration;

use crate::{
    rules::moment::{Clock, minutes},
    store::{Store, retention},
};

/// Nothing is kept to the minute: limits are judged by time, not by what was purged.
const EVERY: Duration = minutes(10);

/// Runs for as long as the program does. A database that is away is tried again at the next turn.
pub async fn run(store: Store, clock: Clock) {
    let mut turns = tokio::time::interval(EVERY);
    loop {
        turns.tick().await;
        let now = clock.now();
        match store.write(move |conn| retention::purge(conn, now)).await {
            Ok(0) => {}
            Ok(gone) => tracing::info!(gone, "removed what was past its day"),
            Err(error) => tracing::warn!(%error, "the purge did not run"),
        }
    }
}
