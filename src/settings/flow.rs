//! `[resend]`, `[remember]`, `[passwords]`, `[sessions]`, `[staff]`: the pace of the flows, in figures.

use std::path::PathBuf;

use super::table::{any, section, within};

section! {
    /// When a code may be sent again.
    Resend "resend" {
        gap_seconds: u64 = 30, "seconds", within(0, 3_600),
            "The least time between two codes of one attempt: mail is slow, and impatience floods a mailbox.";
        per_attempt: u32 = 3, "resends", within(0, 20),
            "How often a code may be sent again within one attempt.";
        wait_without_scripts_seconds: u64 = 60, "seconds", within(0, 3_600),
            "The wait that takes the place of the CAPTCHA, for people without scripts or when it is down.";
    }
}

section! {
    /// "Skip this step next time": for how long a browser replaces the code.
    Remember "remember" {
        desktop_days: u64 = 90, "days", within(1, 400),
            "How long a desktop browser is remembered. The clinic's figure; 400 days is the most a browser keeps a cookie.";
        mobile_days: u64 = 180, "days", within(1, 400),
            "How long a mobile browser is remembered. The clinic's figure; 400 days is the most a browser keeps a cookie.";
        most_devices: usize = 10, "browsers", within(1, 100),
            "How many browsers a patient may have known; beyond it the least recently used ends.";
    }
}

section! {
    /// What a password must be.
    Passwords "passwords" {
        min_length: usize = 12, "characters", within(8, 64),
            "The least length. NIST SP 800-63B-4 wants 8 beside a second factor; the most is always 128.";
        expire_days: u64 = 0, "days", within(0, 3_650),
            "After how long a password must change; 0: never, as NIST SP 800-63B-4 advises.";
        breached_file: Option<PathBuf> = "", "file", any(),
            "SHA-1 hashes of breached passwords, one a line, refused besides the bundled list. Empty: the bundled list alone.";
    }
}

section! {
    /// How long a sign-in lasts.
    Sessions "sessions" {
        idle_minutes: u64 = 15, "minutes", within(1, 60),
            "After how long without a page a sign-in ends: shared and family computers.";
        warn_seconds: u64 = 120, "seconds", within(20, 600),
            "How long before that end the patient is warned; WCAG 2.2.1 wants at least 20.";
        absolute_hours: u64 = 8, "hours", within(1, 24),
            "After how long a sign-in ends, however busy: a working day.";
        most: usize = 5, "sessions", within(1, 50),
            "How many sign-ins a patient may have at once; beyond it the oldest ends.";
    }
}

section! {
    /// The staff's pages.
    Staff "staff" {
        idle_minutes: u64 = 10, "minutes", within(1, 60),
            "After how long without a page a staff member's sign-in ends: a desk is a public place.";
    }
}
