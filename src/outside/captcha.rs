//! The CAPTCHA before a resend: a proof of work that we serve ourselves, or hCaptcha where the clinic has keys.
//! Both give an answer key, so that the caller can see to it that an answer works once.

use std::time::Duration;

use altcha::{
    Challenge, CreateChallengeOptions, Payload, VerifySolutionOptions, create_challenge, sign_challenge,
    types::HmacAlgorithm, verify_solution,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;

use super::{Unfit, secret, tls};
use crate::{
    keys::{Keys, Lookup, Use},
    rules::{
        moment::{Moment, minutes},
        names::AttemptId,
    },
    settings::{self, CaptchaProvider},
};

/// How long a challenge may be answered.
const LIFE: Duration = minutes(10);
/// PBKDF2-SHA-256 rounds of one guess: `WebCrypto` computes it natively, and its overhead of some 0.1 ms a call is small beside it.
const ROUNDS: u32 = 5_000;
/// The counter to be found is drawn evenly from 1 to this, so that nobody can skip ahead and the work has a bound.
///
/// On average 200 guesses × 5 000 rounds = a million rounds, twice that at most. A telephone of 2016 without SHA
/// instructions does about 600 000 rounds a second (measured figures for PBKDF2-SHA-256 on Cortex-A53 class cores
/// lie between 0.4 and 2 million), so it waits 1 to 3 seconds; a laptop waits a quarter of one.
/// For us a challenge and its check cost one guess each, about 0.6 ms.
const COUNTER_MOST: u32 = 400;
/// Longest answer looked at, in bytes of base64. Ours have about 800.
const ANSWER_MOST: usize = 4096;
/// Longest wait for hCaptcha, which has no timeout of its own.
const HCAPTCHA: Duration = Duration::from_secs(5);
/// hCaptcha lets a response be checked for 2 minutes; a used one is remembered well beyond.
const HCAPTCHA_LIFE: Duration = minutes(10);

/// The CAPTCHA that the settings name.
pub enum Captcha {
    BuiltIn(BuiltIn),
    Hcaptcha(Box<Hcaptcha>),
}

/// What an answer is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Right, if `answer_key` was not used before; it needs to be remembered until `expires_at`.
    Good {
        answer_key: Vec<u8>,
        expires_at: Moment,
    },
    Bad,
    /// The service cannot be asked.
    Down,
}

impl Captcha {
    /// # Errors
    /// Names the setting in `[captcha]` that cannot be used.
    pub fn new(settings: &settings::Captcha, keys: Keys) -> Result<Self, Unfit> {
        Ok(match settings.provider {
            CaptchaProvider::BuiltIn => Self::BuiltIn(BuiltIn { keys }),
            CaptchaProvider::Hcaptcha => Self::Hcaptcha(Box::new(Hcaptcha::new(settings, keys)?)),
        })
    }

    /// Judges an answer given in an attempt.
    pub async fn verify(&self, attempt: AttemptId, answer: &str, now: Moment) -> Verdict {
        match self {
            Self::BuiltIn(check) => check.verify(attempt, answer, now),
            Self::Hcaptcha(check) => check.verify(answer, now).await,
        }
    }
}

/// ALTCHA's proof of work, version 2, signed with a key of ours.
pub struct BuiltIn {
    keys: Keys,
}

impl BuiltIn {
    /// A challenge as JSON, for this attempt alone, or `None` where the machine cannot make one.
    ///
    /// Its signature is ours instead of the crate's: it also covers the attempt, and outlives a rotation of the keys.
    pub fn challenge(&self, attempt: AttemptId, now: Moment) -> Option<String> {
        let mut drawn = [0; 4];
        getrandom::fill(&mut drawn).ok()?;
        let options = CreateChallengeOptions {
            counter: Some(u32::from_be_bytes(drawn) % COUNTER_MOST + 1),
            cost: ROUNDS,
            expires_at: Some(now.plus(LIFE).seconds()),
            ..CreateChallengeOptions::default()
        };
        let mut challenge = create_challenge(options).ok()?;
        challenge.signature = Some(hex(&self.keys.mac(Use::Captcha, &signed(attempt, &challenge)?.parts())));
        serde_json::to_string(&challenge).ok()
    }

    /// Judges the base64 of the JSON that a solver sends.
    pub fn verify(&self, attempt: AttemptId, answer: &str, now: Moment) -> Verdict {
        self.judged(attempt, answer, now).unwrap_or(Verdict::Bad)
    }

