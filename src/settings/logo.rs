//! The clinic's mark: a small safe subset of SVG, checked, cleaned and written anew for the page.
//! What is not known to be harmless is refused; nothing of the file reaches a page unseen.

use std::{fmt::Write, path::Path};

use roxmltree::{Attribute, Document, Node};

use super::{Finding, table::Wrong};

/// The whole first visit has 14 600 bytes; a mark may take this much of it before compression.
const MOST_BYTES: usize = 4 * 1024;
/// Groups within groups: a drawing has a handful.
const MOST_DEPTH: usize = 16;

const SVG: &str = "http://www.w3.org/2000/svg";
const SHAPES: &[&str] = &["path", "rect", "circle", "ellipse", "line", "polyline", "polygon"];
/// How a shape is painted. On the root they move to a group, for the stylesheet paints `svg` itself.
const PAINT: &[&str] = &[
    "fill",
    "fill-opacity",
    "fill-rule",
    "stroke",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "stroke-opacity",
    "stroke-width",
    "opacity",
    "transform",
];
/// Where a shape is.
const PLACE: &[&str] =
    &["d", "points", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "cx", "cy", "r", "rx", "ry", "pathLength"];
/// What drawing programs leave behind and no page needs.
const DROPPED: &[&str] = &["id", "version", "baseProfile", "enable-background"];

/// The mark as markup for a page, or what is wrong with the file.
pub(super) fn read(key: &str, path: &Path) -> Result<String, Finding> {
    let shown = path.display();
    let of = |wrong: Wrong| Finding::new(key, format!("{shown} {}", wrong.problem), wrong.mend);
    let cannot = |why: std::io::Error| {
        of(Wrong::new(format!("cannot be read: {why}"), "name an SVG file that exists, or leave it empty"))
    };
    let facts = std::fs::metadata(path).map_err(cannot)?;
    if facts.len() > MOST_BYTES as u64 {
        return Err(of(too_large(facts.len())));
    }
    let bytes = std::fs::read(path).map_err(cannot)?;
    let text = String::from_utf8(bytes).map_err(|_| of(Wrong::new("is not UTF-8 text", "save it as plain SVG")))?;
    clean(&text).map_err(of)
}

fn too_large(bytes: u64) -> Wrong {
    let mend = "simplify the drawing; a mark of a few shapes has a few hundred bytes";
    Wrong::new(format!("has {bytes} bytes; {MOST_BYTES} is the most"), mend)
}

fn clean(text: &str) -> Result<String, Wrong> {
    if text.len() > MOST_BYTES {
        return Err(too_large(text.len() as u64));
    }
    // A document type could name entities, files and addresses: roxmltree refuses it.
    let document =
        Document::parse(text).map_err(|why| Wrong::new(format!("is not plain SVG ({why})"), "save it as plain SVG"))?;
    let root = document.root_element();
    if !is_svg(&root) || root.tag_name().name() != "svg" {
        return Err(Wrong::new("does not begin with <svg>", "save it as plain SVG"));
    }
    let mut out = format!("<svg viewBox=\"{}\" aria-hidden=\"true\">", view_box(&root)?);
    // The stylesheet's own rule for svg draws outlines; a mark is painted as SVG paints, in the colour of the text.
    let mut paint = String::new();
    for (name, unless) in [("fill", "currentColor"), ("stroke", "none"), ("stroke-width", "1")] {
        if root.attribute(name).is_none() {
            write_attribute(&mut paint, name, unless);
        }
    }
    for attribute in root.attributes() {
        let name = attribute.name();
        if attribute.namespace().is_none() && matches!(name, "viewBox" | "width" | "height" | "preserveAspectRatio") {
            continue;
        }
        keep(&mut paint, &root, &attribute, PAINT)?;
    }
    out.push_str("<g");
    out.push_str(&paint);
    out.push('>');
    children(&mut out, root, 0)?;
    out.push_str("</g></svg>");
    Ok(out)
}

