//! The catalogue of security events: what the audit can say happened.
//! A closed list, so that the docs and the code cannot differ.

use super::names::written;

written! {
    /// One kind of security event.
    Event {
        /// A password was tried. Outcomes: right, wrong, disabled.
        Password = "password",
        /// A code was asked for. Outcomes: queued.
        CodeAsked = "code-asked",
        /// A code was typed. Outcomes: right, wrong.
        Code = "code",
        /// A sign-in was completed. Outcomes: code, remembered.
        SignIn = "sign-in",
        SignOut = "sign-out",
        /// A session ended otherwise. Outcomes: idle, absolute, evicted, replaced.
        SessionEnded = "session-ended",
        /// An attempt ended without success. Outcomes: wrong-codes.
        AttemptEnded = "attempt-ended",
        /// A browser became known or remembered, was forgotten, or its token was used twice.
        Device = "device",
        /// A limit closed something. Outcomes: wait, locked.
        Limit = "limit",
        /// A notice was queued. The detail names it.
        Notice = "notice",
        /// A message reached an end. Outcomes as deliveries.
        Delivery = "delivery",
        /// A phone texted STOP or START. Outcomes: stop, start.
        Texts = "texts",
        /// A command changed a patient: added, imported, unlocked.
        Patient = "patient",
        /// A command changed the keys.
        Keys = "keys",
    }
}
