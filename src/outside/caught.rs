//! Messages that were caught instead of sent, for `demo` and its `/dev/outbox`.
//! The newest two hundred are kept, in memory alone.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use crate::rules::{moment::Moment, names::Channel};

/// Most messages kept; a demo sends a few a minute.
const MOST: usize = 200;

/// One message as its reader would see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caught {
    /// Counts from 1 in the order of arrival.
    pub id: u64,
    pub at: Moment,
    pub channel: Channel,
    /// The address or number it went to.
    pub to: String,
    /// Empty for texts.
    pub subject: String,
    pub text: String,
    /// Empty for texts.
    pub html: String,
}

/// Where caught messages lie. Cheap to clone; all clones are the same tray.
#[derive(Clone, Default)]
pub struct Tray(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    count: u64,
    messages: VecDeque<Arc<Caught>>,
    listeners: Vec<Listener>,
}

type Listener = Arc<dyn Fn(&Caught) + Send + Sync>;

impl Tray {
    /// Keeps a message, numbers it and tells the listeners.
    pub fn put(&self, mut message: Caught) -> u64 {
        let (message, listeners) = {
            let mut inner = self.inner();
            inner.count += 1;
            message.id = inner.count;
            let message = Arc::new(message);
            inner.messages.push_front(message.clone());
            inner.messages.truncate(MOST);
            (message, inner.listeners.clone())
        };
        // Outside the lock, so that a listener may look into the tray.
        for listener in listeners {
            listener(&message);
        }
        message.id
    }

    /// Every kept message, newest first.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<Caught>> {
        self.inner().messages.iter().cloned().collect()
    }

    #[must_use]
    pub fn get(&self, id: u64) -> Option<Arc<Caught>> {
        self.inner().messages.iter().find(|message| message.id == id).cloned()
    }

    /// Calls `listener` for every message from now on, at once and on the thread that caught it.
    pub fn listen(&self, listener: impl Fn(&Caught) + Send + Sync + 'static) {
        self.inner().listeners.push(Arc::new(listener));
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Tray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a tray of {} messages", self.inner().messages.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_two_hundred_stay() {
        let tray = Tray::default();
        let heard = Arc::new(Mutex::new(0));
        let count = heard.clone();
        tray.listen(move |_| *count.lock().unwrap() += 1);
        for _ in 0..MOST + 5 {
            tray.put(Caught {
                id: 0,
                at: Moment(0),
                channel: Channel::Text,
                to: String::new(),
                subject: String::new(),
                text: String::new(),
                html: String::new(),
            });
        }
        let all = tray.all();
        assert_eq!((all.len(), all[0].id, all[MOST - 1].id), (200, 205, 6));
        assert!(tray.get(5).is_none() && tray.get(6).is_some());
        assert_eq!(*heard.lock().unwrap(), 205);
    }
}