/// The root's `viewBox`; a drawing without one has its size instead.
fn view_box(root: &Node<'_, '_>) -> Result<String, Wrong> {
    let numbers: Vec<f64> = if let Some(given) = root.attribute("viewBox") {
        given.split([' ', ',', '\t', '\n']).filter(|part| !part.is_empty()).flat_map(str::parse).collect()
    } else {
        let side = |name| root.attribute(name)?.trim_end_matches("px").parse().ok();
        [Some(0.0), Some(0.0), side("width"), side("height")].into_iter().flatten().collect()
    };
    match numbers[..] {
        [x, y, width, height] if numbers.iter().all(|n| n.is_finite()) && width > 0.0 && height > 0.0 => {
            Ok(format!("{x} {y} {width} {height}"))
        }
        _ => Err(Wrong::new("has no viewBox of four numbers", "give one, such as viewBox=\"0 0 40 40\"")),
    }
}

fn is_svg(node: &Node<'_, '_>) -> bool {
    node.tag_name().namespace() == Some(SVG)
}

fn children(out: &mut String, parent: Node<'_, '_>, depth: usize) -> Result<(), Wrong> {
    if depth > MOST_DEPTH {
        return Err(Wrong::new("nests its groups too deeply", "simplify the drawing"));
    }
    for node in parent.children() {
        if node.is_text() && !node.text().unwrap_or_default().trim().is_empty() {
            return Err(at(&node, "holds text", "turn text into paths"));
        }
        if node.is_element() {
            element(out, node, depth)?;
        }
    }
    Ok(())
}

fn element(out: &mut String, node: Node<'_, '_>, depth: usize) -> Result<(), Wrong> {
    let name = node.tag_name().name();
    let known = if is_svg(&node) { name } else { "" };
    let allowed = match known {
        // The clinic's name stands beside the mark in words; a title would only make it said twice.
        "title" => return Ok(()),
        "g" => PAINT.to_vec(),
        shape if SHAPES.contains(&shape) => [PAINT, PLACE].concat(),
        _ => {
            let mend = format!("draw with {} and g alone, and export as plain SVG", SHAPES.join(", "));
            return Err(at(&node, &format!("holds <{name}>"), &mend));
        }
    };
    write!(out, "<{known}").ok();
    for attribute in node.attributes() {
        keep(out, &node, &attribute, &allowed)?;
    }
    if known == "g" {
        out.push('>');
        children(out, node, depth + 1)?;
        out.push_str("</g>");
        return Ok(());
    }
    let is_empty = node.children().all(|child| {
        child.is_comment()
            || child.has_tag_name((SVG, "title"))
            || child.text().is_some_and(|text| text.trim().is_empty())
    });
    if !is_empty {
        return Err(at(&node, &format!("puts something inside <{name}>"), "leave shapes empty"));
    }
    out.push_str("/>");
    Ok(())
}

/// Writes an attribute that is allowed, skips one that is litter, refuses the others.
fn keep(out: &mut String, node: &Node<'_, '_>, attribute: &Attribute<'_, '_>, allowed: &[&str]) -> Result<(), Wrong> {
    let (name, value) = (attribute.name(), attribute.value());
    let refuse = |why: &str, mend: &str| Err(at(node, why, mend));
    if name.eq_ignore_ascii_case("href") {
        return refuse("links to something", "take href out: the mark is drawn in place");
    }
    if attribute.namespace().is_some() || DROPPED.contains(&name) {
        return Ok(());
    }
    if !allowed.contains(&name) {
        let mend = "export as plain SVG, colours and strokes as attributes (fill, stroke) and not as style or class";
        return refuse(&format!("holds the attribute {name}"), mend);
    }
    let plain = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, ' ' | '\t' | '\n' | '.' | ',' | '+' | '-' | '#' | '%' | '(' | ')')
    };
    if !value.chars().all(plain) || value.to_ascii_lowercase().contains("url") {
        return refuse(&format!("has a value in {name} that is not plain"), "use numbers, colours and path data alone");
    }
    write_attribute(out, name, value);
    Ok(())
}

fn write_attribute(out: &mut String, name: &str, value: &str) {
    write!(out, " {name}=\"{value}\"").ok();
}

