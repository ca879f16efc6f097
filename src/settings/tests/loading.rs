//! What the file and the environment say, and what is said back when it cannot be read.

use super::*;

#[test]
fn the_sample_reads_back_as_the_defaults() {
    let folder = Folder::with(&Settings::sample());
    let read = folder.load(&[]).unwrap();
    assert_same(&read, &Settings::defaults(folder.0.path()));
}

#[test]
fn the_sample_names_every_setting_with_unit_default_and_reason() {
    let sample = Settings::sample();
    for entry in Settings::table() {
        assert!(sample.contains(&format!("\n{} = ", entry.key)), "{}", entry.name());
        assert!(!entry.reason.is_empty() && entry.reason.ends_with('.'), "{}", entry.name());
        assert!(entry.shape != table::Shape::Number || !entry.unit.is_empty(), "{} has a unit", entry.name());
    }
    assert!(sample.lines().all(|line| line.len() <= 120), "lines fit a screen");
}

#[test]
fn the_defaults_are_the_contracts() {
    let s = Settings::defaults(Path::new("/srv/door"));
    assert_eq!(s.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(s.listen_ops.to_string(), "127.0.0.1:9090");
    assert_eq!(s.origin(), "http://localhost:8080");
    assert_eq!(s.host(), "localhost");
    assert!(!s.is_https() && s.is_local_public());
    assert!(matches!(s.database(), Ok(Database::Sqlite(path)) if path == Path::new("/srv/door/vestibule.db")));
    assert_eq!(s.secret_key_file, Path::new("/srv/door/vestibule.key"));
    assert_eq!((s.brand.product.as_str(), s.brand.organization.as_str()), ("MyChart", "Cigna Medical Group"));
    assert_eq!((s.codes.minutes, s.codes.length, s.codes.tries), (30, 6, 5));
    assert_eq!((s.resend.gap_seconds, s.resend.per_attempt, s.resend.wait_without_scripts_seconds), (30, 3, 60));
    assert_eq!((s.remember.desktop_days, s.remember.mobile_days, s.remember.most_devices), (90, 180, 10));
    assert_eq!((s.passwords.min_length, s.passwords.expire_days), (12, 0));
    let sessions = &s.sessions;
    assert_eq!((sessions.idle_minutes, sessions.warn_seconds, sessions.absolute_hours, sessions.most), (15, 120, 8, 5));
    assert_eq!((s.texts.provider, s.captcha.provider), (TextProvider::Off, CaptchaProvider::BuiltIn));
    assert_eq!(s.texts.countries, ["US"]);
    let l = &s.limits;
    assert_eq!((l.password_free, l.password_wait_seconds, l.password_wait_most_seconds), (5, 30, 3600));
    assert_eq!((l.network_failures_per_hour, l.account_failures), (300, 100));
    assert_eq!((l.code_free, l.code_wait_seconds, l.code_wait_most_seconds, l.code_failures), (10, 60, 3600, 100));
    assert_eq!((l.codes_per_day, l.destination_codes_per_day, l.unproved_codes_per_day), (10, 20, 3));
    assert_eq!((l.codes_per_network_hour, l.hashing, l.hashing_queue), (600, 0, 64));
    assert_eq!(s.staff.idle_minutes, 10);
}

#[test]
fn the_defaults_are_safe_once_there_is_a_key() {
    assert_eq!(Folder::with("").findings(), []);
    let none = Settings::defaults(Path::new("/nowhere")).unsafe_findings();
    assert_eq!(keys(&none), ["secret_key_file"]);
    assert!(none[0].mend.contains("vestibule keys new"));
}

#[test]
fn the_environment_wins_over_the_file() {
    let folder = Folder::with("listen = \"127.0.0.1:1\"\n[codes]\nminutes = 10\ntries = \"five\"\n");
    let settings = folder
        .load(&[
            ("VESTIBULE__LISTEN", "[::1]:2"),
            ("VESTIBULE__CODES__MINUTES", "20"),
            ("VESTIBULE__CODES__TRIES", "4"),
            ("VESTIBULE__TRUSTED_PROXIES", "10.0.0.7, fd00::/8"),
            ("VESTIBULE__TEXTS__COUNTRIES", "US,CA"),
            ("VESTIBULE__BRAND__PRODUCT", "Portal"),
            ("VESTIBULE_PORT", "tcp://10.0.0.1:80"),
            ("PATH", "/bin"),
        ])
        .unwrap();
    assert_eq!(settings.listen.to_string(), "[::1]:2");
    assert_eq!((settings.codes.minutes, settings.codes.tries), (20, 4));
    assert_eq!(settings.texts.countries, ["US", "CA"]);
    assert_eq!(settings.trusted_proxies, ["10.0.0.7/32".parse().unwrap(), "fd00::/8".parse().unwrap()]);
    assert_eq!(settings.brand.product, "Portal");
}

#[test]
fn a_misspelt_setting_is_refused_with_the_one_meant() {
    let findings = loading(
        "listn = \"127.0.0.1:1\"\nminutes = 3\n[codes]\nminuts = 3\n[code]\nminutes = 3\n[brand]\nhelp-phone = \"1\"\nquux = 1\n[limits]\ngap_seconds = 1\n",
    );
    let mend = |key: &str| &findings.iter().find(|finding| finding.key == key).unwrap().mend;
    assert_eq!(mend("listn"), "did you mean listen, above all sections?");
    assert_eq!(mend("minutes"), "did you mean minutes in [codes]?");
    assert_eq!(mend("codes.minuts"), "did you mean minutes in [codes]?");
    assert_eq!(mend("code"), "did you mean [codes]?");
    assert_eq!(mend("brand.help-phone"), "did you mean help_phone in [brand]?");
    assert_eq!(mend("limits.gap_seconds"), "did you mean gap_seconds in [resend]?");
    assert!(!mend("brand.quux").contains("did you mean"));
    assert_eq!(findings.len(), 7);
}

#[test]
fn a_misspelt_variable_is_refused_with_the_one_meant() {
    let findings = Folder::with("")
        .load(&[
            ("VESTIBULE__CODES__MINUTS", "1"),
            ("VESTIBULE__LISTN", "1"),
            ("VESTIBULE_LISTEN", "127.0.0.1:1"),
            ("VESTIBULE_CODES_TRIES", "1"),
            ("VESTIBULE__CODE__LENGTH", "1"),
            ("VESTIBULE__WHATEVER_THIS_IS", "1"),
        ])
        .unwrap_err();
    let mend = |key: &str| findings.iter().find(|finding| finding.key == key).unwrap().mend.as_str();
    assert_eq!(mend("VESTIBULE__CODES__MINUTS"), "did you mean VESTIBULE__CODES__MINUTES?");
    assert_eq!(mend("VESTIBULE__LISTN"), "did you mean VESTIBULE__LISTEN?");
    assert_eq!(mend("VESTIBULE_LISTEN"), "did you mean VESTIBULE__LISTEN?");
    assert_eq!(mend("VESTIBULE_CODES_TRIES"), "did you mean VESTIBULE__CODES__TRIES?");
    assert_eq!(mend("VESTIBULE__CODE__LENGTH"), "did you mean VESTIBULE__CODES__LENGTH?");
    assert!(mend("VESTIBULE__WHATEVER_THIS_IS").starts_with("unset it"));
}

#[test]
fn everything_wrong_is_said_at_once_with_its_line() {
    let folder = Folder::with(
        "public_url = \"http://portal.clinic.example\"\nlisten = \"8080\"\n[codes]\nminutes = 60\ntries = \"5\"\n[brand]\naccent = \"#eeeeee\"\n[email]\nfrom = \"nobody\"\n",
    );
    let findings = folder.findings();
    let mut found = keys(&findings);
    found.sort_unstable();
    assert_eq!(found, ["brand.accent", "codes.minutes", "codes.tries", "email.from", "listen", "public_url"]);
    let minutes = findings.iter().find(|finding| finding.key == "codes.minutes").unwrap();
    assert_eq!(minutes.problem, "line 4: 60 is outside 5 to 30");
}

#[test]
fn broken_toml_is_said_by_line_and_never_quoted() {
    let findings = loading("[email]\nsmtp_url = \"smtps://u:hunter2@mail\nfrom = nobody\n");
    let lines: Vec<_> = findings.iter().map(|finding| finding.problem.split(':').next().unwrap()).collect();
    assert_eq!(lines, ["line 2", "line 3"], "one a line");
    assert!(!format!("{findings:?}").contains("hunter2"));
    assert_eq!(keys(&loading("codes = 3\n")), ["codes"]);
    assert!(!loading("[codes]\nminutes = 5\nminutes = 6\n").is_empty());
}

#[test]
fn a_file_that_is_not_there_is_a_finding() {
    let findings = Settings::load(Some(Path::new("/nowhere/vestibule.toml")), std::iter::empty()).unwrap_err();
    assert_eq!(keys(&findings), ["/nowhere/vestibule.toml"]);
}

#[test]
fn a_url_with_a_password_is_never_quoted() {
    let findings = loading("database_url = \"mysql://u:hunter2@h/d\"\n[email]\nsmtp_url = \"http://u:hunter2@h\"\n");
    assert_eq!(keys(&findings), ["database_url", "email.smtp_url"]);
    assert!(!format!("{findings:?}").contains("hunter2"));
}

#[test]
fn paths_are_relative_to_the_settings_file() {
    let folder = Folder::with("database_url = \"sqlite://data/door.db\"\n[brand]\nlogo_file = \"mark.svg\"\n");
    let settings = folder.load(&[]).unwrap();
    assert!(matches!(settings.database(), Ok(Database::Sqlite(path)) if path == folder.0.path().join("data/door.db")));
    assert_eq!(settings.brand.logo_file, Some(folder.0.path().join("mark.svg")));
    let missing = folder.findings();
    assert_eq!(keys(&missing), ["brand.logo_file"]);
}

#[test]
fn a_broken_line_hides_nothing_behind_it() {
    let folder = Folder::with("[brand]\nproduct = \"MyChart\naccent = \"#fff\"\n[codes]\nminutes = 99\n");
    let file = folder.file();
    assert_eq!(keys(&folder.findings()), [file.to_str().unwrap(), "brand.accent", "codes.minutes"]);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(128))]

    #[test]
    fn any_file_is_read_or_refused_with_words(text in "([\\[\\]={}\"'#., \n]|codes|minutes|brand|listen|[a-z0-9é]){0,60}") {
        for finding in Folder::with(&text).findings() {
            assert!(!finding.key.is_empty() && !finding.problem.is_empty() && !finding.mend.is_empty(), "{finding:?}");
        }
    }
}
