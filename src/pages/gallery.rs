//! Every page in every state, in both languages, written to `target/gallery/` to be looked at.
//! `cargo test gallery`, then open the folder; links between the pages do not work there.

mod well_made;

use std::{fs, path::Path, sync::Arc};

use crate::{
    pages::{
        dev::{Caught, OutboxPage},
        error::{Cause, ErrorPage},
        faq::FaqPage,
        home::{HomePage, LastSignIn},
        limit::{LimitKind, LimitPage},
        login::{self, LoginPage},
        verify::{
            choose::{ChoosePage, Way, Why},
            code::{self, CodePage, Hint, Journey, Receipt, ResendLine, Skip},
            resend::{self, Check, ResendForm},
        },
    },
    rules::{
        moment::{Moment, days, minutes},
        names::{Channel, Language},
    },
    web::page::{Destination, Door, Look, Page, Said, Switch},
    words::{
        Voice, When, Words,
        tests::{NOW, sample},
    },
};

/// What every page of the gallery is made with.
struct Painter {
    words: Words,
    voice: Voice,
}

impl Painter {
    fn new(words: &Words, language: Language) -> Self {
        Self { words: words.clone(), voice: words.voice(language) }
    }

    fn page(&self, door: Door, switch: Switch) -> Page {
        let look = Look {
            style_href: "style.css".into(),
            script_href: "script.js".into(),
            icon_href: "icon.svg".into(),
            logo: None,
        };
        Page {
            door,
            switch,
            form_token: "q1Jx8Zr0mT5vKc3NwYbLhA".into(),
            ..Page::new(self.voice.clone(), Arc::new(look))
        }
    }

    fn at(&self, after: u64) -> When {
        self.when(NOW.plus(minutes(after)))
    }

    fn when(&self, at: Moment) -> When {
        self.words.when(self.voice.language, at, NOW)
    }

    fn email(&self) -> Destination {
        Destination::email(&self.voice, "j•••@e•••.com", 'j', 'e', ".com")
    }

    fn phone(&self) -> Destination {
        Destination::phone(&self.voice, "•••-•••-••12", "12")
    }

    fn login(&self) -> LoginPage {
        LoginPage {
            page: self.page(Door::Closed, Switch::Button { main: "login-go" }),
            username: String::new(),
            next: String::new(),
            outage: vec![],
        }
    }

    fn choose(&self, ways: Vec<Way>) -> ChoosePage {
        ChoosePage { page: self.page(Door::Ajar, Switch::Link("/verify/choose".into())), ways }
    }

    fn code(&self, to: Destination, journey: Journey) -> CodePage {
        let email = to.is_email();
        let mobile = !email;
        CodePage {
            page: self.page(Door::Wider, Switch::Button { main: "code-go" }),
            receipt: Receipt {
                to,
                asked_at: self.at(0),
                handed_over: Some(self.at(0)),
                works_until: self.at(30),
                journey,
            },
            hint: if email { Hint::Email } else { Hint::Text },
            numeric: !email,
            skip: Some(Skip {
                days: if mobile { 180 } else { 90 },
                mobile,
                until: self.words.date(self.voice.language, NOW.plus(days(if mobile { 180 } else { 90 }))),
            }),
            skip_ticked: false,
            resend: ResendLine { left: 2, limited_until: None, opens_at: None },
            other: Some(if email { self.phone() } else { self.email() }),
            again: None,
            sent_again: false,
        }
    }

    fn again(&self, check: Check) -> ResendForm {
        ResendForm { to: self.email(), check, wait_until: self.at(1), wait_over: false, left: 2, opens_at: None }
    }
}

fn closed(channel: Channel, to: Option<Destination>, why: Why) -> Way {
    Way::Closed { channel, to, why }
}

/// All pages: file name and HTML.
pub fn all(words: &Words, language: Language) -> Vec<(String, String)> {
    let painter = Painter::new(words, language);
    let mut shown = Vec::new();
    let mut add = |name: String, page: &dyn askama::DynTemplate| shown.push((name, page.dyn_render().unwrap()));
    logins(&painter, &mut add);
    chooses(&painter, &mut add);
    codes(&painter, &mut add);
    resends(&painter, &mut add);
    others(&painter, &mut add);
    shown
}

type Add<'a> = dyn FnMut(String, &dyn askama::DynTemplate) + 'a;

fn logins(painter: &Painter, add: &mut Add<'_>) {
    add("login".into(), &painter.login());
    let troubles = [login::Trouble::NoUsername, login::Trouble::NoPassword, login::Trouble::NoFit];
    for trouble in troubles {
        let mut page = painter.login();
        page.page.errors.push(trouble.problem(&painter.voice));
        page.username = "jreyes84".into();
        add(format!("login-{trouble:?}").to_lowercase(), &page);
    }
    let mut page = painter.login();
    page.outage = vec![Channel::Email, Channel::Text];
    add("login-outage".into(), &page);
    for said in Said::ALL {
        let mut page = painter.login();
        page.page.tell(*said);
        add(format!("login-said-{}", said.as_str()), &page);
    }
}