fn at(node: &Node<'_, '_>, problem: &str, mend: &str) -> Wrong {
    let line = node.document().text_pos_at(node.range().start).row;
    Wrong::new(format!("{problem} (line {line})"), mend)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn drawing(inside: &str) -> String {
        format!("<svg xmlns=\"{SVG}\" viewBox=\"0 0 40 40\">{inside}</svg>")
    }

    #[test]
    fn a_plain_drawing_is_kept() {
        let text = drawing(
            "<g fill=\"#0b544f\"><path d=\"M3 35.5h34\" stroke-width=\"3\"/><circle cx=\"1\" cy=\"2\" r=\"3\"/></g>",
        );
        assert_eq!(
            clean(&text).unwrap(),
            "<svg viewBox=\"0 0 40 40\" aria-hidden=\"true\">\
             <g fill=\"currentColor\" stroke=\"none\" stroke-width=\"1\">\
             <g fill=\"#0b544f\"><path d=\"M3 35.5h34\" stroke-width=\"3\"/><circle cx=\"1\" cy=\"2\" r=\"3\"/></g></g></svg>"
        );
    }

    #[test]
    fn litter_of_drawing_programs_is_dropped() {
        let text = "<?xml version=\"1.0\"?><!-- made with care --><svg xmlns=\"http://www.w3.org/2000/svg\" \
            xmlns:i=\"http://www.inkscape.org/namespaces/inkscape\" i:export=\"/home/x\" id=\"a\" version=\"1.1\" width=\"20px\" \
            height=\"10\" fill=\"#123456\"><title>Clinic &lt;b&gt;</title><path id=\"p\" i:label=\"x\" d=\"M0 0\"/></svg>";
        assert_eq!(
            clean(text).unwrap(),
            "<svg viewBox=\"0 0 20 10\" aria-hidden=\"true\">\
             <g stroke=\"none\" stroke-width=\"1\" fill=\"#123456\"><path d=\"M0 0\"/></g></svg>"
        );
    }

    #[test]
    fn what_could_act_or_load_is_refused() {
        let inside = [
            "<script>alert(1)</script>",
            "<style>*{fill:red}</style>",
            "<image href=\"https://evil.example/x.png\"/>",
            "<use href=\"#a\"/>",
            "<foreignObject><p>hi</p></foreignObject>",
            "<a href=\"javascript:alert(1)\"><path d=\"M0 0\"/></a>",
            "<animate attributeName=\"d\"/>",
            "<defs/>",
            "<text>Clinic</text>",
            "<path d=\"M0 0\" onclick=\"alert(1)\"/>",
            "<path d=\"M0 0\" ONLOAD=\"alert(1)\"/>",
            "<path d=\"M0 0\" style=\"fill:red\"/>",
            "<path d=\"M0 0\" class=\"a\"/>",
            "<path fill=\"url(#a)\"/>",
            "<path fill=\"URL(https://evil.example)\"/>",
            "<path d=\"M0 0&quot; onclick=&quot;x\"/>",
            "<path d=\"M0 0&lt;script\"/>",
            "<path d=\"M0 0\"><animate/></path>",
            "<p xmlns=\"http://www.w3.org/1999/xhtml\">hi</p>",
            "<path xmlns=\"urn:other\" d=\"M0 0\"/>",
            "<path xmlns:xlink=\"http://www.w3.org/1999/xlink\" xlink:href=\"#a\" d=\"M0 0\"/>",
            "loose text",
        ];
        for inside in inside {
            assert!(clean(&drawing(inside)).is_err(), "{inside}");
        }
    }

    #[test]
    fn what_is_no_small_drawing_is_refused() {
        let bomb =
            "<!DOCTYPE svg [<!ENTITY a \"aaaa\">]><svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"/>";
        let large = drawing(&"<path d=\"M0 0\"/>".repeat(400));
        let deep = drawing(&format!("{}{}", "<g>".repeat(40), "</g>".repeat(40)));
        let no_box = format!("<svg xmlns=\"{SVG}\"/>");
        for text in ["", "GIF89a", "<html/>", "<svg viewBox=\"0 0 1 1\"/>", bomb, &large, &deep, &no_box, "<svg"] {
            assert!(clean(text).is_err(), "{text}");
        }
        assert!(clean(&drawing("<script/>")).unwrap_err().problem.ends_with("(line 1)"));
    }

    proptest! {
        #[test]
        fn whatever_comes_out_goes_through_unchanged_in_meaning(inside in "(<(g|path|rect) (d|fill|x|style|onload)=\"[ -~]{0,12}\"/>){0,4}") {
            if let Ok(out) = clean(&drawing(&inside)) {
                let bare = out.replace("aria-hidden=\"true\"", &format!("xmlns=\"{SVG}\""));
                prop_assert!(clean(&bare).is_ok());
                let lower = out.to_ascii_lowercase();
                prop_assert!(!lower.contains("onload") && !lower.contains("style") && !lower.contains("url("));
            }
        }
    }
}
