//! What a sign-in costs the server, in CPU time, beside the one password hash that it cannot do without.
//!
//! `cargo bench --bench sign_in` starts `serve` as a process on SQLite, and on PostgreSQL too when
//! `VESTIBULE_TEST_POSTGRES` names one and the feature `postgres` is on. The client and the mail server run here, so
//! that their time does not count. Times are read from the kernel's own account of the process's threads.
#![expect(clippy::expect_used, reason = "a benchmark that cannot go on says so and stops")]
#![allow(clippy::similar_names, reason = "as in the stories")]
#![allow(dead_code, reason = "the world of the stories has more in it than is measured here")]

use std::{fs, time::Duration};

use argon2::{Algorithm, Argon2, Params, Version};

#[path = "../tests/it/world/mod.rs"]
mod world;

use world::{
    browser::Browser,
    database::Kind,
    gateway::Gateway,
    people::{MARIA, Person},
    process::Clinic,
    smtp::MailServer,
};

/// Sign-ins that are measured, and those before them that only warm up.
const SIGN_INS: u32 = 150;
const WARM_UP: u32 = 15;
/// Each patient signs in a few times only: more codes in a day are refused.
const EACH: usize = 6;
const PAGES: u32 = 2000;

fn main() {
    let runtime = actix_web::rt::System::new();
    let hash = hash_time();
    println!("one Argon2id hash (19 MiB, t=2, p=1), block reused: {:.2} ms CPU", millis(hash));
    for kind in Kind::all() {
        runtime.block_on(measure(kind, hash));
    }
}

/// CPU time of one hash in this process, on one thread.
fn hash_time() -> Duration {
    let params = Params::new(19_456, 2, 1, None).expect("valid parameters");
    let mut memory = vec![argon2::Block::default(); params.block_count()];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut out = [0; 32];
    let mut once = || {
        argon2
            .hash_password_into_with_memory(b"a lantern in the fog", b"sixteen bytes ok", &mut out, &mut memory)
            .expect("hashes");
    };
    once();
    let before = cpu_time(std::process::id());
    for _ in 0..40 {
        once();
    }
    cpu_time(std::process::id()).saturating_sub(before) / 40
}

/// CPU time that all threads of a process have used.
fn cpu_time(process: u32) -> Duration {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).expect("the process runs");
    let nanos = tasks
        .filter_map(|task| fs::read_to_string(task.ok()?.path().join("schedstat")).ok())
        .filter_map(|stat| stat.split_whitespace().next()?.parse::<u64>().ok())
        .sum();
    Duration::from_nanos(nanos)
}

async fn measure(kind: Kind, hash: Duration) {
    let (mail, gateway) = (MailServer::open().await, Gateway::open().await);
    let patients = patients();
    let mut clinic = Clinic::set_up(kind, &mail.url(), &gateway.url(), &patients);
    clinic.opens().await;
    let process = clinic.process();
    let mut browsers: Vec<Browser> = patients.iter().map(|_| clinic.browser()).collect();
    let mut done = 0;
    let mut before = cpu_time(process);
    'all: for _ in 0..EACH {
        for (who, browser) in patients.iter().zip(&mut browsers) {
            if done == WARM_UP {
                before = cpu_time(process);
            }
            if done == WARM_UP + SIGN_INS {
                break 'all;
            }
            sign_in(browser, who, &mail).await;
            done += 1;
        }
    }
    let each = cpu_time(process).saturating_sub(before) / (done - WARM_UP);
    let besides = each.saturating_sub(hash);
    println!(
        "{kind:?}: {:.2} ms CPU a sign-in (4 pages, 3 forms, mail handed over) = {:.2} × one hash; {:.2} ms besides it",
        millis(each),
        each.as_secs_f64() / hash.as_secs_f64(),
        millis(besides),
    );
    page_time(&clinic, process, kind).await;
}

/// Server and client time of the password page.
async fn page_time(clinic: &Clinic, process: u32, kind: Kind) {
    let mut browser = clinic.browser();
    browser.opens("/login").await;
    let before = cpu_time(process);
    let mut waits = Vec::new();
    for _ in 0..PAGES {
        let began = std::time::Instant::now();
        browser.get("/login", "none").await;
        waits.push(began.elapsed());
    }
    waits.sort();
    let at = |part: usize| millis(waits[waits.len() * part / 100]);
    println!(
        "{kind:?}: the password page: {:.3} ms CPU; seen from the client {:.2} ms at the median, {:.2} ms at p99",
        millis(cpu_time(process).saturating_sub(before) / PAGES),
        at(50),
        at(99),
    );
}

/// Password page, choice, code page, home; three forms; the mail taken by the server at the other end.
async fn sign_in(browser: &mut Browser, who: &Person, mail: &MailServer) {
    browser.knocks(who).await;
    browser.asks_for_code("email").await;
    let code = loop {
        let message = mail.mail_to(who.email).await;
        if !message.text().contains("Chrome on Windows") {
            break message.code();
        }
    };
    browser.types_code(&code).await;
    browser.is_in();
    browser.jar.remove("__Host-session");
}

fn patients() -> Vec<Person> {
    let count = (SIGN_INS + WARM_UP) as usize / EACH + 1;
    let leaked = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    (0..count)
        .map(|n| Person {
            record: leaked(format!("B-{n}")),
            username: leaked(format!("patient.{n}")),
            email: leaked(format!("patient{n}@mail.example")),
            phone: "",
            ..MARIA
        })
        .collect()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
