//! A rendered message as it lies in its row: sealed to the row's id, so that it opens nowhere else.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    keys::{Keys, Place, Sealed},
    rules::names::{Channel, OutboxId},
};

/// A message, ready to be handed over.
#[derive(Serialize, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub enum Message {
    Email { to: String, subject: String, text: String, html: String, message_id: String },
    Text { to: String, body: String },
}

impl Message {
    pub fn channel(&self) -> Channel {
        match self {
            Self::Email { .. } => Channel::Email,
            Self::Text { .. } => Channel::Text,
        }
    }

    #[expect(clippy::expect_used, reason = "strings always become JSON")]
    pub(super) fn seal(&self, keys: &Keys, id: OutboxId) -> Vec<u8> {
        let plain = Zeroizing::new(serde_json::to_vec(self).expect("strings as JSON"));
        keys.seal(place(id), &plain)
    }

    /// # Errors
    /// When the message belongs to another row, another key file, or was changed.
    pub fn open(keys: &Keys, id: OutboxId, sealed: &[u8]) -> Result<Self, Sealed> {
        let plain = keys.open(place(id), sealed)?;
        serde_json::from_slice(&plain).map_err(|_| Sealed)
    }
}

fn place(id: OutboxId) -> Place {
    Place { table: "outbox", column: "message", row: id.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_opens_in_its_own_row_alone() {
        let keys = Keys::for_tests();
        let message = Message::Text { to: "+15550123456".to_owned(), body: "código 123456".to_owned() };
        let sealed = message.seal(&keys, OutboxId(7));
        assert_eq!(Message::open(&keys, OutboxId(7), &sealed).unwrap(), message);
        assert!(Message::open(&keys, OutboxId(8), &sealed).is_err());
        assert!(!String::from_utf8_lossy(&sealed).contains("123456"));
    }
}
