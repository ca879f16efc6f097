//! Whether an accent can be read: WCAG 2.2 contrast, and the mix in `OKLab` that the stylesheet makes of it.

use super::table::Wrong;

/// WCAG 2.2 success criterion 1.4.6 (AAA), text of any size.
const LEAST: f64 = 7.0;
/// The stylesheet's `--ground`: the paper text stands on.
const GROUND: Colour = Colour([0xf6, 0xf3, 0xec]);
/// The stylesheet's `--card`, which `--tint` is mixed into.
const CARD: Colour = Colour([0xff, 0xff, 0xff]);
/// The stylesheet's `--tint`: `color-mix(in oklab, accent 8%, card)`.
const TINT: f64 = 0.08;

/// An sRGB colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Colour([u8; 3]);

impl Colour {
    /// `#rrggbb` alone: the value goes into a stylesheet.
    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        let mut channels = [0; 3];
        data_encoding::HEXLOWER_PERMISSIVE.decode_mut(digits.as_bytes(), &mut channels).ok()?;
        Some(Self(channels))
    }

    fn written(self) -> String {
        format!("#{}", data_encoding::HEXLOWER.encode(&self.0))
    }

    /// The channels in linear light (IEC 61966-2-1).
    fn linear(self) -> [f64; 3] {
        self.0.map(|channel| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        })
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=255 first")]
    fn from_linear(channels: [f64; 3]) -> Self {
        Self(channels.map(|value| {
            let value = if value <= 0.003_130_8 { value * 12.92 } else { 1.055 * value.powf(1.0 / 2.4) - 0.055 };
            (value * 255.0).round().clamp(0.0, 255.0) as u8
        }))
    }

    /// Relative luminance as WCAG defines it.
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.linear();
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// `share` of this colour, the rest `other`, mixed in `OKLab` as CSS does.
    fn mixed(self, share: f64, other: Self) -> Self {
        let (mine, theirs) = (oklab(self.linear()), oklab(other.linear()));
        Self::from_linear(from_oklab(std::array::from_fn(|at| share * mine[at] + (1.0 - share) * theirs[at])))
    }

    /// The worst contrast this accent has as text.
    fn as_accent(self) -> f64 {
        self.contrast(GROUND).min(self.contrast(self.mixed(TINT, CARD)))
    }
}

/// Björn Ottosson's matrices (<https://bottosson.github.io/posts/oklab/>), as CSS Color 4 uses them.
#[expect(clippy::unreadable_literal, reason = "as published")]
fn oklab([red, green, blue]: [f64; 3]) -> [f64; 3] {
    let long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue).cbrt();
    let medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue).cbrt();
    let short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue).cbrt();
    [
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    ]
}

#[expect(clippy::unreadable_literal, reason = "as published")]
fn from_oklab([light, a, b]: [f64; 3]) -> [f64; 3] {
    let long = (light + 0.3963377774 * a + 0.2158037573 * b).powi(3);
    let medium = (light - 0.1055613458 * a - 0.0638541728 * b).powi(3);
    let short = (light - 0.0894841775 * a - 1.2914855480 * b).powi(3);
    [
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    ]
}

/// Whether the accent is a colour that can be read; if not, the nearest darker shade that can.
pub(super) fn judge(accent: &str) -> Result<(), Wrong> {
    let Some(colour) = Colour::parse(accent) else {
        return Err(Wrong::new(
            format!("\"{accent}\" is not a colour"),
            "write # and six hexadecimal digits, such as #0b544f",
        ));
    };
    let contrast = colour.as_accent();
    if contrast >= LEAST {
        return Ok(());
    }
    let shade = (1..=100).map(|step| colour.mixed(1.0 - f64::from(step) / 100.0, Colour([0; 3])));
    let darker = shade.into_iter().find(|shade| shade.as_accent() >= LEAST).unwrap_or(Colour([0; 3]));
    Err(Wrong::new(
        format!("{accent} has a contrast of {contrast:.2}:1 on the paper or its own tint; text needs {LEAST}:1"),
        format!("take a darker shade, such as {}", darker.written()),
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn contrast_is_wcags() {
        assert!((Colour([0; 3]).contrast(CARD) - 21.0).abs() < 1e-9);
        // #767676 is the well-known lightest grey with 4.5:1 on white.
        assert!((Colour([0x76; 3]).contrast(CARD) - 4.54).abs() < 0.01);
    }

    #[test]
    fn the_tint_is_the_browsers() {
        // Worked out apart from this code, with the matrices over XYZ that CSS Color 4 gives.
        assert_eq!(Colour([0x0b, 0x54, 0x4f]).mixed(TINT, CARD), Colour([0xeb, 0xf0, 0xf0]));
        assert_eq!(Colour([0xd0, 0x10, 0x40]).mixed(TINT, CARD), Colour([0xff, 0xef, 0xef]));
    }

    #[test]
    fn the_default_accent_can_be_read() {
        assert_eq!(judge("#0b544f"), Ok(()));
    }

    #[test]
    fn a_pale_accent_is_refused_with_a_darker_shade_that_passes() {
        let wrong = judge("#3aa0ff").unwrap_err();
        let shade = wrong.mend.rsplit(' ').next().unwrap().to_owned();
        assert_eq!(judge(&shade), Ok(()), "{shade}");
    }

    #[test]
    fn only_six_hexadecimal_digits_are_a_colour() {
        for bad in ["", "#fff", "teal", "0b544f", "#0b544g", "#0b544f;", "rgb(0,0,0)", "#0b544ff", "#é0b54"] {
            assert!(judge(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_colour_passes_or_is_answered_with_one_that_does(channels: [u8; 3]) {
            if let Err(wrong) = judge(&Colour(channels).written()) {
                let shade = wrong.mend.rsplit(' ').next().unwrap().to_owned();
                prop_assert_eq!(judge(&shade), Ok(()));
            }
        }
    }
}