    fn judged(&self, attempt: AttemptId, answer: &str, now: Moment) -> Option<Verdict> {
        if answer.len() > ANSWER_MOST {
            return None;
        }
        let payload: Payload = serde_json::from_slice(&STANDARD.decode(answer).ok()?).ok()?;
        let given = data_encoding::HEXLOWER.decode(payload.challenge.signature.as_deref()?.as_bytes()).ok()?;
        let signed = signed(attempt, &payload.challenge)?;
        let expires_at = Moment(payload.challenge.parameters.expires_at?.checked_mul(1000)?);
        if !self.keys.fits(Use::Captcha, &signed.parts(), &given) || expires_at <= now {
            return None;
        }
        solved(&payload)?;
        let nonce = payload.challenge.parameters.nonce.as_bytes();
        Some(Verdict::Good { answer_key: self.keys.lookup(Lookup::CaptchaAnswer, &[b"built-in", nonce]), expires_at })
    }
}

/// What the signature of a challenge covers.
struct Signed {
    attempt: [u8; 8],
    parameters: Vec<u8>,
}

impl Signed {
    fn parts(&self) -> [&[u8]; 2] {
        [&self.attempt, &self.parameters]
    }
}

fn signed(attempt: AttemptId, challenge: &Challenge) -> Option<Signed> {
    Some(Signed { attempt: attempt.0.to_be_bytes(), parameters: serde_json::to_vec(&challenge.parameters).ok()? })
}

/// Whether the work was done. The crate asks the machine's clock for the expiry, which was judged by ours already,
/// so it gets the challenge without one, and signed with a key for the occasion.
fn solved(payload: &Payload) -> Option<()> {
    const OCCASION: &str = "checked above";
    let mut parameters = payload.challenge.parameters.clone();
    parameters.expires_at = None;
    let challenge = sign_challenge(&HmacAlgorithm::Sha256, &mut parameters, None, OCCASION, None).ok()?;
    let result = verify_solution(VerifySolutionOptions::new(&challenge, &payload.solution, OCCASION)).ok()?;
    result.verified.then_some(())
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

/// hCaptcha's own service.
pub struct Hcaptcha {
    client: hcaptcha::Client,
    secret: SecretString,
    /// Tells hCaptcha for which site the answer must be; `None` where the setting is no UUID, as all real ones are.
    site_key: Option<String>,
    wait: Duration,
    keys: Keys,
}

impl Hcaptcha {
    fn new(settings: &settings::Captcha, keys: Keys) -> Result<Self, Unfit> {
        tls::install();
        // hCaptcha's client panics where this fails, for want of a system CA store for instance.
        reqwest::Client::builder().build().map_err(|e| {
            Unfit::new("captcha.provider", &format!("no HTTPS client can be made: {e} (is a CA store installed?)"))
        })?;
        let client =
            hcaptcha::Client::new_with(&settings.verify_url).map_err(|e| Unfit::new("captcha.verify_url", &e))?;
        let secret = secret("captcha.secret_file", settings.secret_file.as_deref())?;
        let site_key = settings.site_key.trim();
        if site_key.is_empty() {
            return Err(Unfit::new("captcha.site_key", "is empty"));
        }
        let asked = hcaptcha::Captcha::new("probe").and_then(|mut captcha| captcha.set_sitekey(site_key));
        let site_key = asked.is_ok().then(|| site_key.to_owned());
        Ok(Self { client, secret, site_key, wait: HCAPTCHA, keys })
    }

    async fn verify(&self, answer: &str, now: Moment) -> Verdict {
        use hcaptcha::{Code, Error, Request};
        let Ok(request) = Request::new_from_response(self.secret.expose_secret(), answer) else {
            return Verdict::Bad;
        };
        let request = match &self.site_key {
            None => request,
            Some(site_key) => match request.set_sitekey(site_key) {
                Ok(request) => request,
                Err(_) => return Verdict::Down,
            },
        };
        match timeout(self.wait, self.client.verify_request(request)).await {
            Ok(Ok(_)) => Verdict::Good {
                answer_key: self.keys.lookup(Lookup::CaptchaAnswer, &[b"hcaptcha", answer.as_bytes()]),
                expires_at: now.plus(HCAPTCHA_LIFE),
            },
            Ok(Err(Error::Codes(codes)))
                if codes.iter().all(|code| {
                    matches!(
                        code,
                        Code::MissingResponse
                            | Code::InvalidResponse
                            | Code::InvalidAlreadySeen
                            | Code::BadRequest
                            | Code::Unknown(_)
                    )
                }) =>
            {
                Verdict::Bad
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "hCaptcha cannot be asked");
                Verdict::Down
            }
            Err(_) => {
                tracing::warn!("hCaptcha did not answer in time");
                Verdict::Down
            }
        }
    }
}

#[cfg(test)]
mod tests;
