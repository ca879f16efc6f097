//! The file of an import as rows with their line numbers: header judged, text checked, nothing understood yet.
//! As spreadsheets write it: a byte order mark, either line end, quotes where needed, empty rows at the end.

use csv::{ByteRecord, ReaderBuilder};

use super::{Fields, Problem};

/// The columns of the contract, section 9. The last two may be left out.
pub const COLUMNS: [&str; 9] =
    ["record", "first_name", "last_name", "birth_date", "email", "phone", "language", "username", "password_hash"];

/// How many of them a file must have.
const NEEDED: usize = 7;

/// How alike a name must be to be offered for an unknown column (Jaro-Winkler, 0 to 1).
const ALIKE: f64 = 0.8;

/// Stands for what is wrong with a row as a whole.
const WHOLE_ROW: &str = "";

/// A file that was taken apart.
pub struct Sheet {
    places: [Option<usize>; COLUMNS.len()],
    width: usize,
    pub rows: Vec<Row>,
}

/// One row; its line is the one it begins in.
pub struct Row {
    pub line: u64,
    /// The line it ends in, where a quote carries it over several.
    last_line: u64,
    record: ByteRecord,
}

/// The fields of a row, all of them text.
#[derive(Clone, Copy, Debug)]
pub struct Cells<'a> {
    pub person: Fields<'a>,
    pub username: &'a str,
    pub password_hash: &'a str,
}

impl Sheet {
    /// Takes a file apart, or says what is wrong with its header.
    pub fn parse(file: &[u8]) -> Result<Self, Vec<Problem>> {
        let text = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
        if text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff") {
            return Err(vec![Problem::new(WHOLE_ROW, "the file is UTF-16; save it as UTF-8")]);
        }
        let mut records = Records::new(text);
        let header = records.next().ok_or_else(|| vec![Problem::new(WHOLE_ROW, "the file is empty")])?;
        let places = places(&header.record)?;
        let rows = records.filter(|row| row.record.iter().any(|cell| !cell.trim_ascii().is_empty())).collect();
        Ok(Self { places, width: header.record.len(), rows })
    }

    /// The fields of a row, or what keeps them from being read.
    pub fn cells<'a>(&self, row: &'a Row) -> Result<Cells<'a>, Vec<Problem>> {
        if row.last_line > row.line {
            let reason = format!("a quote opens here and goes on to line {}: one is missing", row.last_line);
            return Err(vec![Problem::new(WHOLE_ROW, reason)]);
        }
        if row.record.len() != self.width {
            let reason = format!(
                "it has {} fields and the header {}: a field that holds a comma stands in quotes",
                row.record.len(),
                self.width
            );
            return Err(vec![Problem::new(WHOLE_ROW, reason)]);
        }
        let mut problems = Vec::new();
        let cells = std::array::from_fn(|column| {
            let bytes = self.places[column].and_then(|place| row.record.get(place)).unwrap_or_default();
            str::from_utf8(bytes).unwrap_or_else(|_| {
                problems.push(Problem::new(COLUMNS[column], "it is not UTF-8; save the file as UTF-8"));
                ""
            })
        });
        if !problems.is_empty() {
            return Err(problems);
        }
        let [record, first_name, last_name, birth_date, email, phone, language, username, password_hash] = cells;
        let person = Fields { record, first_name, last_name, birth_date, email, phone, language };
        Ok(Cells { person, username: username.trim(), password_hash: password_hash.trim() })
    }
}

