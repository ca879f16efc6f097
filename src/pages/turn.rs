//! What every handler starts from: who asks, when, and the page's context made for them.
//! One request has one moment; everything on its page is told by it.

use std::{collections::HashMap, future::Future, net::IpAddr, pin::Pin};

use actix_web::{
    Error, FromRequest, HttpRequest, HttpResponse,
    cookie::Cookie,
    dev::Payload,
    http::{StatusCode, header},
    web::Data,
};
use askama::Template;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    flows::{Caller, known::DeviceCookie},
    keys::Lookup,
    rules::{browser::Browser, moment::Moment, network::Network},
    web::{
        App, Failure, Visitor, cookies,
        forms::Family,
        page::{Door, Page, Said, Switch},
        tokens::{self, Binding},
    },
    words::{Voice, When},
};

/// One request as a handler sees it.
#[derive(Clone)]
pub struct Turn {
    pub app: Data<App>,
    pub req: HttpRequest,
    pub visitor: Visitor,
    pub now: Moment,
}

impl FromRequest for Turn {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            let (Some(app), Some(visitor)) = (req.app_data::<Data<App>>().cloned(), Visitor::of(&req)) else {
                return Err(Failure::broken(&"a page outside of the shell").into());
            };
            let now = app.clock.now();
            Ok(Self { app, req, visitor, now })
        })
    }
}

impl Turn {
    /// These words in the visitor's language.
    pub fn voice(&self) -> Voice {
        self.app.words.voice(self.visitor.language())
    }

    pub fn when(&self, at: Moment) -> When {
        self.app.words.when(self.visitor.language(), at, self.now)
    }

    /// When something opens.
    pub fn opening(&self, at: Moment) -> When {
        self.app.words.opening(self.visitor.language(), at, self.now)
    }

    /// A page without a form of its own.
    pub fn page(&self, door: Door) -> Page {
        let mut page = Page::new(self.voice(), self.app.look.clone());
        page.door = door;
        page.switch = Switch::Link(self.visitor.path().to_owned());
        page
    }

    /// A page with a stranger's form; `main` is the id of what its main button says.
    pub fn stranger_page(&self, door: Door, main: &'static str) -> Page {
        let mut page = self.page(door);
        page.form_token = tokens::stranger(&self.app, &self.visitor);
        page.switch = Switch::Button { main };
        page
    }

    /// A page whose forms are tied to a session.
    pub fn session_page<F: Family>(&self, door: Door, session_key: &[u8]) -> Page {
        let mut page = self.page(door);
        let binding: Binding = tokens::binding(session_key).unwrap_or_default();
        page.form_token = tokens::make(&self.app.keys, F::NAME, &binding);
        page
    }

    /// Who is asking, for the audit and the limits.
    pub fn caller(&self) -> Caller {
        let address = self.visitor.address();
        let browser = self.browser();
        Caller {
            now: self.now,
            address: address.to_string(),
            network_key: self.network_key(address),
            browser: browser.written(),
            mobile: browser.mobile,
            language: self.visitor.explicit(),
        }
    }

    fn network_key(&self, address: IpAddr) -> Vec<u8> {
        self.app.keys.lookup(Lookup::Network, &[Network::of(address).bytes()])
    }

    pub fn browser(&self) -> Browser {
        let header = |name: &str| self.req.headers().get(name).and_then(|value| value.to_str().ok());
        Browser::read(header(header::USER_AGENT.as_str()), header("sec-ch-ua-mobile"))
    }

    /// The device cookies that came along, by name.
    pub fn device_cookies(&self) -> HashMap<String, SecretString> {
        let Ok(cookies) = self.req.cookies() else { return HashMap::new() };
        cookies
            .iter()
            .filter(|cookie| cookie.name().starts_with(cookies::DEVICE_PREFIX))
            .map(|cookie| (cookie.name().to_owned(), SecretString::from(cookie.value())))
            .collect()
    }

    /// The cookie by which a browser is known from now on.
    pub fn device_cookie(&self, device: &DeviceCookie) -> Cookie<'static> {
        let seconds = i64::try_from(device.ends_at.since(self.now).as_secs()).unwrap_or(i64::MAX);
        let name = device.name.strip_prefix(cookies::DEVICE_PREFIX).unwrap_or(&device.name);
        cookies::device(name, device.token.expose_secret(), seconds)
    }

    /// What happened on the way here, as `?said=` tells it.
    pub fn said(&self) -> Option<Said> {
        self.query("said").as_deref().and_then(Said::parse)
    }

    /// A value of the query; empty and doubled ones count as none.
    pub fn query(&self, name: &str) -> Option<String> {
        let mut values = url::form_urlencoded::parse(self.req.query_string().as_bytes()).filter(|(key, _)| key == name);
        match (values.next(), values.next()) {
            (Some((_, value)), None) if !value.is_empty() => Some(value.into_owned()),
            _ => None,
        }
    }
}

/// Renders a page with its status.
pub fn draw(status: StatusCode, page: &impl Template) -> Result<HttpResponse, Failure> {
    let html = page.render().map_err(|error| Failure::broken(&error))?;
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html))
}

/// A refusal that a clock ends: says in seconds when to come back.
pub fn retry_after(response: &mut HttpResponse, now: Moment, until: Moment) {
    let seconds = until.since(now).as_millis().div_ceil(1000).max(1).to_string();
    if let Ok(value) = header::HeaderValue::from_str(&seconds) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
}
