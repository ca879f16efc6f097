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
