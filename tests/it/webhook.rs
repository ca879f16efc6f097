//! `/webhooks/texts`: delivery receipts and STOP/START as Twilio posts them (rule 4).
//! Signed here by the published recipe, over `public_url`, path and sorted parameters.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use crate::world::{
    browser::encode,
    house::{AUTH_TOKEN, House, on_both},
    page::Page,
    people::TESS,
};

fn signature(url: &str, fields: &[(String, String)]) -> String {
    let mut sorted = fields.to_vec();
    sorted.sort();
    let signed = sorted.iter().fold(url.to_owned(), |text, (name, value)| text + name + value);
    let mut mac = Hmac::<Sha1>::new_from_slice(AUTH_TOKEN.as_bytes()).expect("any length");
    mac.update(signed.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

async fn gateway_posts(house: &House, fields: &[(&str, &str)]) -> Page {
    let fields: Vec<(String, String)> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let signature = signature(&format!("{}/webhooks/texts", house.origin), &fields);
    let headers =
        [("x-twilio-signature", signature.as_str()), ("origin", ""), ("sec-fetch-site", ""), ("sec-fetch-mode", "")];
    house.browser().post_raw("/webhooks/texts", encode(&fields), &headers).await
}

async fn texts(house: &House, body: &str, sid: &str) -> u16 {
    gateway_posts(house, &[("From", TESS.phone), ("To", "+12125550100"), ("Body", body), ("MessageSid", sid)])
        .await
        .status
}

async fn can_be_texted(house: &House) -> bool {
    let mut browser = house.browser();
    browser.knocks(&TESS).await;
    browser.page().has("[name=channel][value=text]")
}

#[actix_web::test]
async fn stop_and_start_are_understood_in_both_languages() {
    on_both(async |house: &House| {
        let mut number = 0;
        for (stop, start) in [("STOP", "START"), ("alto", "Start"), (" Parar ", "UNSTOP"), ("BASTA", "start")] {
            for (word, expected) in [(stop, false), (start, true)] {
                number += 1;
                let status = texts(house, word, &format!("SM{number}")).await;
                assert!((200..300).contains(&status), "{word}: {status}");
                assert_eq!(can_be_texted(house).await, expected, "{word}");
            }
        }
        texts(house, "please do not stop", "SM900").await;
        assert!(can_be_texted(house).await, "the whole body decides");
    })
    .await;
}

#[actix_web::test]
async fn a_stop_counts_once() {
    on_both(async |house: &House| {
        texts(house, "STOP", "SM1").await;
        texts(house, "START", "SM2").await;
        texts(house, "STOP", "SM1").await;
        assert!(can_be_texted(house).await, "a replay of the first message");
        let fields = [
            ("From", TESS.phone),
            ("To", "+12125550100"),
            ("Body", "whatever"),
            ("OptOutType", "STOP"),
            ("MessageSid", "SM3"),
        ];
        gateway_posts(house, &fields).await;
        assert!(!can_be_texted(house).await, "OptOutType decides where it is given");
    })
    .await;
}

#[actix_web::test]
async fn an_unsigned_or_wrongly_signed_post_changes_nothing() {
    on_both(async |house: &House| {
        let body = encode(&[
            ("From".to_owned(), TESS.phone.to_owned()),
            ("Body".to_owned(), "STOP".to_owned()),
            ("MessageSid".to_owned(), "SM1".to_owned()),
        ]);
        for signature in ["", "bm9wZQ==", "not base64"] {
            let page =
                house.browser().post_raw("/webhooks/texts", body.clone(), &[("x-twilio-signature", signature)]).await;
            assert_eq!(page.status, 403, "{signature}");
        }
        assert!(can_be_texted(house).await);
    })
    .await;
}

#[actix_web::test]
async fn a_receipt_moves_a_delivery_forward_and_never_back() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        browser.knocks(&TESS).await;
        browser.asks_for_code("text").await;
        let sid = house.gateway.text_to(TESS.phone).await.sid;
        house.settles().await;
        let state = |wanted: &str| house.database.count(&format!("outbox WHERE state = '{wanted}'"));
        assert_eq!(state("handed-over"), 1);
        for (status, expected) in
            [("sent", "handed-over"), ("delivered", "delivered"), ("sent", "delivered"), ("undelivered", "delivered")]
        {
            let fields =
                [("MessageSid", sid.as_str()), ("MessageStatus", status), ("To", TESS.phone), ("From", "+12125550100")];
            let page = gateway_posts(house, &fields).await;
            assert!((200..300).contains(&page.status), "{status}: {}", page.status);
            assert_eq!(state(expected), 1, "after {status}");
        }
    })
    .await;
}
