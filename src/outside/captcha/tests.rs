//! The built-in check solved as a page script solves it, and hCaptcha played by a listener of ours.

use altcha::{SolveChallengeOptions, solve_challenge};
use proptest::prelude::*;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;

const NOW: Moment = Moment(1_795_516_920_000);
const ATTEMPT: AttemptId = AttemptId(7);

fn built_in() -> BuiltIn {
    BuiltIn { keys: Keys::for_tests() }
}

/// The answer to a challenge, as a browser would give it.
fn solve(challenge: &str) -> Payload {
    let challenge: Challenge = serde_json::from_str(challenge).unwrap();
    let solution = solve_challenge(SolveChallengeOptions::new(&challenge)).unwrap().unwrap();
    Payload { challenge, solution }
}

fn encoded(payload: &Payload) -> String {
    STANDARD.encode(serde_json::to_vec(payload).unwrap())
}

#[test]
fn a_solved_challenge_is_good_in_its_attempt_until_it_expires() {
    let check = built_in();
    let answer = encoded(&solve(&check.challenge(ATTEMPT, NOW).unwrap()));
    let Verdict::Good { answer_key, expires_at } = check.verify(ATTEMPT, &answer, NOW) else { panic!("not good") };
    assert_eq!((answer_key.len(), expires_at), (32, NOW.plus(LIFE)));
    let again = check.verify(ATTEMPT, &answer, NOW.plus(minutes(9)));
    assert!(matches!(again, Verdict::Good { answer_key: key, .. } if key == answer_key), "a replay has the same key");
    assert_eq!(check.verify(AttemptId(8), &answer, NOW), Verdict::Bad);
    assert_eq!(check.verify(ATTEMPT, &answer, NOW.plus(LIFE)), Verdict::Bad);
    assert!(answer.len() < ANSWER_MOST / 2);
}

#[test]
fn an_answer_that_was_touched_is_bad() {
    let check = built_in();
    let good = solve(&check.challenge(ATTEMPT, NOW).unwrap());
    let touch = |touch: fn(&mut Payload)| {
        let mut payload = good.clone();
        touch(&mut payload);
        check.verify(ATTEMPT, &encoded(&payload), NOW)
    };
    let touches: [fn(&mut Payload); 8] = [
        |p| p.solution.counter += 1,
        |p| p.solution.derived_key = p.solution.derived_key.replace(['0', '1', '2'], "f"),
        |p| p.challenge.parameters.expires_at = Some(NOW.plus(LIFE).seconds() + 1),
        |p| p.challenge.parameters.expires_at = None,
        |p| p.challenge.parameters.cost = 1,
        |p| p.challenge.parameters.key_prefix = String::new(),
        |p| p.challenge.parameters.nonce.replace_range(0..2, "zz"),
        |p| p.challenge.signature = None,
    ];
    for (number, change) in touches.into_iter().enumerate() {
        assert_eq!(touch(change), Verdict::Bad, "{number}");
    }
    for answer in ["", "e30=", "not base64!", &"A".repeat(100_000)] {
        assert_eq!(check.verify(ATTEMPT, answer, NOW), Verdict::Bad);
    }
}

#[test]
fn nobody_can_sign_a_challenge_of_their_own() {
    let options = CreateChallengeOptions {
        cost: 1,
        key_prefix: String::new(),
        expires_at: Some(NOW.plus(LIFE).seconds()),
        hmac_signature_secret: Some("checked above".to_owned()),
        ..CreateChallengeOptions::default()
    };
    let forged = solve(&serde_json::to_string(&create_challenge(options).unwrap()).unwrap());
    assert_eq!(built_in().verify(ATTEMPT, &encoded(&forged), NOW), Verdict::Bad);
}

#[test]
fn a_challenge_is_what_the_altcha_crate_speaks() {
    let challenge = built_in().challenge(ATTEMPT, NOW).unwrap();
    let parsed: serde_json::Value = serde_json::from_str(&challenge).unwrap();
    assert_eq!(parsed["parameters"]["algorithm"], "PBKDF2/SHA-256");
    assert_eq!(parsed["parameters"]["cost"], ROUNDS);
    assert_eq!(parsed["parameters"]["expiresAt"], NOW.plus(LIFE).seconds());
    assert!(parsed["signature"].is_string());
    assert!(!challenge.contains(&hex(&ATTEMPT.0.to_be_bytes())), "the attempt's id stays with us");
}

