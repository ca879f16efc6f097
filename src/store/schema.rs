//! The tables as diesel sees them. The migrations are the truth; `serve` checks that they were run.
//! Times are milliseconds since 1970 in `BigInt`, secrets are `Binary`, closed lists are `Text`.

use diesel::table;

table! { patients (id) {
    id -> BigInt,
    record -> Text,
    first_name -> Text,
    last_name -> Text,
    birth_date_sealed -> Binary,
    email_sealed -> Nullable<Binary>,
    email_key -> Nullable<Binary>,
    email_proved_at -> Nullable<BigInt>,
    phone_sealed -> Nullable<Binary>,
    phone_key -> Nullable<Binary>,
    phone_proved_at -> Nullable<BigInt>,
    language -> Text,
    username -> Nullable<Text>,
    username_key -> Nullable<Binary>,
    status -> Text,
    password_hash -> Nullable<Text>,
    password_scheme -> Text,
    password_key -> Integer,
    password_set_at -> Nullable<BigInt>,
    last_channel -> Nullable<Text>,
    last_sign_in_at -> Nullable<BigInt>,
    last_browser -> Nullable<Text>,
    created_at -> BigInt,
} }

table! { activations (patient_id) {
    patient_id -> BigInt,
    code_key -> Binary,
    issued_at -> BigInt,
    expires_at -> BigInt,
    tries -> Integer,
} }

table! { attempts (id) {
    id -> BigInt,
    purpose -> Text,
    hidden -> Bool,
    patient_id -> Nullable<BigInt>,
    language -> Nullable<Text>,
    next_path -> Text,
    network_key -> Binary,
    channel -> Nullable<Text>,
    wrong_codes -> Integer,
    sends -> Integer,
    last_sent_at -> Nullable<BigInt>,
    began_at -> BigInt,
    ends_at -> BigInt,
    ended_at -> Nullable<BigInt>,
    outcome -> Nullable<Text>,
    used_code_id -> Nullable<BigInt>,
    draft_sealed -> Nullable<Binary>,
} }

table! { codes (id) {
    id -> BigInt,
    attempt_id -> BigInt,
    patient_id -> Nullable<BigInt>,
    purpose -> Text,
    channel -> Text,
    code_mac -> Binary,
    destination_key -> Binary,
    network_key -> Binary,
    asked_at -> BigInt,
    expires_at -> BigInt,
    ended_at -> Nullable<BigInt>,
} }

table! { outbox (id) {
    id -> BigInt,
    kind -> Text,
    channel -> Text,
    patient_id -> Nullable<BigInt>,
    attempt_id -> Nullable<BigInt>,
    code_id -> Nullable<BigInt>,
    destination_key -> Binary,
    message_sealed -> Nullable<Binary>,
    state -> Text,
    asked_at -> BigInt,
    give_up_at -> BigInt,
    next_try_at -> BigInt,
    tries -> Integer,
    leased_until -> Nullable<BigInt>,
    handed_over_at -> Nullable<BigInt>,
    state_at -> BigInt,
    answer -> Nullable<Text>,
    provider_id -> Nullable<Text>,
} }

table! { receipts (id) {
    id -> Text,
    at -> BigInt,
} }

table! { opt_outs (phone_key) {
    phone_key -> Binary,
    since -> BigInt,
} }

table! { sessions (id) {
    id -> BigInt,
    token_key -> Binary,
    patient_id -> Nullable<BigInt>,
    attempt_id -> Nullable<BigInt>,
    full -> Bool,
    browser -> Text,
    device_id -> Nullable<BigInt>,
    began_at -> BigInt,
    proved_at -> Nullable<BigInt>,
    before_at -> Nullable<BigInt>,
    before_browser -> Nullable<Text>,
    last_used_at -> BigInt,
    ends_at -> BigInt,
    ended_at -> Nullable<BigInt>,
    ended_why -> Nullable<Text>,
} }

table! { devices (id) {
    id -> BigInt,
    patient_id -> BigInt,
    token_key -> Binary,
    before_key -> Nullable<Binary>,
    browser -> Text,
    mobile -> Bool,
    first_seen_at -> BigInt,
    last_used_at -> BigInt,
    remembered_until -> Nullable<BigInt>,
} }

table! { device_tokens (token_key) {
    token_key -> Binary,
    device_id -> BigInt,
    retired_at -> BigInt,
} }

table! { throttles (key) {
    key -> Binary,
    question -> Text,
    count -> Integer,
    since -> BigInt,
    last_at -> BigInt,
    wait_until -> Nullable<BigInt>,
    locked -> Bool,
} }

table! { captcha_answers (answer_key) {
    answer_key -> Binary,
    expires_at -> BigInt,
} }

table! { audit_entries (id) {
    id -> BigInt,
    tx -> BigInt,
    at -> BigInt,
    actor -> Text,
    event -> Text,
    subject -> Text,
    address -> Text,
    outcome -> Text,
    detail -> Text,
} }
