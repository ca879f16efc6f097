//! The workers: they claim rows with a lease, deliver outside of any transaction, and record what became of them.
//! A worker wakes at once for its own server's rows and looks every second for those of others.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::sleep,
};

use super::{
    Ctx, Message, Outbox,
    judge::{before_trying, judge},
    record::{Record, record},
};
use crate::{
    keys::Keys,
    outside::{
        Answer, Outage, Unfit,
        email::{Envelope, Mailer},
        texts::Texter,
    },
    rules::{moment::Clock, names::Channel},
    settings::TextProvider,
    store::{Store, outbox, outbox::Row},
};

/// How often a worker looks for rows that nobody told it of.
const LOOK: Duration = Duration::from_secs(1);
/// How long a claim holds. A server that dies delays its mails by no more.
const LEASE: Duration = Duration::from_secs(15);
/// How often a claim is renewed while a delivery takes long.
const RENEW: Duration = Duration::from_secs(5);
/// Deliveries at once, a connection each. One connection carries some hundred mails a second on a local network.
const MAILS_AT_ONCE: usize = 4;
const TEXTS_AT_ONCE: usize = 4;
/// Where the text provider posts its receipts.
const STATUS_CALLBACK: &str = "/webhooks/texts";
/// How often a record is tried again while the database is away, with pauses of up to five seconds: ten minutes.
const RECORD_TRIES: u32 = 120;

/// The running workers of this server. They run on when this is dropped.
pub struct Workers {
    closed: watch::Sender<bool>,
    slots: [Arc<Semaphore>; 2],
}

/// Starts this server's workers on the settings' mail server and text provider. Call within a runtime.
///
/// # Errors
/// Names the setting that cannot be used.
pub fn start(outbox: Outbox, store: Store, ctx: Ctx, clock: Clock) -> Result<Workers, Unfit> {
    let mailer = Mailer::new(&ctx.settings.email)?;
    let texter = match ctx.settings.texts.provider {
        TextProvider::Off => None,
        TextProvider::Twilio => {
            let callback = ctx.settings.public_url.join(STATUS_CALLBACK).ok();
            Some(Texter::new(&ctx.settings.texts, callback)?)
        }
    };
    let desk =
        Arc::new(Desk { store, keys: ctx.keys, clock, outbox, pattern: mailer, spare: Mutex::new(Vec::new()), texter });
    let slots = [MAILS_AT_ONCE, TEXTS_AT_ONCE].map(|count| Arc::new(Semaphore::new(count)));
    let closed = watch::Sender::new(false);
    for (channel, slots) in [Channel::Email, Channel::Text].into_iter().zip(&slots) {
        tokio::spawn(desk.clone().dispatch(channel, slots.clone(), closed.subscribe()));
    }
    Ok(Workers { closed, slots })
}

impl Workers {
    /// Claims nothing more and waits for the deliveries under way, at most about half a minute.
    pub async fn close(&self) {
        self.closed.send_replace(true);
        for (slots, count) in self.slots.iter().zip([MAILS_AT_ONCE, TEXTS_AT_ONCE]) {
            let all = u32::try_from(count).unwrap_or(u32::MAX);
            if let Ok(all) = slots.acquire_many(all).await {
                all.forget();
            }
        }
    }
}

/// What the deliveries of this server share.
struct Desk {
    store: Store,
    keys: Keys,
    clock: Clock,
    outbox: Outbox,
    /// What further mailers are made after.
    pattern: Mailer,
    /// Mailers with nothing to do. The one used last goes first, so that its connection stays warm.
    spare: Mutex<Vec<Mailer>>,
    texter: Option<Texter>,
}

impl Desk {
    async fn dispatch(self: Arc<Self>, channel: Channel, slots: Arc<Semaphore>, mut closed: watch::Receiver<bool>) {
        loop {
            let Some(held) = hold(&slots).await else { return };
            if *closed.borrow() {
                return;
            }
            let rows = self.claim(channel, held.len()).await;
            if rows.is_empty() {
                drop(held);
                tokio::select! {
                    () = self.outbox.rung(channel) => {}
                    () = sleep(LOOK) => {}
                    Ok(()) = closed.changed() => return,
                }
                continue;
            }
            for (row, slot) in rows.into_iter().zip(held) {
                tokio::spawn(self.clone().carry(row, slot));
            }
        }
    }