proptest! {
    #[test]
    fn no_answer_makes_the_check_fall_over(answer in "\\PC{0,200}", json in "[{}\":,a-z0-9]{0,80}") {
        prop_assert_eq!(built_in().verify(ATTEMPT, &answer, NOW), Verdict::Bad);
        prop_assert_eq!(built_in().verify(ATTEMPT, &STANDARD.encode(json), NOW), Verdict::Bad);
    }
}

/// hCaptcha answering `body`, or nothing at all.
async fn service(body: Option<&'static str>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/siteverify", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = String::new();
            while !request.contains("secret=0xhush") {
                let mut chunk = [0; 4096];
                let n = stream.read(&mut chunk).await.unwrap();
                request.push_str(std::str::from_utf8(&chunk[..n]).unwrap());
            }
            assert!(
                request.contains("response=answer") && request.contains("sitekey=10000000-ffff-ffff-ffff-000000000001")
            );
            match body {
                Some(body) => {
                    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                    stream.write_all(answer.as_bytes()).await.unwrap();
                }
                None => open.push(stream),
            }
        }
    });
    url
}

fn settings(verify_url: &str, secret_file: std::path::PathBuf) -> settings::Captcha {
    settings::Captcha {
        provider: CaptchaProvider::Hcaptcha,
        site_key: "10000000-ffff-ffff-ffff-000000000001".to_owned(),
        secret_file: Some(secret_file),
        verify_url: verify_url.to_owned(),
        script_url: "https://js.hcaptcha.com/1/api.js".to_owned(),
    }
}

async fn asked(verify_url: &str) -> Verdict {
    let folder = tempfile::tempdir().unwrap();
    let secret_file = folder.path().join("secret");
    std::fs::write(&secret_file, "0xhush\n").unwrap();
    let Captcha::Hcaptcha(mut check) = Captcha::new(&settings(verify_url, secret_file), Keys::for_tests()).unwrap()
    else {
        panic!("not hCaptcha")
    };
    check.wait = Duration::from_millis(300);
    Captcha::Hcaptcha(check).verify(ATTEMPT, "answer", NOW).await
}

#[tokio::test]
async fn hcaptcha_says_good_bad_or_nothing() {
    let good = asked(&service(Some(r#"{"success":true}"#)).await).await;
    assert!(matches!(good, Verdict::Good { ref answer_key, .. } if answer_key.len() == 32), "{good:?}");
    for body in [
        r#"{"success":false,"error-codes":["invalid-input-response"]}"#,
        r#"{"success":false,"error-codes":["invalid-or-already-seen-response"]}"#,
        r#"{"success":false,"error-codes":["expired-input-response"]}"#,
    ] {
        assert_eq!(asked(&service(Some(body)).await).await, Verdict::Bad, "{body}");
    }
    for body in [
        Some(r#"{"success":false,"error-codes":["invalid-input-secret"]}"#),
        Some(r#"{"success":false,"error-codes":["sitekey-secret-mismatch"]}"#),
        Some("<html>"),
        None,
    ] {
        assert_eq!(asked(&service(body).await).await, Verdict::Down, "{body:?}");
    }
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    assert_eq!(asked(&format!("http://{nobody}/")).await, Verdict::Down);
}

#[tokio::test]
async fn an_empty_answer_is_bad_without_asking() {
    let folder = tempfile::tempdir().unwrap();
    let secret_file = folder.path().join("secret");
    std::fs::write(&secret_file, "0xhush").unwrap();
    let check = Captcha::new(&settings("http://127.0.0.1:1/", secret_file), Keys::for_tests()).unwrap();
    assert_eq!(check.verify(ATTEMPT, " ", NOW).await, Verdict::Bad);
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    let missing = settings("https://hcaptcha.com/siteverify", "/nonexistent/secret".into());
    assert_eq!(Captcha::new(&missing, Keys::for_tests()).err().unwrap().setting, "captcha.secret_file");
    let url = settings("not a url", "/nonexistent/secret".into());
    assert_eq!(Captcha::new(&url, Keys::for_tests()).err().unwrap().setting, "captcha.verify_url");
}
