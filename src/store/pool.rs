//! A bounded set of connections, each used on a thread that may block.
//! A place is held until the work is done even when the request that asked for it went away.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

use super::{Conn, Link, StoreError};

/// How long a visitor waits for a free connection before the database counts as down.
const PATIENCE: Duration = Duration::from_secs(5);

pub struct Pool {
    link: Link,
    places: Arc<Semaphore>,
    idle: Mutex<Vec<Conn>>,
}

impl Pool {
    pub fn new(link: Link, size: usize) -> Arc<Self> {
        Arc::new(Self { link, places: Arc::new(Semaphore::new(size)), idle: Mutex::new(Vec::new()) })
    }

    pub fn link(&self) -> &Link {
        &self.link
    }

    /// Runs `work` on a connection; once more on a fresh one when the first turns out to be dead.
    pub async fn with<T, F>(self: &Arc<Self>, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T, StoreError> + Send + 'static,
    {
        let place = timeout(PATIENCE, self.places.clone().acquire_owned())
            .await
            .map_err(|_| StoreError::Down("no connection became free".to_owned()))?
            .map_err(|_| StoreError::Down("shutting down".to_owned()))?;
        let pool = self.clone();
        let done = spawn_blocking(move || {
            let result = pool.run(&work);
            drop(place);
            result
        });
        done.await.map_err(|error| StoreError::Broken(error.to_string()))?
    }

    fn run<T>(&self, work: &impl Fn(&mut Conn) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut conn = match self.take() {
            Some(conn) => conn,
            None => Conn::open(&self.link)?,
        };
        let mut result = work(&mut conn);
        if result.as_ref().is_err_and(StoreError::is_lost_connection) {
            // Its neighbours most likely died with it.
            self.lock().clear();
            conn = Conn::open(&self.link)?;
            result = work(&mut conn);
        }
        if !result.as_ref().is_err_and(StoreError::spoils_connection) {
            self.lock().push(conn);
        }
        result
    }

    fn take(&self) -> Option<Conn> {
        self.lock().pop()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Conn>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
