//! The world around the program: patients' browsers, a mail server, a text gateway, the databases.
//! All of it listens on 127.0.0.1 alone.

pub mod browser;
pub mod database;
pub mod gateway;
pub mod house;
pub mod jar;
pub mod page;
pub mod people;
pub mod process;
pub mod smtp;
pub mod verbs;
