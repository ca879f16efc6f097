//! `/metrics`, as Prometheus reads it. Names begin with `vestibule_`; nothing in it tells one patient from another.
//! The rooms count with the `metrics` macros where things happen; this is where they are gathered.

use std::{sync::OnceLock, time::Duration};

use actix_web::{HttpResponse, rt, web::Data};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::{ops::health::Readiness, web::App};

/// Seconds. A page takes under 1 ms, a hash about 12 ms, a queue of 64 hashes on one core 0.8 s.
const BUCKETS: &[f64] = &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// How often samples are folded into their buckets when nobody scrapes.
const UPKEEP: Duration = Duration::from_secs(5);

/// The process's one recorder; installed at the first call, within a running server.
pub fn recorder() -> PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER.get_or_init(install).clone()
}

fn install() -> PrometheusHandle {
    let builder = PrometheusBuilder::new();
    let builder = match builder.set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), BUCKETS) {
        Ok(builder) => builder,
        Err(_) => PrometheusBuilder::new(),
    };
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::warn!("another metrics recorder is installed; /metrics stays empty");
    }
    describe();
    handle
}

fn describe() {
    metrics::describe_counter!("vestibule_requests_total", "Requests answered, by path pattern and status.");
    metrics::describe_histogram!("vestibule_request_seconds", "Time to answer a request, by path pattern.");
    metrics::describe_counter!("vestibule_panics_total", "Requests that ended in a panic.");
    metrics::describe_counter!(
        "vestibule_forwarded_from_untrusted_total",
        "Requests with X-Forwarded-For from a peer not in trusted_proxies: a proxy nobody set, or somebody pretending."
    );
    metrics::describe_counter!("vestibule_messages_total", "Messages that reached an end, by channel and state.");
    metrics::describe_counter!("vestibule_message_retries_total", "Deliveries that will be tried again, by channel.");
    metrics::describe_histogram!(
        "vestibule_message_seconds",
        "Time from asking for a message to handing it over, by channel."
    );
    metrics::describe_gauge!("vestibule_oldest_unsent_seconds", "Age of the oldest message that waits to be sent.");
    metrics::describe_gauge!("vestibule_ready", "1 when the database answers and its schema fits.");
    metrics::counter!("vestibule_forwarded_from_untrusted_total").absolute(0);
}

/// Keeps the samples small between scrapes. Runs as long as the server's runtime.
pub fn upkeep(handle: PrometheusHandle) {
    rt::spawn(async move {
        let mut every = tokio::time::interval(UPKEEP);
        loop {
            every.tick().await;
            handle.run_upkeep();
        }
    });
}

#[expect(clippy::cast_precision_loss, reason = "an age in seconds is far below 2^52")]
pub async fn show(app: Data<App>, handle: Data<PrometheusHandle>) -> HttpResponse {
    let readiness = Readiness::ask(&app.store, app.clock.now()).await;
    metrics::gauge!("vestibule_ready").set(f64::from(u8::from(readiness.is_ready())));
    if let Some(seconds) = readiness.oldest_unsent_seconds() {
        metrics::gauge!("vestibule_oldest_unsent_seconds").set(seconds as f64);
    }
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(handle.render())
}
