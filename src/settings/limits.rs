//! `[limits]`: how often things may fail or be sent. A day is always the last 24 hours.

use super::table::{Finding, section, within};

section! {
    /// How often things may fail or be sent; a day is always the last 24 hours.
    Limits "limits" {
        password_free: u32 = 5, "failures", within(1, 1_000),
            "The failure of one account from one network that brings the first wait.";
        password_wait_seconds: u64 = 30, "seconds", within(1, 86_400),
            "That first wait; each further failure doubles it.";
        password_wait_most_seconds: u64 = 3600, "seconds", within(1, 86_400),
            "The longest wait for a password.";
        network_failures_per_hour: u32 = 300, "failures", within(1, 1_000_000),
            "Wrong passwords of one network over all accounts; a clinic's guests share one address.";
        account_failures: u32 = 100, "failures", within(1, 1_000),
            "Straight failures from unknown browsers that close them to an account; NIST SP 800-63B-4 allows 100.";
        code_free: u32 = 10, "wrong codes", within(1, 1_000),
            "The straight wrong code of one patient, over all attempts, that brings the first wait.";
        code_wait_seconds: u64 = 60, "seconds", within(1, 86_400),
            "That first wait; each further wrong code doubles it.";
        code_wait_most_seconds: u64 = 3600, "seconds", within(1, 86_400),
            "The longest wait for a code.";
        code_failures: u32 = 100, "wrong codes", within(1, 1_000),
            "Straight wrong codes that switch the code step off until staff unlock it; NIST SP 800-63B-4 allows 100.";
        codes_per_day: u32 = 10, "codes in 24 hours", within(1, 10_000),
            "Sign-in codes sent to one patient.";
        destination_codes_per_day: u32 = 20, "codes in 24 hours", within(1, 10_000),
            "Codes sent to one address or number, which a family may share.";
        unproved_codes_per_day: u32 = 3, "codes in 24 hours", within(1, 10_000),
            "Codes for resets, and to contacts not yet proved.";
        codes_per_network_hour: u32 = 600, "codes in an hour", within(1, 1_000_000),
            "Codes that one network may ask for.";
        hashing: usize = 0, "hashes at once", within(0, 1_024),
            "How many passwords are hashed at once; 0: one per core.";
        hashing_queue: usize = 64, "sign-ins", within(9, 4_096),
            "How many may wait for that; beyond it the door says it is busy. 8 places are kept for known browsers.";
    }
}

impl Limits {
    pub(super) fn unsafe_findings(&self) -> Vec<Finding> {
        let pairs = [
            ("limits.password_wait_most_seconds", self.password_wait_seconds, self.password_wait_most_seconds),
            ("limits.code_wait_most_seconds", self.code_wait_seconds, self.code_wait_most_seconds),
        ];
        let short = pairs.into_iter().filter(|(_, first, most)| first > most);
        short
            .map(|(key, first, most)| {
                Finding::new(
                    key,
                    format!("{most} is less than the first wait, {first}"),
                    format!("give at least {first}"),
                )
            })
            .collect()
    }
}