/// Where each column stands.
fn places(header: &ByteRecord) -> Result<[Option<usize>; COLUMNS.len()], Vec<Problem>> {
    let mut places = [None; COLUMNS.len()];
    let mut problems = Vec::new();
    for (place, name) in header.iter().enumerate() {
        let name = String::from_utf8_lossy(name).trim().to_lowercase();
        match COLUMNS.iter().position(|column| *column == name) {
            Some(column) if places[column].is_some() => {
                problems.push(Problem::new(COLUMNS[column], "the column stands there twice"));
            }
            Some(column) => places[column] = Some(place),
            None => problems.push(Problem::new(WHOLE_ROW, unknown(&name, place))),
        }
    }
    if header.len() == 1 && problems.len() == 1 {
        return Err(vec![Problem::new(WHOLE_ROW, "the header is one field: columns are separated by commas")]);
    }
    for column in (0..NEEDED).filter(|&column| places[column].is_none()) {
        problems.push(Problem::new(COLUMNS[column], "the column is missing"));
    }
    if problems.is_empty() { Ok(places) } else { Err(problems) }
}

fn unknown(name: &str, place: usize) -> String {
    let number = place + 1;
    let shown: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
    let near = COLUMNS.iter().max_by(|a, b| strsim::jaro_winkler(a, name).total_cmp(&strsim::jaro_winkler(b, name)));
    match near.filter(|column| strsim::jaro_winkler(column, name) >= ALIKE) {
        Some(column) => format!("column {number}, \"{shown}\", is unknown; did you mean {column}?"),
        None => format!("column {number}, \"{shown}\", is unknown; known are {}", COLUMNS.join(", ")),
    }
}

/// Records with their lines. The reader's own count is off by one behind CRLF and before empty lines.
struct Records<'a> {
    text: &'a [u8],
    reader: csv::Reader<&'a [u8]>,
    /// Bytes that were counted, and the line they end in.
    counted: usize,
    line: u64,
}

impl<'a> Records<'a> {
    fn new(text: &'a [u8]) -> Self {
        let reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
        Self { text, reader, counted: 0, line: 1 }
    }

    fn line_at(&mut self, at: usize) -> u64 {
        self.line += line_ends(&self.text[self.counted..at]);
        self.counted = at;
        self.line
    }

    fn at(&self) -> usize {
        usize::try_from(self.reader.position().byte()).map_or(self.text.len(), |at| at.min(self.text.len()))
    }
}

impl Iterator for Records<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let mut record = ByteRecord::new();
        let before = self.at();
        // Bytes in memory cannot fail to be read, and any number of fields is taken.
        if !self.reader.read_byte_record(&mut record).unwrap_or(false) {
            return None;
        }
        let whole = &self.text[before..self.at()];
        let begin = whole.iter().position(|byte| !b"\r\n".contains(byte)).unwrap_or(0);
        let end = whole.iter().rposition(|byte| !b"\r\n".contains(byte)).map_or(whole.len(), |last| last + 1);
        let line = self.line_at(before + begin);
        let last_line = self.line_at(before + end);
        Some(Row { line, last_line, record })
    }
}

