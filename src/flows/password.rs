//! The password step: reserve the try, hash outside of any transaction, settle it.
//! Until the password is right, nothing here depends on whether the account exists.

mod settle;

use std::time::Duration;

pub use settle::{Opening, Settled, hash_place, settle_right, settle_wrong, stored, take_back};

use super::{
    Caller, Closed, Ctx,
    known::{self, Cookies, Recognised},
    limits::Counter,
};
use crate::{
    rules::moment::{Moment, hours},
    store::{
        Conn, StoreError,
        patients::{self, Patient},
    },
};

/// The span of the limit on a network's failures.
const NETWORK_WINDOW: Duration = hours(1);

/// What a post to the password page brings.
#[derive(Clone, Debug)]
pub struct Try {
    /// Look-up hash of the folded username.
    pub username_key: Vec<u8>,
    pub caller: Caller,
    pub device_cookies: Cookies,
}

/// A try that was counted and may be hashed.
#[derive(Clone, Debug)]
pub struct Ticket {
    pub patient: Option<Patient>,
    /// What the device cookie says.
    browser: Recognised,
    /// The number of this try among the account's straight ones from browsers it does not know; 0 from a known one.
    account_count: u32,
    /// What this try closes if it is wrong, as the audit calls it.
    limit: Option<&'static str>,
}

impl Ticket {
    /// Whether the browser has a budget of its own.
    pub fn is_known(&self) -> bool {
        matches!(self.browser, Recognised::Known { .. })
    }
}

#[derive(Debug)]
pub enum Reserved {
    Go(Box<Ticket>),
    Closed(Closed),
    /// Too many failures from this network, until then.
    Network(Moment),
}

/// Counts a try before its password is looked at, unless a limit refuses it; a refused try is not counted.
pub fn reserve(conn: &mut Conn, ctx: &Ctx, with: &Try) -> Result<Reserved, StoreError> {
    let now = with.caller.now;
    let patient = patients::by_username(conn, &with.username_key)?;
    let browser = match &patient {
        Some(patient) => known::recognise(conn, ctx, patient, &with.device_cookies, now)?,
        None => Recognised::Stranger,
    };
    if let Recognised::Known { device, .. } = &browser {
        let counter = Counter::known_browser(ctx, device.id);
        if let Some(closed) = counter.closed(conn, now)? {
            return Ok(Reserved::Closed(closed));
        }
        let limit = counter.count(conn, now)?.outcome();
        return Ok(Reserved::Go(Box::new(Ticket { patient, browser, account_count: 0, limit })));
    }
    let counters = Strangers::new(ctx, with);
    for counter in [&counters.account, &counters.pair] {
        if let Some(closed) = counter.closed(conn, now)? {
            return Ok(Reserved::Closed(closed));
        }
    }
    let most = ctx.settings.limits.network_failures_per_hour;
    if let Some(until) = counters.network.closed_in_window(conn, now, NETWORK_WINDOW, most)? {
        return Ok(Reserved::Network(until));
    }
    let pair = counters.pair.count(conn, now)?;
    counters.network.count_in_window(conn, now, NETWORK_WINDOW)?;
    let account = counters.account.count(conn, now)?;
    let limit = account.outcome().or(pair.outcome());
    Ok(Reserved::Go(Box::new(Ticket { patient, browser, account_count: account.number, limit })))
}

/// The three counters of browsers an account does not know.
struct Strangers {
    pair: Counter,
    account: Counter,
    network: Counter,
}

impl Strangers {
    fn new(ctx: &Ctx, with: &Try) -> Self {
        Self {
            pair: Counter::account_and_network(ctx, &with.username_key, &with.caller.network_key),
            account: Counter::account(ctx, &with.username_key),
            network: Counter::network(ctx, &with.caller.network_key),
        }
    }
}
