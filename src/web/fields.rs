//! Taking apart an `application/x-www-form-urlencoded` body, strictly: what is odd is refused, never repaired.
//! Values are wiped when dropped, for passwords pass through here.

use zeroize::Zeroizing;

/// More fields than any page has.
const MOST: usize = 64;

pub type Field = (String, Zeroizing<String>);

/// The fields of a body in their order.
///
/// Refused, with the reason: a broken percent sign, text that is not UTF-8, NUL, a name that comes twice, too many.
pub fn parse(body: &[u8]) -> Result<Vec<Field>, &'static str> {
    let mut fields: Vec<Field> = Vec::new();
    for pair in body.split(|b| *b == b'&').filter(|pair| !pair.is_empty()) {
        let mut halves = pair.splitn(2, |b| *b == b'=');
        let name = decode(halves.next().unwrap_or_default())?;
        let value = decode(halves.next().unwrap_or_default())?;
        if fields.iter().any(|(seen, _)| *seen == *name) {
            return Err("doubled field");
        }
        if fields.len() == MOST {
            return Err("too many fields");
        }
        fields.push((name.as_str().to_owned(), value));
    }
    Ok(fields)
}

/// The token of a body that may be odd elsewhere: the one field of that name, if there is exactly one.
pub fn token(body: &[u8], name: &[u8]) -> Option<Zeroizing<String>> {
    let mut values = body.split(|b| *b == b'&').filter_map(|pair| pair.strip_prefix(name)?.strip_prefix(b"="));
    match (values.next(), values.next()) {
        (Some(value), None) => decode(value).ok(),
        _ => None,
    }
}

fn decode(bytes: &[u8]) -> Result<Zeroizing<String>, &'static str> {
    let mut out = Zeroizing::new(Vec::with_capacity(bytes.len()));
    let mut rest = bytes;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        out.push(match first {
            b'+' => b' ',
            b'%' => {
                let (&[high, low], after) = rest.split_first_chunk::<2>().ok_or("broken percent sign")?;
                rest = after;
                hex(high).zip(hex(low)).map(|(high, low)| high << 4 | low).ok_or("broken percent sign")?
            }
            other => other,
        });
    }
    if out.contains(&0) {
        return Err("NUL");
    }
    let text = std::str::from_utf8(&out).map_err(|_| "not UTF-8")?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pairs(body: &[u8]) -> Result<Vec<(String, String)>, &'static str> {
        Ok(parse(body)?.into_iter().map(|(name, value)| (name, value.as_str().to_owned())).collect())
    }

    #[test]
    fn fields_are_read_as_browsers_write_them() {
        let read = pairs("username=mar%C3%ADa+l&password=a%2Bb%26c%3D&empty=&bare&&token=x".as_bytes()).unwrap();
        let expected = [("username", "maría l"), ("password", "a+b&c="), ("empty", ""), ("bare", ""), ("token", "x")];
        assert_eq!(read, expected.map(|(n, v)| (n.to_owned(), v.to_owned())));
        assert_eq!(pairs("código=ｆ".as_bytes()).unwrap(), [("código".to_owned(), "ｆ".to_owned())]);
    }

    #[test]
    fn what_is_odd_is_refused() {
        for (body, reason) in [
            (b"a=1&a=2".as_slice(), "doubled field"),
            (b"a=1&%61=2", "doubled field"),
            (b"a=%00", "NUL"),
            (b"a=\0", "NUL"),
            (b"a%00=1", "NUL"),
            (b"a=%ff", "not UTF-8"),
            (b"a=\xff", "not UTF-8"),
            (b"a=%C3", "not UTF-8"),
            (b"a=%", "broken percent sign"),
            (b"a=%4", "broken percent sign"),
            (b"a=%zz", "broken percent sign"),
            (b"a=%+1", "broken percent sign"),
        ] {
            assert_eq!(parse(body).unwrap_err(), reason, "{}", String::from_utf8_lossy(body));
        }
        let many = (0..=MOST).map(|n| format!("f{n}=")).collect::<Vec<_>>().join("&");
        assert_eq!(parse(many.as_bytes()).unwrap_err(), "too many fields");
    }

    #[test]
    fn a_token_is_found_in_an_odd_body_but_never_chosen_among_two() {
        assert_eq!(token(b"a=%00&token=x%2D", b"token").unwrap().as_str(), "x-");
        assert!(token(b"token=x&token=x", b"token").is_none());
        assert!(token(b"a=token", b"token").is_none());
    }

    proptest! {
        #[test]
        fn what_was_encoded_comes_back(values in proptest::collection::vec("[^\0]{0,20}", 0..8)) {
            let mut body = url::form_urlencoded::Serializer::new(String::new());
            for (n, value) in values.iter().enumerate() {
                body.append_pair(&format!("f{n}"), value);
            }
            let read = pairs(body.finish().as_bytes()).unwrap();
            prop_assert_eq!(read.into_iter().map(|(_, value)| value).collect::<Vec<_>>(), values);
        }

        #[test]
        fn no_body_panics(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&body);
            let _ = token(&body, b"token");
        }
    }
}
