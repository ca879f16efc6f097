//! Embeds `static/` and compresses it as hard as it goes, so that no server spends time on it.
//! The program finishes the stylesheet with the clinic's accent at start; see `web::statics`.

use std::{env, error::Error, fmt::Write as _, fs, io::Write as _, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=static");
    let out = env::var("OUT_DIR")?;
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let folder = Path::new(&root).join("static");
    let mut files = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    let mut table = String::from("const FILES: &[Embedded] = &[\n");
    for path in &files {
        let name = path.file_name().and_then(|name| name.to_str()).ok_or("a static file's name is not UTF-8")?;
        let raw = fs::read(path)?;
        let (brotli, gzip) = (Path::new(&out).join(format!("{name}.br")), Path::new(&out).join(format!("{name}.gz")));
        fs::write(&brotli, kept(&raw, by_brotli(&raw)?))?;
        fs::write(&gzip, kept(&raw, by_gzip(&raw)?))?;
        writeln!(
            table,
            "    Embedded {{ name: {name:?}, raw: include_bytes!(r#\"{}\"#), brotli: include_bytes!(r#\"{}\"#), gzip: include_bytes!(r#\"{}\"#) }},",
            path.display(),
            brotli.display(),
            gzip.display()
        )?;
    }
    table.push_str("];\n");
    fs::write(Path::new(&out).join("statics.rs"), table)?;
    Ok(())
}

/// Empty where compressing did not pay, as with pictures.
fn kept(raw: &[u8], packed: Vec<u8>) -> Vec<u8> {
    if packed.len() < raw.len() { packed } else { Vec::new() }
}

fn by_brotli(raw: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut packed = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 11, size_hint: raw.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &raw[..], &mut packed, &params)?;
    Ok(packed)
}

fn by_gzip(raw: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(raw)?;
    Ok(encoder.finish()?)
}
