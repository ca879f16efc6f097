//! Where a sign-in may lead: a path of ours and nothing else.
//! The value comes from a link that anybody can write.

/// Bytes of the longest path that is followed.
pub const LONGEST: usize = 512;

/// The path, if it is one of ours: begins with one slash, holds nothing that a browser would read as another site.
#[must_use]
pub fn own_path(path: &str) -> Option<&str> {
    let before_query = path.split(['?', '#']).next().unwrap_or_default();
    let own = path.len() <= LONGEST
        && path.starts_with('/')
        && !before_query.contains("//")
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    own.then_some(path)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_sign_in_leads_back_to_pages_of_ours() {
        for path in ["/", "/account", "/account/devices?lang=es", "/faq#stop", "/login?next=//evil.example", "/a%20b"] {
            assert_eq!(own_path(path), Some(path));
        }
    }

    #[test]
    fn a_sign_in_never_leads_to_another_site() {
        for path in [
            "",
            "account",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            " /account",
            "/account ",
            "/año",
            "/a//b",
            "/.//evil.example",
            "/a\0",
            "/a\r\nSet-Cookie: x",
        ] {
            assert_eq!(own_path(path), None, "{path:?}");
        }
        assert_eq!(own_path(&format!("/{}", "a".repeat(LONGEST))), None);
    }

    proptest! {
        #[test]
        fn a_browser_that_follows_an_accepted_path_stays_on_our_site(path in "[/\\\\a-z.:?#@\t\n%]{0,12}") {
            let ours = url::Url::parse("https://portal.example.org/login").unwrap();
            if let Some(path) = own_path(&path) {
                prop_assert_eq!(ours.join(path).unwrap().origin(), ours.origin());
            }
        }
    }
}
