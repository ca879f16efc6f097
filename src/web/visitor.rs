//! What a request says about who sent it, read once before anything else looks at it.
//! The same value is in every page's context, in error pages, and in what is added to the answer.

use std::{
    cell::{Cell, RefCell},
    net::IpAddr,
    rc::Rc,
};

use actix_web::{
    FromRequest, HttpMessage as _, HttpRequest,
    cookie::Cookie,
    dev::{Payload, ServiceRequest},
    error::ErrorInternalServerError,
    http::header,
};
use futures_util::future::{Ready, ready};
use secrecy::ExposeSecret as _;

use crate::{
    keys,
    rules::names::Language,
    web::{App, cookies, tokens},
    words,
};

/// A cheap handle; clones share what was chosen.
#[derive(Clone)]
pub struct Visitor(Rc<Seen>);

struct Seen {
    address: IpAddr,
    path: String,
    /// Whether any cookie of ours came along.
    cookies: bool,
    /// From `Accept-Language`.
    preferred: Language,
    /// The latest explicit choice in this browser.
    explicit: Cell<Option<Language>>,
    /// What the patient's row says, once the password was right.
    saved: Cell<Option<Language>>,
    /// Whether the choice was made in this very request.
    chosen: Cell<bool>,
    form: RefCell<Option<String>>,
    /// Whether the form cookie was made in this very request.
    fresh: Cell<bool>,
}

impl Visitor {
    /// Reads a request whose cookies went through [`cookies::keep_own`].
    pub fn read(app: &App, req: &ServiceRequest) -> Self {
        let headers = req.headers();
        let accepts = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Self(Rc::new(Seen {
            address: app.proxies.client(req.peer_addr(), headers),
            path: req.path().to_owned(),
            cookies: headers.contains_key(header::COOKIE),
            preferred: words::pick(None, None, accepts),
            explicit: Cell::new(cookies::value(headers, cookies::LANG).and_then(Language::parse)),
            saved: Cell::new(None),
            chosen: Cell::new(false),
            form: RefCell::new(
                cookies::value(headers, cookies::FORM).filter(|value| tokens::is_token(value)).map(ToOwned::to_owned),
            ),
            fresh: Cell::new(false),
        }))
    }

    /// The visitor of a request that came through [`crate::web::shell::shell`].
    pub fn of(req: &HttpRequest) -> Option<Self> {
        req.extensions().get::<Self>().cloned()
    }

    pub fn address(&self) -> IpAddr {
        self.0.address
    }

    /// The request's path, without its query.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    pub fn has_cookies(&self) -> bool {
        self.0.cookies
    }

    /// The language of this answer: the latest explicit choice, else the saved one, else what the browser prefers.
    pub fn language(&self) -> Language {
        self.0.explicit.get().or(self.0.saved.get()).unwrap_or(self.0.preferred)
    }

    /// What was chosen in this browser by link or button, now or before.
    pub fn explicit(&self) -> Option<Language> {
        self.0.explicit.get()
    }

    /// Whether the choice was made in this very request.
    pub fn chose_now(&self) -> bool {
        self.0.chosen.get()
    }

    /// An explicit choice: this answer is in that language and sets the cookie.
    pub fn choose(&self, language: Language) {
        self.0.explicit.set(Some(language));
        self.0.chosen.set(true);
    }

    /// The patient's saved language; only once the password was right.
    pub fn saved(&self, language: Language) {
        self.0.saved.set(Some(language));
    }

    /// The value of the form cookie that came along.
    pub fn form_cookie(&self) -> Option<String> {
        self.0.form.borrow().clone()
    }

    /// The form cookie's value; made now where none came along, and then set by the answer.
    pub fn form_cookie_or_new(&self) -> String {
        self.0
            .form
            .borrow_mut()
            .get_or_insert_with(|| {
                self.0.fresh.set(true);
                keys::random_token().expose_secret().to_owned()
            })
            .clone()
    }

    /// The cookies this answer sets on its visitor's behalf.
    pub fn cookies_to_set(&self) -> Vec<Cookie<'static>> {
        let mut set = Vec::new();
        if let (true, Some(language)) = (self.0.chosen.get(), self.0.explicit.get()) {
            set.push(cookies::language(language));
        }
        if let (true, Some(value)) = (self.0.fresh.get(), self.0.form.borrow().as_deref()) {
            set.push(cookies::form(value));
        }
        set
    }
}

impl FromRequest for Visitor {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(req).ok_or_else(|| ErrorInternalServerError("request came past the shell")))
    }
}
