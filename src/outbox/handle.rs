//! What the rest of the house holds of the outbox: a bell for the workers, and what they found of the world.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;

use crate::rules::{moment::Moment, names::Channel};

/// So many transient failures in a row make an outage that patients are told of; fewer are a hiccup.
const FAILURES: u32 = 3;

/// An outage that nobody met for so long counts as over: the next message finds out.
const REMEMBERED: Duration = Duration::from_mins(5);

/// A shared handle; cheap to clone.
#[derive(Clone, Default)]
pub struct Outbox(Arc<Inner>);

#[derive(Default)]
struct Inner {
    email: Way,
    text: Way,
}

/// What concerns one channel.
#[derive(Default)]
struct Way {
    bell: Notify,
    health: Mutex<Health>,
}

#[derive(Clone, Copy, Default)]
struct Health {
    failures: u32,
    last: Option<Moment>,
}

impl Outbox {
    /// A row was written and committed: the workers of this server look at once.
    pub fn wake(&self) {
        self.0.email.bell.notify_one();
        self.0.text.bell.notify_one();
    }

    /// Waits for [`Outbox::wake`]; a bell rung meanwhile is not lost.
    pub(super) async fn rung(&self, channel: Channel) {
        self.way(channel).bell.notified().await;
    }

    /// The ways that do not work just now, for pages to say before anybody chooses one.
    pub fn ailing(&self, now: Moment) -> Vec<Channel> {
        let ails = |channel| {
            let health = *self.health(channel).lock().unwrap_or_else(PoisonError::into_inner);
            health.failures >= FAILURES && health.last.is_some_and(|last| now.since(last) < REMEMBERED)
        };
        Channel::ALL.iter().copied().filter(|&channel| ails(channel)).collect()
    }

    /// The other side took or refused a message: it is there.
    pub(super) fn worked(&self, channel: Channel) {
        *self.health(channel).lock().unwrap_or_else(PoisonError::into_inner) = Health::default();
    }

    /// The other side did not answer, or could not take anything.
    pub(super) fn failed(&self, channel: Channel, now: Moment) {
        let mut health = self.health(channel).lock().unwrap_or_else(PoisonError::into_inner);
        health.failures = health.failures.saturating_add(1);
        health.last = Some(now);
    }

    fn health(&self, channel: Channel) -> &Mutex<Health> {
        &self.way(channel).health
    }

    fn way(&self, channel: Channel) -> &Way {
        match channel {
            Channel::Email => &self.0.email,
            Channel::Text => &self.0.text,
        }
    }
}
