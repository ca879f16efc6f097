//! The job that removes what is past its day, and writes down the end of sessions that nobody came back to.

use std::time::Duration;

use actix_web::web::Data;

use crate::{
    flows::finish,
    rules::moment::minutes,
    store::{StoreError, retention},
    web::App,
};

/// Nothing is kept to the minute: limits are judged by time, not by what was purged.
const EVERY: Duration = minutes(5);

/// Runs for as long as the program does. A database that is away is tried again at the next turn.
pub async fn run(app: Data<App>) {
    let mut turns = tokio::time::interval(EVERY);
    loop {
        turns.tick().await;
        match turn(&app).await {
            Ok(0) => {}
            Ok(gone) => tracing::info!(gone, "removed what was past its day"),
            Err(error) => tracing::warn!(%error, "the purge did not run"),
        }
    }
}

/// One turn: the sweep and the purge, a transaction each.
pub async fn turn(app: &App) -> Result<usize, StoreError> {
    let (ctx, now) = (app.ctx.clone(), app.clock.now());
    app.store.write(move |conn| finish::sweep(conn, &ctx, now)).await?;
    app.store.write(move |conn| retention::purge(conn, now)).await
}
