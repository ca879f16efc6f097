//! A patient's browser: opens pages, fills and sends their forms, follows redirects, keeps its cookies.
//! It copies every hidden input, as any program that drives the contract would, and sends what Chromium sends about the request's origin.

use std::sync::Once;

use reqwest::{
    Client, Method,
    header::{
        ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue, ORIGIN, USER_AGENT,
    },
    redirect::Policy,
};

use super::{
    jar::Jar,
    page::{Fields, Page},
};

pub const CHROME_ON_WINDOWS: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
pub const SAFARI_ON_IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1";

/// A clone is the same browser with its cookies frozen as they are: what a racing client needs.
#[derive(Clone)]
pub struct Browser {
    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub origin: String,
    pub jar: Jar,
    pub user_agent: String,
    /// `Accept-Language`; none is sent when empty.
    pub speaks: String,
    /// The address that a trusted proxy would report for this browser.
    pub address: Option<String>,
    /// False: an old browser, which says nothing about where a request comes from.
    pub tells_origin: bool,
    page: Option<Page>,
    client: Client,
}

impl Browser {
    pub fn at(origin: &str) -> Self {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        Self {
            origin: origin.to_owned(),
            jar: Jar::default(),
            user_agent: CHROME_ON_WINDOWS.to_owned(),
            speaks: "en".to_owned(),
            address: None,
            tells_origin: true,
            page: None,
            client: client(),
        }
    }

    /// The same browser with its cookies as they are now, on connections of its own.
    pub fn fresh_connection(&self) -> Self {
        Self { client: client(), ..self.clone() }
    }

    /// The page that stands open.
    pub fn page(&self) -> &Page {
        self.page.as_ref().expect("no page was opened")
    }

    /// Types an address: a navigation that comes from nowhere. Follows redirects.
    pub async fn opens(&mut self, path: &str) -> &Page {
        let page = self.get(path, "none").await;
        self.arrives(page).await
    }

    /// Follows a link of the page that stands open.
    pub async fn follows(&mut self, path: &str) -> &Page {
        let page = self.get(path, "same-origin").await;
        self.arrives(page).await
    }

    /// Fills these fields into the form of the open page that posts to `action`, sends it, and follows redirects.
    pub async fn sends(&mut self, action: &str, fields: &[(&str, &str)]) -> &Page {
        let page = self.posts(action, fields).await;
        self.arrives(page).await
    }

    /// As [`Browser::sends`], without following: the answer itself. The open page stays.
    pub async fn posts(&mut self, action: &str, fields: &[(&str, &str)]) -> Page {
        let filled = self.filled(action, fields);
        self.post_raw(action, encode(&filled), &[]).await
    }

    /// What posting the form would send.
    pub fn filled(&self, action: &str, fields: &[(&str, &str)]) -> Fields {
        let mut filled = self
            .page()
            .form(action)
            .unwrap_or_else(|| panic!("no form to {action} on {}:\n{}", self.page().path, self.page().html()));
        for (name, value) in fields {
            match filled.iter_mut().find(|(filled, _)| filled == name) {
                Some((_, old)) => (*value).clone_into(old),
                None => filled.push(((*name).to_owned(), (*value).to_owned())),
            }
        }
        filled
    }

    /// Posts a body as it is. `headers` replace what this browser would send; an empty value leaves the header out.
    pub async fn post_raw(&mut self, path: &str, body: String, headers: &[(&str, &str)]) -> Page {
        let mut all = self.headers("same-origin");
        if self.tells_origin {
            all.insert(ORIGIN, value(&self.origin));
        }
        all.insert(CONTENT_TYPE, value("application/x-www-form-urlencoded"));
        for (name, text) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a header name");
            if text.is_empty() {
                all.remove(name);
            } else {
                all.insert(name, value(text));
            }
        }
        self.asks(Method::POST, path, all, body).await
    }

    /// One request without following.
    pub async fn get(&mut self, path: &str, site: &str) -> Page {
        let headers = self.headers(site);
        self.asks(Method::GET, path, headers, String::new()).await
    }

    /// As Chromium asks: the answer's body stays as it came over the wire.
    pub async fn compressed(&mut self, path: &str) -> Page {
        let mut headers = self.headers("none");
        headers.insert(ACCEPT_ENCODING, value("gzip, deflate, br, zstd"));
        self.asks(Method::GET, path, headers, String::new()).await
    }

    /// Any method, with this browser's cookies.
    pub async fn request(&mut self, method: Method, path: &str) -> Page {
        let headers = self.headers("none");
        self.asks(method, path, headers, String::new()).await
    }

    async fn asks(&mut self, method: Method, path: &str, headers: HeaderMap, body: String) -> Page {
        let url = format!("{}{path}", self.origin);
        let request = self.client.request(method, url).headers(headers).body(body);
        let answer = request.send().await.unwrap_or_else(|error| panic!("{path}: {error}"));
        self.jar.take(answer.headers());
        Page {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            path: path.to_owned(),
            body: answer.bytes().await.expect("a whole answer").to_vec(),
        }
    }

    async fn arrives(&mut self, mut page: Page) -> &Page {
        let mut hops = 0;
        while page.status == 303 {
            hops += 1;
            assert!(hops < 8, "redirects in a circle at {}", page.path);
            let to = page.location().expect("a redirect leads somewhere").to_owned();
            assert!(to.starts_with('/'), "a redirect of ours stays here: {to}");
            page = self.get(&to, "same-origin").await;
        }
        self.page = Some(page);
        self.page()
    }

    fn headers(&self, site: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, value(&self.user_agent));
        if !self.speaks.is_empty() {
            headers.insert(ACCEPT_LANGUAGE, value(&self.speaks));
        }
        if self.tells_origin {
            headers.insert("sec-fetch-site", value(site));
            headers.insert("sec-fetch-mode", value("navigate"));
            headers.insert("sec-fetch-dest", value("document"));
        }
        if let Some(address) = &self.address {
            headers.insert("x-forwarded-for", value(address));
        }
        if let Some(cookies) = self.jar.header() {
            headers.insert(COOKIE, value(&cookies));
        }
        headers
    }
}

fn client() -> Client {
    Client::builder().redirect(Policy::none()).no_proxy().build().expect("an HTTP client")
}

/// Fields as a form's body.
pub fn encode(fields: &[(String, String)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("a header value")
}