/// LF, CRLF, and CR alone as old Macs wrote it.
fn line_ends(text: &[u8]) -> u64 {
    let ends = text.iter().enumerate().filter(|&(at, &byte)| match byte {
        b'\n' => true,
        b'\r' => text.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    ends.count() as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEADER: &str = "record,first_name,last_name,birth_date,email,phone,language,username,password_hash";

    fn lines(file: &str) -> Vec<u64> {
        Sheet::parse(file.as_bytes()).unwrap().rows.iter().map(|row| row.line).collect()
    }

    fn header_problems(header: &str) -> Vec<String> {
        Sheet::parse(header.as_bytes()).err().unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn rows_are_numbered_as_an_editor_numbers_them() {
        for end in ["\n", "\r\n", "\r"] {
            for mark in ["", "\u{feff}"] {
                let file = [HEADER, "a,,,,,,,,", "", ",,,,,,,,", "b,,,,,,,,", "", "", "c,,,,,,,,"].join(end);
                assert_eq!(lines(&format!("{mark}{file}")), [2, 5, 8], "{end:?}");
                assert_eq!(lines(&format!("{mark}{file}{end}{end}")), [2, 5, 8], "{end:?}");
            }
        }
    }

    #[test]
    fn quoted_commas_and_quotes_are_part_of_their_field() {
        let file = format!("{HEADER}\r\n\"R,1\",\"Jo \"\"J\"\"\",x,,,,,,\r\n");
        let sheet = Sheet::parse(file.as_bytes()).unwrap();
        let cells = sheet.cells(&sheet.rows[0]).unwrap();
        assert_eq!((cells.person.record, cells.person.first_name), ("R,1", "Jo \"J\""));
    }

    #[test]
    fn a_quote_that_is_never_closed_is_found_where_it_opens() {
        let file = format!("{HEADER}\na,,,,,,,,\n\"b,,,,,,,,\nc,,,,,,,,\nd,,,,,,,,\n");
        let sheet = Sheet::parse(file.as_bytes()).unwrap();
        assert_eq!(sheet.rows.len(), 2);
        let problem = &sheet.cells(&sheet.rows[1]).unwrap_err()[0];
        assert_eq!(sheet.rows[1].line, 3);
        assert!(problem.reason.contains("line 5"), "{problem}");
    }

    #[test]
    fn columns_come_in_any_order_and_the_last_two_may_be_left_out() {
        let sheet =
            Sheet::parse(b"Language , phone,email,birth_date,last_name,first_name,record\nes,1,e,b,l,f,r\n").unwrap();
        let cells = sheet.cells(&sheet.rows[0]).unwrap();
        assert_eq!((cells.person.language, cells.person.record, cells.username), ("es", "r", ""));
    }

    #[test]
    fn unknown_missing_and_doubled_columns_are_named() {
        let said = header_problems("record,first_name,last_name,birthdate,email,phone,language,e-mail,email");
        assert_eq!(
            said,
            [
                ": column 4, \"birthdate\", is unknown; did you mean birth_date?",
                ": column 8, \"e-mail\", is unknown; did you mean email?",
                "email: the column stands there twice",
                "birth_date: the column is missing",
            ]
        );
        assert_eq!(header_problems(""), [": the file is empty"]);
        assert_eq!(
            header_problems("record;first_name"),
            [": the header is one field: columns are separated by commas"]
        );
        assert!(header_problems("record")[0].contains("missing"));
    }

    #[test]
    fn other_encodings_are_named_with_their_line_and_column() {
        let mut file = format!("{HEADER}\nr,Jos\u{e9}\n").into_bytes();
        file.truncate(file.len() - 3);
        file.extend_from_slice(b"\xe9,x,,,,,,\n");
        let sheet = Sheet::parse(&file).unwrap();
        assert_eq!(sheet.cells(&sheet.rows[0]).unwrap_err()[0].column, "first_name");
        let utf16: Vec<u8> = "\u{feff}record,x".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(Sheet::parse(&utf16).err().unwrap()[0].reason.contains("UTF-16"));
    }

    #[test]
    fn a_row_of_another_width_is_refused() {
        for row in ["a,b", "a,b,c,d,e,f,g,h,i,j"] {
            let file = format!("{HEADER}\n{row}\n");
            let sheet = Sheet::parse(file.as_bytes()).unwrap();
            assert!(sheet.cells(&sheet.rows[0]).unwrap_err()[0].reason.contains("the header 9"), "{row}");
        }
    }

    proptest! {
        #[test]
        fn no_file_breaks_it(text in proptest::collection::vec(any::<u8>(), 0..400)) {
            let file = [HEADER.as_bytes(), b"\n", &text].concat();
            let sheet = Sheet::parse(&file).unwrap();
            for row in &sheet.rows {
                prop_assert!(row.line >= 2 && row.last_line >= row.line);
                let _ = sheet.cells(row);
            }
        }

        #[test]
        fn line_numbers_only_grow(text in "[a,\"\r\n]{0,60}") {
            let numbers = lines(&format!("{HEADER}\n{text}"));
            prop_assert!(numbers.windows(2).all(|pair| pair[0] < pair[1] || text.contains('"')), "{:?}", numbers);
        }
    }
}
