//! `vestibule serve`: the pages, the operations address, the workers that carry messages, and the upkeep.
//! Refuses to start on anything unsafe and lists all of it; stops when told to, with nothing half done.

use std::net::TcpListener;

use actix_web::web::Data;
use anyhow::{Context as _, bail};

use super::house;
use crate::{
    ops,
    outbox::{self, Workers},
    rules::moment::Clock,
    settings::Settings,
    store::migrate,
    web::App,
};

/// Serves until told to stop.
pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let clock = Clock::system();
    let keys = house::keys(&settings, &clock)?;
    let app = house::build(settings, keys, clock)?;
    check_schema(&app).await?;
    let listener = bind(app.settings.listen, "listen")?;
    let ops_listener = bind(app.settings.listen_ops, "listen_ops")?;
    app.keys.watch();
    let workers = upkeep(&app)?;
    let ops = ops::listen(app.clone(), ops_listener)?;
    let ops_handle = ops.handle();
    let ops = tokio::spawn(ops);
    tracing::info!(listen = %app.settings.listen, public_url = %app.settings.origin(), "serving");
    house::serve(&app, listener, |_| ())?.await?;
    workers.close().await;
    ops_handle.stop(true).await;
    ops.await??;
    Ok(())
}

/// Starts what works beside the pages: the workers of the outbox and the purge.
pub fn upkeep(app: &Data<App>) -> anyhow::Result<Workers> {
    let workers = outbox::start(app.outbox.clone(), app.store.clone(), app.ctx.clone(), app.clock.clone())?;
    tokio::spawn(ops::retention::run(app.clone()));
    Ok(workers)
}

pub fn bind(address: std::net::SocketAddr, setting: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).with_context(|| format!("{setting}: {address} cannot be listened on"))
}

async fn check_schema(app: &App) -> anyhow::Result<()> {
    let current = app.store.read(migrate::is_current).await.context("database_url")?;
    if !current {
        bail!("the database's schema is not this program's: run `vestibule migrate` first");
    }
    Ok(())
}
