//! Holds code, templates and catalogues together.
//! What a sentence needs and what it is given must be the same in both languages.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use super::*;
use crate::settings::{Settings, TextProvider};

/// A clinic's settings as the tests and the gallery use them.
pub fn sample() -> Settings {
    let mut settings = Settings::defaults(std::path::Path::new("/srv/vestibule"));
    settings.brand.help_email = "help@example.com".into();
    settings.brand.portal_url = "https://portal.example.com/".into();
    settings.brand.security_contact = "mailto:security@example.com".into();
    settings.brand.time_zone = "America/Chicago".into();
    settings.email.from = "no-reply@example.com".into();
    settings.texts.provider = TextProvider::Twilio;
    settings.texts.api_url = "http://127.0.0.1:1".into();
    settings.texts.account_sid = "AC0".into();
    settings.texts.from = "+13125550188".into();
    settings
}

/// 2026-11-24, 10:02 am in Chicago.
pub const NOW: Moment = Moment(1_795_536_120_000);

#[test]
fn a_time_of_today_is_a_clock_time() {
    let words = Words::new(&sample());
    let when = words.when(Language::English, NOW, NOW);
    assert_eq!((when.clock.as_str(), when.on.as_str(), when.the.as_str()), ("10:02 am", "at 10:02 am", "10:02 am"));
    assert_eq!(when.iso, "2026-11-24T10:02:00-06:00");
    let when = words.when(Language::Spanish, NOW, NOW);
    assert_eq!(
        (when.clock.as_str(), when.on.as_str(), when.the.as_str()),
        ("10:02 a. m.", "a las 10:02 a. m.", "las 10:02 a. m.")
    );
}

#[test]
fn what_opens_within_a_minute_opens_by_the_clock_at_the_next() {
    let words = Words::new(&sample());
    let opening = |after| words.opening(Language::English, NOW.plus(after), NOW);
    let exact = opening(std::time::Duration::ZERO);
    assert_eq!(exact, words.when(Language::English, NOW, NOW));
    let later = opening(std::time::Duration::from_secs(61));
    assert_eq!(later.clock, words.time(Language::English, NOW.plus(std::time::Duration::from_mins(2)), NOW));
    assert_eq!(later.iso, words.when(Language::English, NOW.plus(std::time::Duration::from_secs(61)), NOW).iso);
}

#[test]
fn a_time_of_another_day_carries_its_date() {
    let words = Words::new(&sample());
    let later = Moment(NOW.0 + 27 * 3_600_000);
    assert_eq!(words.time(Language::English, later, NOW), "November 25, 1:02 pm");
    let when = words.when(Language::Spanish, later, NOW);
    assert_eq!(when.clock, "25 de noviembre, 1:02 p. m.");
    assert_eq!(when.on, "el 25 de noviembre a la 1:02 p. m.");
    assert_eq!(when.the, "el 25 de noviembre a la 1:02 p. m.");
    assert_eq!(words.date(Language::Spanish, later), "25 de noviembre de 2026");
    assert_eq!(words.date(Language::English, later), "November 25, 2026");
}

#[test]
fn spanish_joins_what_meets() {
    let words = Words::new(&sample());
    let at = words.when(Language::Spanish, NOW, NOW);
    assert_eq!(words.with(Language::Spanish, "resend-gap", &[("at", &at)]), "Podrá usar el botón a las 10:02 a. m.");
    assert_eq!(words.text(Language::Spanish, "home-portal-go"), "Ir al portal del paciente");
}

/// What a name among a sentence's arguments brings along besides itself.
const FORMS: &[&str] = &["_on", "_the", "_to", "_spoken"];

/// Every sentence of a language: id and source.
fn sentences(files: &'static [(&str, &str)]) -> BTreeMap<&'static str, String> {
    let mut all: BTreeMap<&'static str, String> = BTreeMap::new();
    for (file, source) in files {
        let mut id = "";
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            if line.starts_with(|first: char| first.is_ascii_lowercase()) {
                let (name, text) = line.split_once('=').unwrap();
                id = name.trim();
                assert!(all.insert(id, text.to_owned()).is_none(), "{id} is defined twice, once in {file}");
            } else if !line.is_empty() {
                let sentence = all.get_mut(id).unwrap();
                sentence.push('\n');
                sentence.push_str(line);
            }
        }
    }
    all
}

