-- Times are milliseconds since 1970 (UTC). Blobs named *_sealed are AEAD over table, column and row;
-- blobs named *_key are keyed look-up hashes; neither says anything without the key file.

CREATE TABLE patients (
    id                 BIGINT PRIMARY KEY NOT NULL,
    record             TEXT NOT NULL UNIQUE,
    first_name         TEXT NOT NULL,
    last_name          TEXT NOT NULL,
    birth_date_sealed  BYTEA NOT NULL,
    email_sealed       BYTEA,
    email_key          BYTEA,
    email_proved_at    BIGINT,
    phone_sealed       BYTEA,
    phone_key          BYTEA,
    phone_proved_at    BIGINT,
    language           TEXT NOT NULL,
    username           TEXT,
    username_key       BYTEA UNIQUE,
    status             TEXT NOT NULL CHECK (status IN ('waiting', 'active', 'disabled')),
    password_hash      TEXT,
    password_scheme    TEXT NOT NULL CHECK (password_scheme IN ('none', 'own', 'foreign')),
    password_key       INTEGER NOT NULL,
    password_set_at    BIGINT,
    last_channel       TEXT,
    last_sign_in_at    BIGINT,
    last_browser       TEXT,
    created_at         BIGINT NOT NULL
);
CREATE INDEX patients_email ON patients (email_key);
CREATE INDEX patients_phone ON patients (phone_key);
CREATE INDEX patients_foreign ON patients (id) WHERE password_scheme = 'foreign';

CREATE TABLE activations (
    patient_id   BIGINT PRIMARY KEY NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    code_key     BYTEA NOT NULL UNIQUE,
    issued_at    BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    tries        INTEGER NOT NULL
);

CREATE TABLE attempts (
    id             BIGINT PRIMARY KEY NOT NULL,
    purpose        TEXT NOT NULL,
    hidden         BOOLEAN NOT NULL,
    patient_id     BIGINT REFERENCES patients (id) ON DELETE CASCADE,
    language       TEXT,
    next_path      TEXT NOT NULL,
    network_key    BYTEA NOT NULL,
    channel        TEXT,
    wrong_codes    INTEGER NOT NULL,
    sends          INTEGER NOT NULL,
    last_sent_at   BIGINT,
    began_at       BIGINT NOT NULL,
    ends_at        BIGINT NOT NULL,
    ended_at       BIGINT,
    outcome        TEXT,
    used_code_id   BIGINT,
    draft_sealed   BYTEA
);
CREATE INDEX attempts_patient ON attempts (patient_id, began_at);
CREATE INDEX attempts_end ON attempts (ends_at);

CREATE TABLE codes (
    id               BIGINT PRIMARY KEY NOT NULL,
    attempt_id       BIGINT NOT NULL,
    patient_id       BIGINT,
    purpose          TEXT NOT NULL,
    channel          TEXT NOT NULL,
    code_mac         BYTEA NOT NULL,
    destination_key  BYTEA NOT NULL,
    network_key      BYTEA NOT NULL,
    asked_at         BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL,
    ended_at         BIGINT
);
CREATE INDEX codes_attempt ON codes (attempt_id, asked_at);
CREATE INDEX codes_patient ON codes (patient_id, asked_at);
CREATE INDEX codes_destination ON codes (destination_key, asked_at);
CREATE INDEX codes_network ON codes (network_key, asked_at);
CREATE INDEX codes_asked ON codes (asked_at, channel);

CREATE TABLE outbox (
    id               BIGINT PRIMARY KEY NOT NULL,
    kind             TEXT NOT NULL,
    channel          TEXT NOT NULL,
    patient_id       BIGINT,
    attempt_id       BIGINT,
    code_id          BIGINT,
    destination_key  BYTEA NOT NULL,
    message_sealed   BYTEA,
    state            TEXT NOT NULL,
    asked_at         BIGINT NOT NULL,
    give_up_at       BIGINT NOT NULL,
    next_try_at      BIGINT NOT NULL,
    tries            INTEGER NOT NULL,
    leased_until     BIGINT,
    handed_over_at   BIGINT,
    state_at         BIGINT NOT NULL,
    answer           TEXT,
    provider_id      TEXT
);
CREATE INDEX outbox_due ON outbox (next_try_at) WHERE state = 'queued';
CREATE INDEX outbox_attempt ON outbox (attempt_id);
CREATE INDEX outbox_provider ON outbox (provider_id);
CREATE INDEX outbox_patient ON outbox (patient_id, asked_at);
CREATE INDEX outbox_age ON outbox (state_at);

