//! The people of the stories. Made up; the numbers are of the range set aside for fiction.
//! One for each way a code can, or cannot, reach a patient.

#[derive(Clone, Copy, Debug)]
pub struct Person {
    pub record: &'static str,
    pub first_name: &'static str,
    pub last_name: &'static str,
    pub username: &'static str,
    pub password: &'static str,
    pub email: &'static str,
    /// E.164; empty: none on file.
    pub phone: &'static str,
    pub language: &'static str,
}

/// Email and text, English.
pub const MARIA: Person = Person {
    record: "R-1001",
    first_name: "Maria",
    last_name: "Lopez",
    username: "maria.lopez",
    password: "sails over calm water",
    email: "maria.lopez@mail.example",
    phone: "+12125550142",
    language: "en",
};

/// Email only.
pub const SAM: Person = Person {
    record: "R-1002",
    first_name: "Sam",
    last_name: "Okafor",
    username: "sam.okafor",
    password: "seven green bicycles",
    email: "sam@post.example",
    phone: "",
    language: "en",
};

/// Text only.
pub const TESS: Person = Person {
    record: "R-1003",
    first_name: "Tess",
    last_name: "Winter",
    username: "tess.winter",
    password: "a lantern in the fog",
    email: "",
    phone: "+12125550187",
    language: "en",
};

/// Reads Spanish; email and text.
pub const ELENA: Person = Person {
    record: "R-1004",
    first_name: "Elena",
    last_name: "Núñez",
    username: "elena.nunez",
    password: "naranjas en la ventana",
    email: "elena@correo.example",
    phone: "+12125550176",
    language: "es",
};

/// Switched off by staff.
pub const DORA: Person = Person {
    record: "R-1005",
    first_name: "Dora",
    last_name: "Field",
    username: "dora.field",
    password: "thirty quiet harbours",
    email: "dora@mail.example",
    phone: "",
    language: "en",
};

/// Everybody who lives in a house of a story.
pub const ALL: &[Person] = &[MARIA, SAM, TESS, ELENA, DORA];