/// The arguments a sentence names, by the names they are given under.
fn variables(source: &str) -> BTreeSet<String> {
    source
        .split('$')
        .skip(1)
        .map(|rest| {
            let name: String =
                rest.chars().take_while(|letter| letter.is_ascii_lowercase() || *letter == '_').collect();
            FORMS.iter().find_map(|form| name.strip_suffix(form)).unwrap_or(&name).to_owned()
        })
        .collect()
}

/// The words of a sentence as they are read: no markup, no arguments, no keys of variants, lower case.
fn read(source: &str) -> Vec<String> {
    let mut text = String::new();
    for line in source.lines() {
        let line = line.trim();
        let variant = line.strip_prefix('*').unwrap_or(line);
        let line = if variant.starts_with('[') { variant.split_once(']').map_or("", |(_, said)| said) } else { line };
        let (mut tag, mut placeable) = (false, false);
        for letter in line.chars() {
            match letter {
                '<' => tag = true,
                '>' => tag = false,
                '{' => placeable = true,
                '}' => placeable = false,
                _ if !tag && !placeable => text.push(letter),
                _ => {}
            }
        }
        text.push(' ');
    }
    text.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// All sources and templates, but for the tests of the words.
fn sources() -> Vec<(PathBuf, String)> {
    fn gather(folder: &Path, into: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(&path, into);
            } else if !path.ends_with("words/tests.rs") {
                into.push((path.clone(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    gather(&root.join("src"), &mut all);
    gather(&root.join("templates"), &mut all);
    all
}

/// What stands in quotes right after one of these openings.
fn literals<'a>(source: &'a str, openings: &[&str]) -> BTreeSet<&'a str> {
    openings
        .iter()
        .flat_map(|opening| source.split(opening).skip(1))
        .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
        .filter(|text| is_id(text))
        .collect()
}

fn is_id(text: &str) -> bool {
    text.contains('-')
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[test]
fn both_languages_say_the_same_sentences_with_the_same_arguments() {
    let (english, spanish) = (sentences(catalogue::ENGLISH), sentences(catalogue::SPANISH));
    assert_eq!(english.keys().collect::<Vec<_>>(), spanish.keys().collect::<Vec<_>>());
    for (id, source) in &english {
        let here = variables(source);
        let there = variables(&spanish[id]);
        // Only the grammar of times differs: Spanish has an article that depends on the hour.
        assert!(here == there || id.starts_with("time-"), "{id}: {here:?}, {there:?}");
    }
}

#[test]
fn every_sentence_can_be_finished() {
    let words = Words::new(&sample());
    let standing: BTreeSet<String> =
        standing::Standing::new(Language::English, &sample()).text().iter().map(|(name, _)| name.to_owned()).collect();
    for (files, language) in [(catalogue::ENGLISH, Language::English), (catalogue::SPANISH, Language::Spanish)] {
        for (id, source) in sentences(files) {
            let own = variables(&source).difference(&standing).count();
            if own == 0 && !id.starts_with("time-") {
                assert_ne!(words.text(language, id), id, "not finished at start");
            }
        }
    }
}

#[test]
fn every_sentence_is_used_and_every_used_one_exists() {
    let english = sentences(catalogue::ENGLISH);
    let sources = sources();
    let mut quoted = BTreeSet::new();
    for (path, source) in &sources {
        quoted.extend(source.split('"').filter(|text| is_id(text)));
        let calls = [".t(", ".t1(", ".t2(", ".t3(", ".html(", ".html1(", ".html2(", "say("];
        for id in literals(source, &calls) {
            assert!(english.contains_key(id), "{} uses {id}, which no catalogue defines", path.display());
        }
    }
    for id in english.keys() {
        let referenced = english.values().any(|source| source.contains(&format!("{{ {id} }}")));
        assert!(referenced || quoted.contains(id), "{id} is used nowhere");
    }
}

#[test]
fn a_sentence_with_markup_is_never_printed_as_text() {
    for files in [catalogue::ENGLISH, catalogue::SPANISH] {
        let marked: BTreeSet<_> =
            sentences(files).into_iter().filter(|(_, source)| source.contains('<')).map(|(id, _)| id).collect();
        for (path, source) in sources() {
            for id in literals(&source, &[".t(", ".t1(", ".t2(", ".t3("]) {
                assert!(!marked.contains(id), "{} prints {id} as text", path.display());
            }
        }
    }
}

#[test]
fn templates_trust_nothing_and_carry_no_sentence_and_no_style() {
    for (path, source) in sources().into_iter().filter(|(path, _)| path.extension().is_some_and(|kind| kind == "html"))
    {
        assert!(!source.contains("|safe"), "{}", path.display());
        if !path.components().any(|part| part.as_os_str() == "messages") {
            assert!(!source.contains(" style=") && !source.contains("<style"), "{}", path.display());
            assert!(!source.contains("http://") && !source.contains("https://"), "{}", path.display());
        }
        let mut text = source.split("</style>").last().unwrap();
        while let Some(start) = text.find('>') {
            let rest = &text[start + 1..];
            let end = rest.find(['<', '{']).unwrap_or(rest.len());
            let said = rest[..end].trim();
            assert!(!said.chars().any(char::is_alphabetic), "{} says {said:?}", path.display());
            text = &rest[end..];
        }
    }
}

#[test]
fn no_english_is_left_in_spanish() {
    let english = [
        "the", "and", "your", "you", "code", "codes", "password", "login", "log", "email", "phone", "with", "for",
        "this", "that", "not", "wait", "again", "page", "from",
    ];
    for (id, source) in sentences(catalogue::SPANISH) {
        // The name of the other language is in that language.
        if id == "layout-switch" || source.contains(r#"lang="en""#) {
            continue;
        }
        for word in read(&source) {
            assert!(!english.contains(&word.as_str()), "{id} says {word:?}");
        }
    }
}

#[test]
fn spanish_says_usted() {
    let familiar = [
        "tu",
        "tus",
        "tú",
        "ti",
        "te",
        "contigo",
        "tuyo",
        "tuya",
        "puedes",
        "tienes",
        "debes",
        "quieres",
        "eres",
        "estás",
        "has",
        "haz",
        "escribes",
        "eliges",
        "recibes",
        "olvidaste",
        "recibiste",
    ];
    for (id, source) in sentences(catalogue::SPANISH) {
        for word in read(&source) {
            assert!(!familiar.contains(&word.as_str()), "{id} says {word:?}");
        }
    }
}

#[test]
fn nothing_begs_and_nothing_blames() {
    let begging =
        ["please", "sorry", "invalid", "forbidden", "oops", "unfortunately", "inválido", "inválida", "prohibido"];
    for files in [catalogue::ENGLISH, catalogue::SPANISH] {
        for (id, source) in sentences(files) {
            let words = read(&source);
            assert!(!words.iter().any(|word| begging.contains(&word.as_str())), "{id}");
            let together = words.join(" ");
            assert!(!together.contains("por favor") && !together.contains("lo sentimos"), "{id}");
            assert!(!together.contains("security code") && !together.contains("código de seguridad"), "{id}");
        }
    }
}

#[test]
fn every_figure_follows_the_settings() {
    let mut settings = sample();
    settings.codes.minutes = 7;
    settings.codes.length = 8;
    settings.codes.email_alphabet = "0123456789".into();
    settings.remember.desktop_days = 33;
    settings.remember.mobile_days = 44;
    let words = Words::new(&settings);
    for language in [Language::English, Language::Spanish] {
        assert!(words.text(language, "code-expired").contains('7'));
        let every = words.text(language, "faq-every-answer");
        assert!(every.contains("33") && every.contains("44"));
        let what = words.text(language, "faq-what-answer");
        assert!(what.contains("eight digits") || what.contains("ocho números"), "{what}");
    }
}

#[test]
fn texts_fit_one_segment() {
    /// The letters of GSM 03.38 we may use, each one septet; `{ } [ ] ^ ~ \ | €` would be two.
    const GSM7: &str = "@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    let words = Words::new(&sample());
    let later = Moment(NOW.0 - 40 * 3_600_000);
    for language in [Language::English, Language::Spanish] {
        let voice = words.voice(language);
        let at = words.when(language, later, NOW);
        let browser = voice.browser("Samsung Internet/Android");
        let texts = [
            format!("{}\n\n@portal.northwestclinic.example #482913", voice.t1("message-code-text", "code", "482913")),
            voice.t2("message-new-device-text", "at", &at, "browser", &browser),
            voice.t2("message-new-device-text", "at", &at, "browser", voice.t("browser-unknown")),
            voice.t2("message-wrong-codes-text", "at", &at, "count", 5_u32),
            voice.t1("message-device-twice-text", "at", &at),
            voice.t2("message-many-failures-text", "at", &at, "count", 100_u32),
        ];
        for text in texts {
            let odd: Vec<char> = text.chars().filter(|letter| !GSM7.contains(*letter)).collect();
            assert!(odd.is_empty() && text.chars().count() <= 160, "{} {odd:?}: {text}", text.chars().count());
        }
    }
}
