//! An answer, read as a patient or a contract-driving program reads it.
//! Never looks into the program: status, headers, cookies and HTML are all there is.

use reqwest::header::HeaderMap;
use scraper::{ElementRef, Html, Selector};

#[derive(Clone, Debug)]
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// Path and query this answer came from.
    pub path: String,
}

/// The fields that posting a form sends, in the order of the page.
pub type Fields = Vec<(String, String)>;

impl Page {
    pub fn html(&self) -> String {
        String::from_utf8(self.body.clone()).expect("pages are UTF-8")
    }

    fn tree(&self) -> Html {
        Html::parse_document(&self.html())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("headers are ASCII"))
    }

    /// Where a redirect leads.
    pub fn location(&self) -> Option<&str> {
        self.header("location")
    }

    /// The text of every element that the selector finds, white space collapsed.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        self.tree().select(&css(selector)).map(text_of).collect()
    }

    pub fn text(&self, selector: &str) -> String {
        self.texts(selector)
            .into_iter()
            .next()
            .unwrap_or_else(|| panic!("no {selector} on {}: {}", self.path, self.html()))
    }

    pub fn has(&self, selector: &str) -> bool {
        self.tree().select(&css(selector)).next().is_some()
    }

    pub fn count(&self, selector: &str) -> usize {
        self.tree().select(&css(selector)).count()
    }

    /// The attribute's value on every element that the selector finds and that has it.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        self.tree().select(&css(selector)).filter_map(|element| element.attr(name).map(str::to_owned)).collect()
    }

    pub fn title(&self) -> String {
        self.text("title")
    }

    /// All that the main part says.
    pub fn main(&self) -> String {
        self.text("main")
    }

    pub fn language(&self) -> String {
        self.attributes("html", "lang").pop().unwrap_or_default()
    }

    /// What a failing test says of a page: enough to know what is wrong with it.
    pub fn gist(&self) -> String {
        format!("{} {}: {} | {}", self.status, self.path, self.texts("title").join(" "), self.texts("main").join(" "))
    }

    /// What the error summary says; empty when there is none.
    pub fn errors(&self) -> Vec<String> {
        self.texts(".error-summary a, .error-summary li")
    }

    /// The fields that the first form with this action would send untouched: hidden inputs, what is filled in, what is ticked.
    pub fn form(&self, action: &str) -> Option<Fields> {
        let tree = self.tree();
        let here = self.path.split(['?', '#']).next().unwrap_or_default();
        let form = tree.select(&css("form[method=post], form[method=POST]")).find(|form| {
            let target = form.attr("action").filter(|target| !target.is_empty()).unwrap_or(here);
            target.split(['?', '#']).next() == Some(action)
        })?;
        let mut fields = Vec::new();
        for input in form.select(&css("input[name], textarea[name], select[name]")) {
            let name = input.attr("name").unwrap_or_default().to_owned();
            let value = input.attr("value").unwrap_or_default().to_owned();
            match input.attr("type").unwrap_or("text") {
                "submit" | "button" | "image" | "reset" | "file" => {}
                "checkbox" | "radio" if input.attr("checked").is_none() => {}
                "checkbox" | "radio" if value.is_empty() => fields.push((name, "on".to_owned())),
                _ => fields.push((name, value)),
            }
        }
        Some(fields)
    }

    /// Name and value of the named buttons of the form with this action, those that stand outside it included.
    pub fn buttons(&self, action: &str) -> Fields {
        let tree = self.tree();
        let form = tree.select(&css("form")).find(|form| form.attr("action") == Some(action));
        let id = form.and_then(|form| form.attr("id")).unwrap_or_default();
        let inside = form.map(|form| form.select(&css("button[name]")).collect::<Vec<_>>()).unwrap_or_default();
        let with_form = css("button[name][form]");
        let outside = tree.select(&with_form).filter(|button| button.attr("form") == Some(id));
        let pair = |button: ElementRef<'_>| {
            let attribute = |name| button.attr(name).unwrap_or_default().to_owned();
            (attribute("name"), attribute("value"))
        };
        inside.into_iter().chain(outside).map(pair).collect()
    }
}

fn css(selector: &str) -> Selector {
    Selector::parse(selector).unwrap_or_else(|error| panic!("{selector}: {error}"))
}

fn text_of(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}
