//! `/webhooks/texts`: what the text provider posts, delivery receipts and STOP, START and HELP.
//! Its signature over our public address stands in for the checks of a form; nothing else is believed.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Payload, ServiceConfig},
};

use crate::{
    outbox::receipts,
    outside::texts::signature_fits,
    web::{App, Failure, Refusal, Visitor, fields, forms, route::action},
};

/// Where the provider posts; `StatusCallback` of every text names it.
pub const PATH: &str = "/webhooks/texts";

/// `TwiML` for "nothing to say": the provider answers STOP, START and HELP itself.
const NO_ANSWER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>";

pub fn configure(routes: &mut ServiceConfig) {
    routes.service(action(PATH, receive, "/"));
}

async fn receive(
    app: Data<App>,
    visitor: Visitor,
    req: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let Some(token) = &app.texts_token else { return Err(Failure::NotFound) };
    let body = forms::body(req.headers(), payload.into_inner()).await?;
    let params: Vec<(String, String)> = fields::parse(&body)
        .map_err(Failure::BadRequest)?
        .into_iter()
        .map(|(name, value)| (name, value.as_str().to_owned()))
        .collect();
    let given = req.headers().get("x-twilio-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let url = format!("{}{PATH}", app.settings.origin());
    if !signature_fits(token, &url, &params, given) {
        tracing::warn!(address = %visitor.address(), "a text webhook with a wrong signature; is public_url what the provider calls?");
        return Err(Failure::Refused(Refusal::Token));
    }
    let (ctx, now, address) = (app.ctx.clone(), app.clock.now(), visitor.address().to_string());
    let told = app.store.write(move |conn| receipts::receive(conn, &ctx, &params, now, &address)).await?;
    tracing::debug!(?told, "text webhook");
    Ok(HttpResponse::build(StatusCode::OK).content_type("text/xml; charset=utf-8").body(NO_ANSWER))
}