fn chooses(painter: &Painter, add: &mut Add<'_>) {
    let email = || Way::Open { to: painter.email(), worked_last: true };
    let text = || Way::Open { to: painter.phone(), worked_last: false };
    add("choose".into(), &painter.choose(vec![email(), text()]));
    let texts = [
        ("optedout", Why::OptedOut { since: painter.voice.t2("time-day", "month", 11_i64, "date", 12_i64) }),
        ("missing", Why::NotOnFile),
        ("landline", Why::Landline),
        ("country", Why::Country),
        ("refused", Why::Refused),
        ("outage", Why::Outage),
        ("limit", Why::Limit { until: painter.at(26 * 60) }),
        ("none", Why::NoTexts),
    ];
    for (name, why) in texts {
        let way = closed(Channel::Text, Some(painter.phone()), why);
        add(format!("choose-text-{name}"), &painter.choose(vec![email(), way]));
    }
    let emails = [
        ("missing", Why::NotOnFile),
        ("refused", Why::Refused),
        ("outage", Why::Outage),
        ("limit", Why::Limit { until: painter.at(95) }),
    ];
    for (name, why) in emails {
        let way = closed(Channel::Email, None, why);
        add(format!("choose-email-{name}"), &painter.choose(vec![text(), way]));
    }
    let none =
        vec![closed(Channel::Email, None, Why::NotOnFile), closed(Channel::Text, Some(painter.phone()), Why::Landline)];
    add("choose-nothing".into(), &painter.choose(none));
}

fn codes(painter: &Painter, add: &mut Add<'_>) {
    use Journey::{Delivered, GaveUp, HandedOver, OptedOut, Queued, Refused, Unknown};
    use code::Trouble::{Ambiguous, Empty, Expired, TooLong, TooShort, Used, Wrong, WrongCharacters};
    for journey in [Queued, HandedOver, Delivered, Refused, Unknown, GaveUp, OptedOut] {
        add(format!("code-email-{journey:?}").to_lowercase(), &painter.code(painter.email(), journey));
        add(format!("code-text-{journey:?}").to_lowercase(), &painter.code(painter.phone(), journey));
    }
    let troubles = [
        Empty,
        TooShort,
        TooLong,
        WrongCharacters,
        Ambiguous,
        Wrong { left: 4 },
        Wrong { left: 3 },
        Wrong { left: 1 },
        Expired,
        Used,
    ];
    for (number, trouble) in troubles.into_iter().enumerate() {
        let mut page = painter.code(painter.email(), HandedOver);
        page.page.errors.push(trouble.problem(&painter.voice));
        page.hint = Hint::Either;
        page.skip_ticked = true;
        add(format!("code-error-{number}"), &page);
    }
    let mut page = painter.code(painter.email(), HandedOver);
    page.sent_again = true;
    page.resend = ResendLine { left: 1, limited_until: None, opens_at: Some(painter.at(1)) };
    add("code-sent-again".into(), &page);
    let mut page = painter.code(painter.email(), HandedOver);
    page.resend = ResendLine { left: 0, limited_until: None, opens_at: None };
    page.other = None;
    page.skip = None;
    page.page.tell(Said::AlreadySent);
    add("code-none-left".into(), &page);
    page.resend.limited_until = Some(painter.at(60 * 24));
    add("code-limited".into(), &page);
}

fn resends(painter: &Painter, add: &mut Add<'_>) {
    let checks = [
        ("built-in", Check::BuiltIn { challenge: CHALLENGE.into() }),
        ("hcaptcha", Check::Hcaptcha { site_key: "10000000".into(), script_url: "hcaptcha.js".into() }),
        ("down", Check::Down),
    ];
    for (name, check) in checks {
        for over in [false, true] {
            let mut page = painter.code(painter.email(), Journey::HandedOver);
            page.again = Some(ResendForm {
                wait_over: over,
                opens_at: (!over).then(|| painter.at(1)),
                ..painter.again(check.clone())
            });
            add(format!("resend-{name}{}", if over { "-waited" } else { "" }), &page);
        }
    }
    let troubles = [
        ("missing", resend::Trouble::Missing { wait_until: painter.at(1) }),
        ("failed", resend::Trouble::Failed),
        ("down", resend::Trouble::Down { wait_until: painter.at(1) }),
        ("soon", resend::Trouble::TooSoon { opens_at: painter.at(1) }),
    ];
    for (name, trouble) in troubles {
        let mut page = painter.code(painter.email(), Journey::HandedOver);
        page.page.errors.push(trouble.problem(&painter.voice));
        page.again = Some(painter.again(Check::BuiltIn { challenge: CHALLENGE.into() }));
        add(format!("resend-error-{name}"), &page);
    }
}

