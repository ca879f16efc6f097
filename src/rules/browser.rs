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

#[cfg(test)]
mod tests {
    use super::*;

    fn named(agent: &str) -> (&'static str, &'static str, bool) {
        let Browser { family, system, mobile } = Browser::read(Some(agent), None);
        (family, system, mobile)
    }

    #[test]
    fn the_browsers_patients_use_are_called_by_their_names() {
        for (agent, expected) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                ("Chrome", "Windows", false),
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                ("Edge", "Windows", false),
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
                ("Firefox", "Windows", false),
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
                ("Safari", "Mac", false),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
                ("Safari", "iPhone", true),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0.0.0 Mobile/15E148 Safari/604.1",
                ("Chrome", "iPhone", true),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/145.0 Mobile/15E148 Safari/605.1.15",
                ("Firefox", "iPhone", true),
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
                ("Chrome", "Android", true),
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
                ("Samsung Internet", "Android", true),
            ),
            ("Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0", ("Firefox", "Android", true)),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 OPR/124.0.0.0",
                ("Opera", "Linux", false),
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                ("Chrome", "ChromeOS", false),
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
                ("Internet Explorer", "Windows", false),
            ),
            ("curl/8.5.0", ("", "", false)),
            ("", ("", "", false)),
        ] {
            assert_eq!(named(agent), expected, "{agent}");
        }
        assert_eq!(Browser::read(None, None), Browser::default());
    }

    #[test]
    fn a_browser_is_stored_by_its_two_names() {
        assert_eq!(Browser { family: "Chrome", system: "Windows", mobile: false }.written(), "Chrome/Windows");
        assert_eq!(Browser::default().written(), "");
    }

    #[test]
    fn what_the_browser_says_of_itself_counts_before_its_name() {
        let phone = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36";
        assert!(!Browser::read(Some(phone), Some("?0")).mobile);
        assert!(Browser::read(None, Some("?1")).mobile);
        assert!(Browser::read(Some(phone), Some("yes")).mobile);
    }

    #[test]
    fn an_endless_name_is_cut_off_and_not_in_a_characters_middle() {
        assert_eq!(named(&format!("{}Chrome/1", "é".repeat(256))), ("", "", false));
        assert_eq!(named(&format!("a{}", "é".repeat(1000))), ("", "", false));
    }
}
