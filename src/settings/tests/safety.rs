//! What is of the right type and still refused.

use super::*;

#[test]
fn plain_http_is_for_this_machine_alone() {
    for (url, good) in [
        ("http://localhost:8080", true),
        ("http://127.0.0.1", true),
        ("http://[::1]:80", true),
        ("https://portal.clinic.example", true),
        ("http://portal.clinic.example", false),
        ("http://10.0.0.5:8080", false),
    ] {
        let findings = Folder::with(&format!("public_url = \"{url}\"\n")).findings();
        assert_eq!(findings.is_empty(), good, "{url}: {findings:?}");
    }
    for bad in ["https://h/portal", "https://u:p@h", "ftp://h", "portal.clinic.example", "https://h?x"] {
        assert_eq!(keys(&loading(&format!("public_url = \"{bad}\"\n"))), ["public_url"], "{bad}");
    }
}

#[test]
fn services_elsewhere_are_reached_over_https() {
    let findings = loading(
        "[texts]\napi_url = \"http://gateway.example\"\n[captcha]\nverify_url = \"http://c.example/v\"\nscript_url = \"http://c.example/s\"\n",
    );
    assert_eq!(keys(&findings), ["texts.api_url", "captcha.verify_url", "captcha.script_url"]);
    assert!(Folder::with("[texts]\napi_url = \"http://127.0.0.1:9\"\n").load(&[]).is_ok());
}

#[test]
fn mail_goes_over_tls_or_stays_on_this_machine() {
    for good in ["smtp://localhost:1025", "smtp://mail.example:587", "smtps://u:p%40@mail.example"] {
        assert!(Folder::with(&format!("[email]\nsmtp_url = \"{good}\"\n")).load(&[]).is_ok(), "{good}");
    }
    for bad in ["smtp://mail.example?tls=opportunistic", "mail.example:25", "http://mail.example", "smtp://"] {
        assert_eq!(keys(&loading(&format!("[email]\nsmtp_url = \"{bad}\"\n"))), ["email.smtp_url"], "{bad}");
    }
}

#[test]
fn twilio_and_hcaptcha_need_their_keys() {
    let findings = Folder::with("[texts]\nprovider = \"twilio\"\n[captcha]\nprovider = \"hcaptcha\"\n").findings();
    let wanted =
        ["texts.account_sid", "texts.from", "texts.auth_token_file", "captcha.site_key", "captcha.secret_file"];
    assert_eq!(keys(&findings), wanted);
    assert!(keys(&loading("[texts]\nprovider = \"twillio\"\n")) == ["texts.provider"]);
}

#[test]
fn a_secret_that_others_may_read_is_refused() {
    let folder = Folder::with(
        "[texts]\nprovider = \"twilio\"\naccount_sid = \"AC1\"\nfrom = \"+13125550188\"\nauth_token_file = \"token\"\n",
    );
    write_secret(&folder.0.path().join("token"), "t0ken\n");
    assert_eq!(folder.findings(), []);
    assert_eq!(folder.load(&[]).unwrap().auth_token().unwrap().expose_secret(), "t0ken");
    chmod(&folder.0.path().join("token"), 0o644);
    chmod(&folder.0.path().join("vestibule.key"), 0o604);
    assert_eq!(keys(&folder.findings()), ["secret_key_file", "texts.auth_token_file"]);
}

#[test]
fn a_settings_file_with_a_password_is_a_secret_too() {
    let folder = Folder::with("[email]\nsmtp_url = \"smtps://door:hunter2@mail.example\"\n");
    chmod(&folder.file(), 0o644);
    let findings = folder.findings();
    assert_eq!(keys(&findings), [folder.file().to_str().unwrap()]);
    assert!(!format!("{findings:?}").contains("hunter2"));
    chmod(&folder.file(), 0o640);
    assert_eq!(folder.findings(), []);

    let elsewhere = Folder::with("");
    chmod(&elsewhere.file(), 0o644);
    let environment = variables(&[("VESTIBULE__EMAIL__SMTP_URL", "smtps://door:hunter2@mail.example")]);
    assert_eq!(Settings::examine(Some(&elsewhere.file()), environment).1, [], "the password is not in the file");
}

