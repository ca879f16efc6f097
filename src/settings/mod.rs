//! The settings: one struct a section, each field with its unit, default and reason.
//! SKELETON: field names and types are fixed; the settings helper adds loading, checking, the sample.

use std::{net::SocketAddr, path::PathBuf};

use ipnet::IpNet;
use secrecy::SecretString;

#[derive(Clone, Debug)]
pub struct Settings {
    pub listen: SocketAddr,
    pub listen_ops: SocketAddr,
    /// Parsed `public_url`, without a trailing slash in `origin()`.
    pub public_url: url::Url,
    pub database_url: SecretString,
    pub secret_key_file: PathBuf,
    pub trusted_proxies: Vec<IpNet>,
    pub brand: Brand,
    pub codes: Codes,
    pub resend: Resend,
    pub remember: Remember,
    pub passwords: Passwords,
    pub sessions: Sessions,
    pub email: Email,
    pub texts: Texts,
    pub captcha: Captcha,
    pub limits: Limits,
    pub staff: Staff,
}

#[derive(Clone, Debug)]
pub struct Brand {
    pub organization: String,
    pub product: String,
    pub help_phone: String,
    pub help_email: String,
    pub help_hours: String,
    pub portal_url: String,
    pub portal_name: String,
    pub security_contact: String,
    pub logo_file: Option<PathBuf>,
    pub accent: String,
    /// IANA name; empty: the machine's.
    pub time_zone: String,
}

#[derive(Clone, Debug)]
pub struct Codes {
    pub minutes: u64,
    pub length: usize,
    pub tries: u32,
    pub email_alphabet: String,
    pub text_alphabet: String,
}

#[derive(Clone, Debug)]
pub struct Resend {
    pub gap_seconds: u64,
    pub per_attempt: u32,
    pub wait_without_scripts_seconds: u64,
}

#[derive(Clone, Debug)]
pub struct Remember {
    pub desktop_days: u64,
    pub mobile_days: u64,
    pub most_devices: usize,
}

#[derive(Clone, Debug)]
pub struct Passwords {
    pub min_length: usize,
    pub expire_days: u64,
    pub breached_file: Option<PathBuf>,
}

#[derive(Clone, Debug)]
pub struct Sessions {
    pub idle_minutes: u64,
    pub warn_seconds: u64,
    pub absolute_hours: u64,
    pub most: usize,
}

#[derive(Clone, Debug)]
pub struct Email {
    pub smtp_url: SecretString,
    pub from: String,
    pub reply_to: String,
    pub ca_file: Option<PathBuf>,
}

#[derive(Clone, Debug)]
pub struct Texts {
    pub provider: TextProvider,
    pub api_url: String,
    pub account_sid: String,
    pub auth_token_file: Option<PathBuf>,
    pub from: String,
    /// ISO 3166 alpha-2.
    pub countries: Vec<String>,
    pub per_day: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextProvider {
    Twilio,
    Off,
}

#[derive(Clone, Debug)]
pub struct Captcha {
    pub provider: CaptchaProvider,
    pub site_key: String,
    pub secret_file: Option<PathBuf>,
    pub verify_url: String,
    pub script_url: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptchaProvider {
    BuiltIn,
    Hcaptcha,
}

#[derive(Clone, Debug)]
pub struct Limits {
    pub password_free: u32,
    pub password_wait_seconds: u64,
    pub password_wait_most_seconds: u64,
    pub network_failures_per_hour: u32,
    pub account_failures: u32,
    pub code_free: u32,
    pub code_wait_seconds: u64,
    pub code_wait_most_seconds: u64,
    pub code_failures: u32,
    pub codes_per_day: u32,
    pub destination_codes_per_day: u32,
    pub unproved_codes_per_day: u32,
    pub codes_per_network_hour: u32,
    /// 0: one per core.
    pub hashing: usize,
    pub hashing_queue: usize,
}

#[derive(Clone, Debug)]
pub struct Staff {
    pub idle_minutes: u64,
}
