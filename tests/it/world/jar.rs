//! A browser's cookies, kept by Chromium's rules as far as ours use them.
//! Secure cookies travel over plain http to 127.0.0.1, as in Chromium; a `__Host-` name without its attributes fails the test.

use std::collections::BTreeMap;

use reqwest::header::{HeaderMap, SET_COOKIE};

/// One cookie as it was set.
#[derive(Clone, Debug)]
pub struct Cookie {
    pub value: String,
    /// Seconds; none for a cookie that ends with the browser.
    pub max_age: Option<i64>,
    pub same_site: String,
}

#[derive(Clone, Debug, Default)]
pub struct Jar(BTreeMap<String, Cookie>);

impl Jar {
    /// Takes what an answer sets and drops what it deletes.
    pub fn take(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(SET_COOKIE) {
            let line = line.to_str().expect("Set-Cookie is ASCII");
            let (name, cookie, expired) = parse(line);
            if expired {
                self.0.remove(&name);
            } else {
                self.0.insert(name, cookie);
            }
        }
    }

    /// The `Cookie` header of the next request; none when there is nothing to send.
    pub fn header(&self) -> Option<String> {
        let pairs: Vec<String> = self.0.iter().map(|(name, cookie)| format!("{name}={}", cookie.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    pub fn get(&self, name: &str) -> Option<&Cookie> {
        self.0.get(name)
    }

    pub fn set(&mut self, name: &str, value: &str) {
        let cookie = Cookie { value: value.to_owned(), max_age: None, same_site: "Lax".to_owned() };
        self.0.insert(name.to_owned(), cookie);
    }

    pub fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// Names that begin so, with their cookies: `__Host-device-` finds every known-browser cookie.
    pub fn beginning(&self, prefix: &str) -> Vec<(&str, &Cookie)> {
        self.0
            .iter()
            .filter(|(name, _)| name.starts_with(prefix))
            .map(|(name, cookie)| (name.as_str(), cookie))
            .collect()
    }

    /// As after closing the browser: what has no last day is gone.
    pub fn close(&mut self) {
        self.0.retain(|_, cookie| cookie.max_age.is_some());
    }
}

fn parse(line: &str) -> (String, Cookie, bool) {
    let mut parts = line.split(';').map(str::trim);
    let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).expect("a cookie has a name and a value");
    let mut cookie = Cookie { value: value.to_owned(), max_age: None, same_site: String::new() };
    let (mut secure, mut http_only, mut path, mut domain) = (false, false, String::new(), false);
    for part in parts {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        match key.to_ascii_lowercase().as_str() {
            "secure" => secure = true,
            "httponly" => http_only = true,
            "path" => value.clone_into(&mut path),
            "domain" => domain = true,
            "samesite" => value.clone_into(&mut cookie.same_site),
            "max-age" => cookie.max_age = Some(value.parse().expect("Max-Age is a number")),
            "expires" => {}
            other => panic!("cookie attribute nobody asked for: {other} in {line}"),
        }
    }
    assert!(name.starts_with("__Host-"), "every cookie of ours is a __Host- cookie: {line}");
    assert!(
        secure && http_only && path == "/" && !domain,
        "a __Host- cookie is Secure, HttpOnly, of path / and of no domain: {line}"
    );
    assert!(!cookie.same_site.is_empty(), "SameSite is stated: {line}");
    let expired = cookie.max_age.is_some_and(|seconds| seconds <= 0);
    (name.to_owned(), cookie, expired)
}
