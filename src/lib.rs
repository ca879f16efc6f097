//! Vestibule: the front door of a clinic's patient portal.
//! The rooms and who may import whom are described in ARCHITECTURE.md; a test holds the code to it.

pub mod commands;
pub mod flows;
pub mod keys;
pub mod ops;
pub mod outbox;
pub mod outside;
pub mod pages;
pub mod rules;
pub mod settings;
pub mod store;
pub mod web;
pub mod words;
