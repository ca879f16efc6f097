//! One mail as the bytes that go over the wire: text and HTML parts, every header value a single clean line.

use std::time::{Duration, SystemTime};

use lettre::{
    Address,
    message::{
        Body, Mailbox, Message, MultiPart, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};

use super::{Envelope, Outage};
use crate::outside::words::{lines, one_line};

/// A mail ready to be handed over, to one recipient.
pub(super) struct Letter {
    pub from: Address,
    pub to: Address,
    pub bytes: Vec<u8>,
}

/// Writes `mail` down. The same envelope gives the same headers each time, so that a repeated mail can be told as one.
///
/// # Errors
/// `Permanent` where the recipient's address cannot be written into a mail: no try will mend it.
pub(super) fn write(mail: &Envelope, from: &Mailbox, reply_to: Option<&Mailbox>) -> Result<Letter, Outage> {
    let to = recipient(&mail.to).ok_or_else(|| permanent("this email address cannot be written to"))?;
    let mut builder = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to.clone()))
        .date(date(mail))
        .subject(one_line(&mail.subject))
        .message_id(Some(one_line(&mail.message_id)))
        .raw_header(automatic());
    if let Some(reply_to) = reply_to {
        builder = builder.reply_to(reply_to.clone());
    }
    let message = builder
        .multipart(
            MultiPart::alternative()
                .singlepart(part(ContentType::TEXT_PLAIN, &mail.text)?)
                .singlepart(part(ContentType::TEXT_HTML, &mail.html)?),
        )
        .map_err(|e| permanent(&e.to_string()))?;
    Ok(Letter { from: from.email.clone(), to, bytes: message.formatted() })
}

/// The address as SMTP wants it: an international domain in its ASCII form, which every server takes.
fn recipient(to: &str) -> Option<Address> {
    let (user, domain) = to.rsplit_once('@')?;
    if to.chars().any(char::is_control) {
        return None;
    }
    match url::Host::parse(domain) {
        Ok(url::Host::Domain(domain)) => Address::new(user, domain).ok(),
        _ => Address::new(user, domain).ok(),
    }
}

/// Answering machines leave such mail alone (RFC 3834).
fn automatic() -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned())
}

fn date(mail: &Envelope) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(mail.at.0).unwrap_or(0))
}

/// Quoted-printable whatever the text: no line too long for SMTP, and no byte but printable ASCII.
fn part(kind: ContentType, text: &str) -> Result<SinglePart, Outage> {
    let body = Body::new_with_encoding(lines(text), ContentTransferEncoding::QuotedPrintable)
        .map_err(|_| permanent("the message cannot be encoded"))?;
    Ok(SinglePart::builder().content_type(kind).body(body))
}

fn permanent(why: &str) -> Outage {
    Outage::Permanent { answer: why.to_owned() }
}

#[cfg(test)]
mod tests {
    use mail_parser::MessageParser;
    use proptest::prelude::*;

    use super::*;
    use crate::rules::moment::Moment;

    fn envelope(subject: &str, text: &str, html: &str, to: &str) -> Envelope {
        Envelope {
            to: to.into(),
            subject: subject.into(),
            text: text.into(),
            html: html.into(),
            message_id: "<outbox.7@portal.example.org>".into(),
            at: Moment(1_795_516_920_000),
        }
    }

    fn written(mail: &Envelope) -> Letter {
        let from = "Clínica Peña <no-reply@clinic.example>".parse().unwrap();
        write(mail, &from, Some(&"help@clinic.example".parse().unwrap())).unwrap()
    }

    #[test]
    fn a_mail_carries_its_headers_and_both_parts() {
        let letter = written(&envelope("Su código", "Hola José\n\nTM3KX2\n", "<p>José</p>", "jo@example.com"));
        let raw = String::from_utf8(letter.bytes.clone()).unwrap();
        assert!(raw.is_ascii());
        assert!(raw.contains("Auto-Submitted: auto-generated\r\n"));
        assert!(raw.contains("Message-ID: <outbox.7@portal.example.org>\r\n"));
        assert!(raw.contains("Date: Tue, 24 Nov 2026 10:42:00 +0000\r\n"), "{raw}");
        assert!(raw.contains("\r\nTM3KX2\r\n"), "the code stands alone on its line: {raw}");
        let mail = MessageParser::default().parse(&letter.bytes).unwrap();
        assert_eq!(mail.subject(), Some("Su código"));
        assert_eq!(mail.from().unwrap().first().unwrap().name(), Some("Clínica Peña"));
        assert_eq!(mail.body_text(0).unwrap().trim_end(), "Hola José\r\n\r\nTM3KX2");
        assert_eq!(mail.body_html(0).unwrap().trim_end(), "<p>José</p>");
        assert_eq!(mail.to().unwrap().first().unwrap().address(), Some("jo@example.com"));
    }

    #[test]
    fn an_international_domain_goes_out_in_its_ascii_form() {
        assert_eq!(recipient("jo@bücher.example").unwrap().to_string(), "jo@xn--bcher-kva.example");
        for bad in [
            "jo",
            "@example.com",
            "jo@",
            "jo@exa mple.com",
            "jo@example.com\r\nRCPT TO:<x@y.z>",
            "a\r\n@example.com",
            "<jo@example.com>",
        ] {
            assert!(recipient(bad).is_none(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn no_value_adds_a_header_or_ends_the_message(
            subject in "\\PC{0,20}[\r\n\u{0}\u{2028}]{0,3}(Bcc: x@y.z)?[\r\n]{0,4}\\PC{0,200}",
            text in "(\\PC|[\r\n.\t]){0,300}",
            id in "[\r\n<>a-z:]{0,30}",
        ) {
            let mut mail = envelope(&subject, &text, &text, "jo@example.com");
            mail.message_id = id;
            let letter = written(&mail);
            let raw = String::from_utf8(letter.bytes).unwrap();
            prop_assert!(!raw.replace("\r\n", "").contains(['\r', '\n']), "a bare CR or LF: {raw:?}");
            prop_assert!(raw.lines().all(|line| line.len() <= 998));
            let head = raw.split("\r\n\r\n").next().unwrap();
            let names: Vec<_> = head.split("\r\n").filter(|l| !l.starts_with([' ', '\t'])).map(|l| l.split(':').next().unwrap()).collect();
            prop_assert_eq!(names, ["From", "To", "Date", "Subject", "Message-ID", "Auto-Submitted", "Reply-To", "MIME-Version", "Content-Type"]);
        }

        #[test]
        fn what_was_written_is_what_is_read(text in "[\\PC\n]{0,300}") {
            let letter = written(&envelope("s", &text, "<p></p>", "jo@example.com"));
            let mail = MessageParser::default().parse(&letter.bytes).unwrap();
            let read = mail.body_text(0).unwrap().replace("\r\n", "\n");
            prop_assert_eq!(read.trim_end_matches('\n'), text.trim_end_matches('\n'));
        }
    }
}