    /// Looks before it writes, so that an idle server leaves the database alone.
    async fn claim(&self, channel: Channel, most: usize) -> Vec<Row> {
        let now = self.clock.now();
        let claimed = match self.store.read(move |conn| outbox::is_due(conn, channel, now)).await {
            Ok(false) => return Vec::new(),
            Ok(true) => {
                let most = i64::try_from(most).unwrap_or(1);
                self.store.write(move |conn| outbox::claim(conn, channel, now, now.plus(LEASE), most)).await
            }
            Err(error) => Err(error),
        };
        claimed.unwrap_or_else(|error| {
            tracing::warn!(%error, channel = channel.as_str(), "cannot look for messages");
            Vec::new()
        })
    }

    /// One row from claim to record. Holds its slot until all is done.
    async fn carry(self: Arc<Self>, row: Row, _slot: OwnedSemaphorePermit) {
        let end = if let Some(end) = before_trying(&row, self.clock.now()) {
            end
        } else {
            let outcome = tokio::select! {
                outcome = self.deliver(&row) => outcome,
                never = self.keep(&row) => match never {},
            };
            self.note(&row, &outcome);
            judge(&row, outcome, self.clock.now(), draw())
        };
        self.write_down(Record { row, end, at: self.clock.now() }).await;
    }

    async fn deliver(&self, row: &Row) -> Result<Answer, Outage> {
        let sealed = row.message_sealed.as_deref().unwrap_or_default();
        match Message::open(&self.keys, row.id, sealed) {
            Ok(Message::Email { to, subject, text, html, message_id }) => {
                let mail = Envelope { to, subject, text, html, message_id, at: row.asked_at };
                let spare = self.spares().pop();
                let mut mailer = spare.unwrap_or_else(|| self.pattern.another());
                let sent = mailer.send(&mail).await;
                self.spares().push(mailer);
                sent
            }
            Ok(Message::Text { to, body }) => match &self.texter {
                Some(texter) => texter.send(&to, &body).await,
                None => Err(Outage::Permanent { answer: "texts are switched off".to_owned() }),
            },
            // Another server may hold the key, or this one be given it back.
            Err(sealed) => Err(Outage::Transient { answer: sealed.to_string() }),
        }
    }

    /// For the pages, which tell of an outage before anybody chooses that way, and for the log.
    fn note(&self, row: &Row, outcome: &Result<Answer, Outage>) {
        match outcome {
            Err(Outage::Transient { .. } | Outage::Lost { .. }) => self.outbox.failed(row.channel, self.clock.now()),
            Ok(_) | Err(Outage::Permanent { .. } | Outage::OptedOut { .. }) => self.outbox.worked(row.channel),
        }
        if let Err(outage) = outcome {
            tracing::warn!(id = row.id.0, channel = row.channel.as_str(), %outage, "a message was not taken");
        }
    }

    /// Renews the claim of a row for as long as it is polled.
    async fn keep(&self, row: &Row) -> Infallible {
        let id = row.id;
        loop {
            sleep(RENEW).await;
            let until = self.clock.now().plus(LEASE);
            if let Err(error) = self.store.write(move |conn| outbox::renew(conn, id, until)).await {
                tracing::warn!(%error, id = id.0, "a claim could not be renewed");
            }
        }
    }

    /// Records, and tries again while the database is away: what was handed over must not be handed over again.
    async fn write_down(&self, what: Record) {
        let what = Arc::new(what);
        for tries in 0..RECORD_TRIES {
            let to_write = what.clone();
            match self.store.write(move |conn| record(conn, &to_write)).await {
                Ok(()) => return what.count(),
                Err(error) => {
                    tracing::error!(%error, id = what.row.id.0, "what became of a message could not be recorded");
                    sleep(Duration::from_millis(200) * (tries + 1).min(25)).await;
                }
            }
        }
    }

    fn spares(&self) -> MutexGuard<'_, Vec<Mailer>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Every free slot, and at least one; `None` when there will be none any more.
async fn hold(slots: &Arc<Semaphore>) -> Option<Vec<OwnedSemaphorePermit>> {
    let mut held = vec![slots.clone().acquire_owned().await.ok()?];
    while let Ok(slot) = slots.clone().try_acquire_owned() {
        held.push(slot);
    }
    Some(held)
}

/// Without randomness all pauses are merely alike.
fn draw() -> u8 {
    let mut byte = [0; 1];
    let _ = getrandom::fill(&mut byte);
    byte[0]
}

#[cfg(test)]
mod tests;
