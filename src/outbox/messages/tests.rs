//! Every message in both languages, as it is read.

use super::*;
use crate::{
    outbox::tests::{Room, code_to},
    store::patients::Patient,
    words::tests::NOW,
};

/// Every message there is, by name.
fn all(ctx: &Ctx) -> Vec<(String, Message)> {
    let mut all = Vec::new();
    for &language in Language::ALL {
        for &channel in Channel::ALL {
            for &kind in Kind::ALL {
                let id = OutboxId(0x1234_5678_9abc_def0);
                let message = match kind {
                    Kind::Code => {
                        let first_name = "Jordan <b>\"O'Neil\"</b> & Co";
                        code(ctx, &CodeMessage { first_name, language, ..code_to(ctx, channel) }, id)
                    }
                    kind => notice(ctx, &notice_of(kind, &person(language)), channel, "jo@example.com", id),
                };
                all.push((format!("{}-{}-{}", kind.as_str(), channel.as_str(), language.as_str()), message.unwrap()));
            }
        }
    }
    all
}

fn notice_of(kind: Kind, patient: &Patient) -> Notice<'_> {
    Notice { kind, patient, at: NOW, browser: "Chrome/Windows", count: 20 }
}

fn person(language: Language) -> Patient {
    Patient { language, ..crate::outbox::tests::patient_of(&Room::new().ctx) }
}

#[test]
fn every_message_reads_as_it_was_agreed() {
    for (name, message) in all(&Room::new().ctx) {
        let read = match message {
            Message::Email { to, subject, text, html, message_id } => {
                format!("To: {to}\nSubject: {subject}\nMessage-ID: {message_id}\n\n{text}\n\n{html}")
            }
            Message::Text { to, body } => format!("To: {to}\n\n{body}"),
        };
        insta::assert_snapshot!(name, read);
    }
}

#[test]
fn no_mail_holds_an_image_a_link_or_markup_of_a_name() {
    for (name, message) in all(&Room::new().ctx) {
        if let Message::Email { html, subject, .. } = message {
            for never in ["<img", "<a ", "href", "http", "url(", "<script", "<b>\""] {
                assert!(!html.contains(never), "{name}: {never}");
            }
            assert!(!subject.contains("TM3KX2"));
        }
    }
}

#[test]
fn the_code_stands_alone_on_its_line() {
    for (name, message) in all(&Room::new().ctx) {
        match message {
            Message::Email { text, .. } if name.starts_with("code") => {
                assert!(text.lines().any(|line| line == "TM3KX2"), "{text}");
                assert_eq!(text.matches("TM3KX2").count(), 1);
            }
            Message::Text { body, .. } if name.starts_with("code") => {
                assert!(body.find("482913").unwrap() + 6 <= 30, "{body}");
                assert_eq!(body.lines().last().unwrap(), "@localhost #482913");
            }
            _ => {}
        }
    }
}

#[test]
fn every_text_is_one_segment_and_a_clinic_with_too_long_a_name_is_told() {
    let room = Room::new();
    assert_eq!(too_long(&room.ctx.settings, &room.ctx.words).unwrap(), []);
    for (name, message) in all(&room.ctx) {
        if let Message::Text { body, .. } = message {
            assert!(gsm7::septets(&body).is_some_and(|septets| septets <= gsm7::SEGMENT), "{name}: {body}");
        }
    }
    let long =
        Room::with(|settings| settings.brand.product = "The Northern Regional Clinics Portal of the Lakes ".repeat(2));
    let found = too_long(&long.ctx.settings, &long.ctx.words).unwrap();
    assert!(found.iter().any(|text| text.kind == Kind::Code && text.septets > 160), "{found:?}");
    let accents = Room::with(|settings| settings.brand.product = "Mi Clínica".to_owned());
    assert_eq!(too_long(&accents.ctx.settings, &accents.ctx.words).unwrap(), []);
}
