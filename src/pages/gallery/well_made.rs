//! Holds every page of the gallery to form, reference and word.
//! What one page is held to, all are, in every state and both languages.

use std::collections::HashSet;

use scraper::{Html, Selector};

use super::*;
use crate::pages::faq::GROUPS;

fn select(text: &str) -> Selector {
    Selector::parse(text).unwrap()
}

fn every(check: impl Fn(&str, Language, &str, &Html)) {
    let words = Words::new(&sample());
    for &language in Language::ALL {
        for (name, html) in all(&words, language) {
            check(&format!("{name}.{}", language.as_str()), language, &html, &Html::parse_document(&html));
        }
    }
}

fn attributes<'a>(page: &'a Html, name: &str) -> Vec<&'a str> {
    page.select(&select(&format!("[{name}]"))).filter_map(|element| element.attr(name)).collect()
}

#[test]
fn every_page_names_its_language_and_has_one_heading_and_a_title() {
    every(|name, language, _, page| {
        assert_eq!(page.select(&select("html")).next().unwrap().attr("lang"), Some(language.as_str()), "{name}");
        assert_eq!(page.select(&select("h1")).count(), 1, "{name}");
        let title: String = page.select(&select("title")).next().unwrap().text().collect();
        assert!(title.ends_with(" – MyChart"), "{name}: {title}");
        let summary = page.select(&select("div.error-summary[role=alert][tabindex='-1'][autofocus]")).count();
        assert_eq!(title.starts_with("Error: "), summary == 1, "{name}: {title}");
    });
}

#[test]
fn every_reference_leads_somewhere() {
    let anchors: HashSet<_> = GROUPS.iter().flat_map(|group| group.questions).map(|item| item.anchor).collect();
    every(|name, _, _, page| {
        let ids = attributes(page, "id");
        let unique: HashSet<_> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "{name} repeats an id");
        for reference in ["aria-describedby", "aria-labelledby", "aria-controls", "form", "for"] {
            for id in attributes(page, reference).iter().flat_map(|list| list.split(' ')) {
                assert!(unique.contains(id), "{name}: {reference} {id}");
            }
        }
        for href in attributes(page, "href") {
            if let Some(id) = href.strip_prefix('#') {
                assert!(unique.contains(id), "{name}: {href}");
            }
            if let Some(anchor) = href.strip_prefix("/faq#") {
                assert!(anchors.contains(anchor), "{name}: {href}");
            }
            assert!(!href.is_empty(), "{name} has an empty link");
        }
    });
}

#[test]
fn every_form_is_a_plain_post_with_its_token() {
    every(|name, _, _, page| {
        for form in page.select(&select("form")) {
            assert_eq!(form.attr("method"), Some("post"), "{name}");
            assert_eq!(form.select(&select("input[type=hidden][name=token]")).count(), 1, "{name}");
            assert!(form.select(&select("button:not([type])")).count() >= 1 || name.contains("choose"), "{name}");
        }
        assert_eq!(page.select(&select("[disabled],[maxlength],[type=number],[style]")).count(), 0, "{name}");
    });
}

#[test]
fn every_error_stands_at_its_field_in_the_words_of_the_summary() {
    every(|name, _, _, page| {
        for link in page.select(&select(".error-summary li a")) {
            let field = link.attr("href").unwrap().trim_start_matches('#');
            let said: String = link.text().collect();
            let there = page.select(&select(&format!("#{field}-error"))).next();
            let there: String = there.unwrap_or_else(|| panic!("{name}: {field}")).text().collect();
            assert_eq!(said, there, "{name}");
            assert!(!said.ends_with('.') || said.ends_with("m."), "{name}: {said}");
        }
    });
}

#[test]
fn no_sentence_is_missing_on_any_page() {
    every(|name, _, html, page| {
        let said: String = page.select(&select("body")).next().unwrap().text().collect();
        for odd in ["{ ", "$", "..", " ,", "  a. m."] {
            assert!(!said.contains(odd), "{name} says {odd:?}");
        }
        for file in ["layout-", "login-", "choose-", "code-", "resend-", "limit-", "error-", "home-", "faq-", "time-"] {
            assert!(!said.contains(file), "{name} shows an id: {file}");
        }
        assert!(!html.contains("<script>") && !html.contains("&#60;"), "{name}");
    });
}

#[test]
fn what_a_patient_typed_stays_text() {
    let painter = Painter::new(&Words::new(&sample()), Language::English);
    let mut page = painter.login();
    page.username = r#""><script>alert(1)</script>"#.into();
    page.next = r#"/"><b>"#.into();
    let html = askama::Template::render(&page).unwrap();
    assert!(!html.contains("<script>alert") && !html.contains("<b>\""));
    let mut home = painter.choose(vec![]);
    home.page.said = Some(painter.voice.html2("resend-what", "to", "<i>x</i>", "left", 1_u32));
    assert!(!askama::Template::render(&home).unwrap().contains("<i>x</i>"));
}
