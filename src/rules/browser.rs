//! The browser's name as its owner would say it: "Chrome" on "Windows", and whether it is a phone's.
//! From headers that anybody can write: for display and for the days of "skip", nothing else.

/// Empty where unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Browser {
    pub family: &'static str,
    pub system: &'static str,
    pub mobile: bool,
}

/// Most pretend to be those further down, so that the first match is the true one.
const FAMILIES: &[(&str, &str)] = &[
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edge/", "Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("Opera", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("Ddg/", "DuckDuckGo"),
    ("Vivaldi/", "Vivaldi"),
    ("YaBrowser/", "Yandex"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Chromium/", "Chrome"),
    ("Trident/", "Internet Explorer"),
    ("MSIE ", "Internet Explorer"),
    ("Safari/", "Safari"),
    ("AppleWebKit/", "Safari"),
];

const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("iPod", "iPod"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
    ("X11", "Linux"),
];

/// What is looked at of a User-Agent, in bytes: none that means it is longer.
const MOST_READ: usize = 512;

impl Browser {
    /// From the headers `User-Agent` and `Sec-CH-UA-Mobile`; the latter, when it is `?1` or `?0`, decides on `mobile`.
    #[must_use]
    pub fn read(user_agent: Option<&str>, mobile_hint: Option<&str>) -> Self {
        let agent = user_agent.unwrap_or_default();
        let agent = &agent[..agent.floor_char_boundary(MOST_READ)];
        let named = |list: &[(&str, &'static str)]| {
            list.iter().find(|(mark, _)| agent.contains(mark)).map_or("", |&(_, name)| name)
        };
        let mobile = match mobile_hint.map(str::trim) {
            Some("?1") => true,
            Some("?0") => false,
            // The one word every phone's browser has, and no computer's.
            _ => agent.contains("Mobi"),
        };
        Self { family: named(FAMILIES), system: named(SYSTEMS), mobile }
    }

    /// The form it is stored in, the same in every language: `Chrome/Windows`; empty where nothing is known.
    #[must_use]
    pub fn written(&self) -> String {
        if self.family.is_empty() && self.system.is_empty() {
            return String::new();
        }
        format!("{}/{}", self.family, self.system)
    }
}
