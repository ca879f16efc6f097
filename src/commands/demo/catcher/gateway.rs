//! The text half of the catcher: Twilio's one call, and the receipts that Twilio sends back.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    http::header,
    web::{self, Data, Path},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::{
    outside::{
        caught::{Caught, Tray},
        texts::signature,
        tls,
    },
    rules::{moment::Clock, names::Channel},
};

/// Longest wait for the taker of a receipt.
const RECEIPT: Duration = Duration::from_secs(5);

pub(super) struct Account {
    pub sid: String,
    pub token: SecretString,
}

struct Gateway {
    account: Account,
    tray: Tray,
    clock: Clock,
    client: reqwest::Client,
}

/// Serves on a free loopback port until the process ends.
pub(super) fn serve(account: Account, tray: Tray, clock: Clock) -> io::Result<SocketAddr> {
    let tls = tls::client("texts.api_url", None).map_err(io::Error::other)?;
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .timeout(RECEIPT)
        .build()
        .map_err(io::Error::other)?;
    let gateway = Data::from(Arc::new(Gateway { account, tray, clock, client }));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(gateway.clone())
            .route("/2010-04-01/Accounts/{account}.json", web::get().to(account_page))
            .route("/2010-04-01/Accounts/{account}/Messages.json", web::post().to(take))
    })
    .workers(1)
    .disable_signals()
    .bind("127.0.0.1:0")?;
    let address = server.addrs().first().copied().ok_or_else(|| io::Error::other("no address"))?;
    tokio::spawn(server.run());
    Ok(address)
}

async fn account_page(request: HttpRequest, sid: Path<String>, gateway: Data<Gateway>) -> HttpResponse {
    if gateway.knows(&request, &sid) { HttpResponse::Ok().json(json!({ "status": "active" })) } else { stranger() }
}

/// Takes a text, answers as Twilio does and sends the receipts a moment later.
async fn take(
    request: HttpRequest,
    sid: Path<String>,
    gateway: Data<Gateway>,
    form: web::Form<Vec<(String, String)>>,
) -> HttpResponse {
    if !gateway.knows(&request, &sid) {
        return stranger();
    }
    let field = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let (Some(to), Some(text)) = (field("To"), field("Body").filter(|body| !body.is_empty())) else {
        return HttpResponse::BadRequest()
            .json(json!({ "code": 21602, "message": "Message body is required", "status": 400 }));
    };
    let id = gateway.tray.put(Caught {
        id: 0,
        at: gateway.clock.now(),
        channel: Channel::Text,
        to: to.clone(),
        subject: String::new(),
        text,
        html: String::new(),
    });
    let message_sid = format!("SMdemo{id}");
    if let Some(callback) = field("StatusCallback") {
        let from = field("From").unwrap_or_default();
        tokio::spawn(receipts(gateway.into_inner(), callback, message_sid.clone(), to, from));
    }
    HttpResponse::Created().json(json!({ "sid": message_sid, "status": "queued", "error_code": null }))
}

fn stranger() -> HttpResponse {
    HttpResponse::Unauthorized().json(json!({ "code": 20003, "message": "Authenticate", "status": 401 }))
}

/// Tells whoever sent the text that it was sent and then that the phone has it, signed as Twilio signs.
async fn receipts(gateway: Arc<Gateway>, callback: String, message_sid: String, to: String, from: String) {
    for status in ["sent", "delivered"] {
        let form: Vec<(String, String)> = [
            ("AccountSid", gateway.account.sid.as_str()),
            ("From", &from),
            ("MessageSid", &message_sid),
            ("MessageStatus", status),
            ("To", &to),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let signed = signature(&gateway.account.token, &callback, &form);
        let request = gateway.client.post(&callback).header("X-Twilio-Signature", signed).form(&form);
        if let Err(error) = request.send().await {
            tracing::debug!(%error, "a receipt was not taken");
        }
    }
}

impl Gateway {
    /// Whether the request's basic authentication is that of our one account.
    fn knows(&self, request: &HttpRequest, sid: &str) -> bool {
        let expected = STANDARD.encode(format!("{}:{}", self.account.sid, self.account.token.expose_secret()));
        let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        sid == self.account.sid && given.and_then(|given| given.strip_prefix("Basic ")) == Some(expected.as_str())
    }
}
