//! The small closed lists and row ids that every room speaks of.

/// Defines an enum whose members have one written form, used in the database, in settings and in forms.
macro_rules! written {
    ($(#[$doc:meta])* $name:ident { $($(#[$arm_doc:meta])* $arm:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$arm_doc])* $arm),+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$arm),+];

            /// The written form.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$arm => $text),+ }
            }

            /// The member written so, if there is one.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|member| member.as_str() == text)
            }
        }
    };
}

pub(crate) use written;

written! {
    /// The two languages of every page and message.
    Language { English = "en", Spanish = "es" }
}

written! {
    /// A way for a code to reach a patient.
    Channel { Email = "email", Text = "text" }
}

written! {
    /// What a code is for. A code of one purpose is worthless for another.
    Purpose { SignIn = "sign-in" }
}

written! {
    /// Where a patient's account stands.
    Status {
        /// Known to the clinic, not yet signed up: no username, no password.
        Waiting = "waiting",
        Active = "active",
        /// Switched off by staff.
        Disabled = "disabled",
    }
}

written! {
    /// Who made a stored password hash.
    Scheme {
        None = "none",
        /// Ours: Argon2id with the pepper.
        Own = "own",
        /// Imported from another portal, sealed until its owner signs in.
        Foreign = "foreign",
    }
}

written! {
    /// Where a message stands. Only ever moves down this list.
    Delivery {
        /// Waiting for a worker, or for its next try.
        Queued = "queued",
        /// The other side took it.
        HandedOver = "handed-over",
        /// The text provider says the phone has it.
        Delivered = "delivered",
        /// The other side refused it for good.
        Refused = "refused",
        /// A text whose answer was lost; not repeated, for it may have gone out.
        Unknown = "unknown",
        /// Transient failures until it was too late to be of use.
        GaveUp = "gave-up",
    }
}

written! {
    /// What an outbox row carries.
    Kind {
        Code = "code",
        NewDevice = "new-device",
        /// Right password, then as many wrong codes as end an attempt.
        WrongCodes = "wrong-codes",
        /// A remembered browser's retired token came back.
        DeviceTwice = "device-twice",
        ManyFailures = "many-failures",
    }
}

/// Defines the id of one table's rows: random, 63 bits, made by us so that a row can be sealed to its id before it exists.
macro_rules! row_id {
    ($($name:ident),+) => { $(
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);
    )+ };
}

row_id!(PatientId, AttemptId, CodeId, OutboxId, SessionId, DeviceId);