CREATE TABLE receipts (
    id   TEXT PRIMARY KEY NOT NULL,
    at   BIGINT NOT NULL
);
CREATE INDEX receipts_age ON receipts (at);

CREATE TABLE opt_outs (
    phone_key  BYTEA PRIMARY KEY NOT NULL,
    since      BIGINT NOT NULL
);

CREATE TABLE sessions (
    id             BIGINT PRIMARY KEY NOT NULL,
    token_key      BYTEA NOT NULL UNIQUE,
    patient_id     BIGINT REFERENCES patients (id) ON DELETE CASCADE,
    attempt_id     BIGINT,
    "full"         BOOLEAN NOT NULL,
    browser        TEXT NOT NULL,
    device_id      BIGINT,
    began_at       BIGINT NOT NULL,
    proved_at      BIGINT,
    before_at      BIGINT,
    before_browser TEXT,
    last_used_at   BIGINT NOT NULL,
    ends_at        BIGINT NOT NULL,
    ended_at       BIGINT,
    ended_why      TEXT
);
CREATE INDEX sessions_patient ON sessions (patient_id);
CREATE INDEX sessions_attempt ON sessions (attempt_id);
CREATE INDEX sessions_end ON sessions (ends_at);

CREATE TABLE devices (
    id                BIGINT PRIMARY KEY NOT NULL,
    patient_id        BIGINT NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    token_key         BYTEA NOT NULL UNIQUE,
    before_key        BYTEA,
    browser           TEXT NOT NULL,
    mobile            BOOLEAN NOT NULL,
    first_seen_at     BIGINT NOT NULL,
    last_used_at      BIGINT NOT NULL,
    remembered_until  BIGINT
);
CREATE INDEX devices_patient ON devices (patient_id, last_used_at);

-- Tokens a device once had, so that an old one that comes back is recognised as such.
CREATE TABLE device_tokens (
    token_key   BYTEA PRIMARY KEY NOT NULL,
    device_id   BIGINT NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    retired_at  BIGINT NOT NULL
);
CREATE INDEX device_tokens_device ON device_tokens (device_id);

CREATE TABLE throttles (
    key         BYTEA PRIMARY KEY NOT NULL,
    question    TEXT NOT NULL,
    count       INTEGER NOT NULL,
    since       BIGINT NOT NULL,
    last_at     BIGINT NOT NULL,
    wait_until  BIGINT,
    locked      BOOLEAN NOT NULL
);
CREATE INDEX throttles_age ON throttles (last_at) WHERE NOT locked;

-- CAPTCHA answers that were used; kept until they could not pass any more.
CREATE TABLE captcha_answers (
    answer_key  BYTEA PRIMARY KEY NOT NULL,
    expires_at  BIGINT NOT NULL
);
CREATE INDEX captcha_answers_age ON captcha_answers (expires_at);

-- tx: on PostgreSQL the writing transaction, so that a sealer can tell which entries no open transaction can still precede.
CREATE TABLE audit_entries (
    id       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tx       BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    at       BIGINT NOT NULL,
    actor    TEXT NOT NULL,
    event    TEXT NOT NULL,
    subject  TEXT NOT NULL,
    address  TEXT NOT NULL,
    outcome  TEXT NOT NULL,
    detail   TEXT NOT NULL
);
CREATE INDEX audit_entries_subject ON audit_entries (subject, id);
CREATE INDEX audit_entries_at ON audit_entries (at);
CREATE FUNCTION audit_entries_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'audit entries are never changed or deleted'; END $$;
CREATE TRIGGER audit_entries_only_insert BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_refuse();