fn others(painter: &Painter, add: &mut Add<'_>) {
    use LimitKind::*;
    for kind in [Password, Network, CodeWait, Busy, SendDay, SendDestination, SendNetwork, SendTexts] {
        let page = painter.page(Door::Shut, Switch::Link("/login".into()));
        let opens_at = Some(painter.at(if kind == SendDay { 26 * 60 } else { 40 }));
        add(format!("limit-{kind:?}").to_lowercase(), &LimitPage { page, kind, opens_at });
    }
    for kind in [AccountLocked, CodeLocked, SendAttempt] {
        let page = painter.page(Door::Shut, Switch::Link("/login".into()));
        add(format!("limit-{kind:?}").to_lowercase(), &LimitPage { page, kind, opens_at: None });
    }
    for (number, cause) in Cause::ALL.iter().enumerate() {
        let page = painter.page(Door::Shut, Switch::Link("/login".into()));
        let status = [400, 403, 403, 403, 404, 405, 408, 409, 413, 415, 422, 429, 500, 503][number];
        add(
            format!("error-{cause:?}").to_lowercase(),
            &ErrorPage { page, status, cause: *cause, back: "/login".into() },
        );
    }
    for last in [true, false] {
        let mut page = painter.page(Door::Open, Switch::Link("/".into()));
        page.signed_in = true;
        let home = HomePage {
            page,
            first_name: "Jordan".into(),
            last_sign_in: last.then(|| LastSignIn {
                at: painter.when(NOW.minus(minutes(15 * 60))),
                browser: painter.voice.browser("Safari/iPhone"),
            }),
            until: painter.at(15),
            at_most: painter.at(8 * 60),
            portal_url: if last { "https://portal.example.com/".into() } else { String::new() },
        };
        add(if last { "home".into() } else { "home-first".into() }, &home);
    }
    for texts in [true, false] {
        let page = painter.page(Door::Open, Switch::Link("/faq".into()));
        add(if texts { "faq".into() } else { "faq-no-texts".into() }, &FaqPage { page, texts });
    }
    let message = |id, channel, subject: &str, body: &str| Caught {
        id,
        channel,
        to: if channel == Channel::Email { "jordan@example.com".into() } else { "+13125550112".into() },
        at: painter.at(0),
        subject: subject.into(),
        body: body.into(),
        code: Some("TM3KX2".into()),
        html: channel == Channel::Email,
    };
    let page = painter.page(Door::Open, Switch::Link("/dev/outbox".into()));
    let messages = vec![
        message(2, Channel::Text, "", "482913 is your MyChart code.\n\n@localhost #482913"),
        message(1, Channel::Email, "Your MyChart code", "Hello Jordan!\n\nTM3KX2"),
    ];
    add("dev".into(), &OutboxPage { page, messages, gallery: vec![] });
    let page = painter.page(Door::Open, Switch::Link("/dev/outbox".into()));
    add("dev-empty".into(), &OutboxPage { page, messages: vec![], gallery: vec![] });
}

/// The mails, as the outbox fills them.
fn mails(painter: &Painter, add: &mut Add<'_>) {
    #[derive(askama::Template)]
    #[template(path = "messages/code.html")]
    struct CodeMail<'a> {
        voice: &'a Voice,
        first_name: &'a str,
        code: &'a str,
        asked: &'a When,
        until: &'a When,
        accent: &'a str,
    }
    #[derive(askama::Template)]
    #[template(path = "messages/wrong-codes.html")]
    struct WrongCodes<'a> {
        voice: &'a Voice,
        first_name: &'a str,
        at: &'a When,
        browser: &'a str,
        count: u32,
        accent: &'a str,
    }
    let (voice, first_name, accent) = (&painter.voice, "Jordan", "#0b544f");
    let (asked, until) = (&painter.at(0), &painter.at(30));
    add("mail-code".into(), &CodeMail { voice, first_name, code: "TM3KX2", asked, until, accent });
    let (at, browser) = (&painter.when(NOW.minus(days(2))), &voice.browser("Chrome/Windows"));
    add("mail-wrong-codes".into(), &WrongCodes { voice, first_name, at, browser, count: 5, accent });
}

/// One the page's script solves in a moment.
const CHALLENGE: &str = r#"{"parameters":{"algorithm":"PBKDF2/SHA-256","cost":1000,"keyLength":32,"keyPrefix":"00","nonce":"00112233445566778899aabbccddeeff","salt":"ffeeddccbbaa99887766554433221100"},"signature":"00"}"#;

#[test]
fn gallery() {
    let words = Words::new(&sample());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("target/gallery");
    fs::create_dir_all(&folder).unwrap();
    for file in ["style.css", "script.js", "icon.svg"] {
        fs::copy(root.join("static").join(file), folder.join(file)).unwrap();
    }
    for &language in Language::ALL {
        for (name, html) in all(&words, language) {
            fs::write(folder.join(format!("{name}.{}.html", language.as_str())), html).unwrap();
        }
        mails(&Painter::new(&words, language), &mut |name, mail| {
            fs::write(folder.join(format!("{name}.{}.html", language.as_str())), mail.dyn_render().unwrap()).unwrap();
        });
    }
}