#[test]
fn postgresql_needs_a_time_zone_and_an_encrypted_link() {
    let findings = Folder::with("database_url = \"postgres://door@db/door\"\n").findings();
    assert_eq!(keys(&findings), ["database_url", "brand.time_zone"]);
    let good = "database_url = \"postgres://door@db1,db2/door?sslmode=verify-full\"\n[brand]\ntime_zone = \"America/Chicago\"\n";
    let folder = Folder::with(good);
    assert_eq!(folder.findings(), []);
    let zone = folder.load(&[]).unwrap().time_zone();
    assert_eq!(zone.iana_name(), Some("America/Chicago"));
    assert_eq!(keys(&loading("[brand]\ntime_zone = \"Chicago\"\n")), ["brand.time_zone"]);
}

#[test]
fn everyone_is_never_a_trusted_proxy() {
    assert_eq!(keys(&loading("trusted_proxies = [\"0.0.0.0/0\"]\n")), ["trusted_proxies"]);
    assert_eq!(keys(&loading("trusted_proxies = [\"proxy\", \"10.0.0.1\"]\n")), ["trusted_proxies"]);
    assert_eq!(keys(&loading("trusted_proxies = \"10.0.0.1\"\n")), ["trusted_proxies"]);
}

#[test]
fn settings_fit_each_other() {
    let folder = Folder::with(
        "listen_ops = \"127.0.0.1:8080\"\n[sessions]\nidle_minutes = 2\n[limits]\ncode_wait_seconds = 90\ncode_wait_most_seconds = 60\n",
    );
    assert_eq!(keys(&folder.findings()), ["listen_ops", "sessions.warn_seconds", "limits.code_wait_most_seconds"]);
}

#[test]
fn text_holds_no_line_ends() {
    assert_eq!(keys(&loading("[brand]\norganization = \"A\\nBcc: x\"\n")), ["brand.organization"]);
}

#[test]
fn settings_changed_in_code_are_judged_by_the_same_tables() {
    let folder = Folder::with("");
    let mut settings = folder.load(&[]).unwrap();
    settings.codes.minutes = 31;
    settings.public_url = "https://h/path".parse().unwrap();
    assert_eq!(keys(&settings.unsafe_findings()), ["public_url", "codes.minutes"]);
}

#[test]
fn what_is_safe_and_unlikely_is_advice_and_no_refusal() {
    let advice = |text: &str| {
        let folder = Folder::with(text);
        assert_eq!(folder.findings(), [], "advice refuses nothing");
        folder.load(&[]).unwrap().advice()
    };
    assert_eq!(advice(""), [], "this machine alone");
    let all = [
        "brand.help_phone",
        "brand.help_hours",
        "brand.portal_url",
        "brand.security_contact",
        "trusted_proxies",
        "email.from",
        "database_url",
    ];
    let raw = "public_url = \"https://door.example\"\ndatabase_url = \"postgres://d@db/d?sslmode=require\"\n[brand]\ntime_zone = \"UTC\"\n";
    assert_eq!(keys(&advice(raw)), all);
    let ready = "public_url = \"https://door.example\"\ntrusted_proxies = [\"127.0.0.1\"]\n\
        [brand]\nhelp_phone = \"1\"\nhelp_hours = \"\"\nportal_url = \"https://p.example\"\nsecurity_contact = \"s@door.example\"\n\
        [email]\nfrom = \"Door <d@door.example>\"\n";
    assert_eq!(advice(ready), []);
}

#[test]
fn a_mark_that_is_no_plain_drawing_is_refused() {
    let folder = Folder::with("[brand]\nlogo_file = \"mark.svg\"\n");
    let draw = |inside: &str| {
        let text = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 4 4\">{inside}</svg>");
        std::fs::write(folder.0.path().join("mark.svg"), text).unwrap();
    };
    draw("<path d=\"M0 0h4\"/>");
    assert_eq!(folder.findings(), []);
    assert!(folder.load(&[]).unwrap().logo().unwrap().unwrap().contains("M0 0h4"));
    draw("<script/>");
    assert_eq!(keys(&folder.findings()), ["brand.logo_file"]);
    assert_eq!(Settings::defaults(folder.0.path()).logo(), Ok(None));
}
