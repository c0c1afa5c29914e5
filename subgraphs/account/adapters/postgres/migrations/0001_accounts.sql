-- People who log in.

CREATE TABLE users (
    id text PRIMARY KEY,
    -- As it is written to; personal data, like the names. NULL in a tombstone.
    email text,
    -- By which it is unique and found: case folded.
    email_key text UNIQUE,
    password_hash text,
    first_name text,
    last_name text,
    roles text[] NOT NULL CHECK (roles <@ ARRAY['customer', 'support', 'catalog_manager', 'order_manager', 'admin']),
    blocked boolean NOT NULL DEFAULT false,
    locale text NOT NULL DEFAULT '',
    currency_code text NOT NULL DEFAULT '',
    newsletter boolean NOT NULL DEFAULT false,
    default_address_id text,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    erased_at timestamptz,
    CHECK (erased_at IS NOT NULL OR (email IS NOT NULL AND email_key IS NOT NULL AND password_hash IS NOT NULL)),
    CHECK (erased_at IS NULL OR (email IS NULL AND email_key IS NULL AND password_hash IS NULL))
);
CREATE INDEX users_email_prefix ON users (email_key text_pattern_ops) WHERE erased_at IS NULL;
CREATE INDEX users_admins ON users (id) WHERE 'admin' = ANY (roles) AND erased_at IS NULL;

CREATE TABLE addresses (
    id text PRIMARY KEY,
    user_id text NOT NULL REFERENCES users (id),
    full_name text NOT NULL,
    company text,
    line1 text NOT NULL,
    line2 text,
    city text NOT NULL,
    region text,
    postal_code text NOT NULL,
    country_code text NOT NULL,
    phone text
);
CREATE INDEX addresses_of_user ON addresses (user_id, id);

CREATE TABLE sessions (
    id text PRIMARY KEY,
    user_id text NOT NULL REFERENCES users (id),
    user_agent text NOT NULL DEFAULT '',
    ip_address text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revoked_reason text,
    -- The transaction that revoked it: whoever asks "since" cannot miss one that commits late.
    revoked_by_transaction xid8
);
CREATE INDEX sessions_live ON sessions (user_id, last_used_at DESC) WHERE revoked_at IS NULL;
CREATE INDEX sessions_ended ON sessions (least(expires_at, revoked_at));
CREATE INDEX sessions_revoked ON sessions (revoked_at) WHERE revoked_at IS NOT NULL;

CREATE TABLE refresh_families (
    id text PRIMARY KEY,
    session_id text NOT NULL UNIQUE REFERENCES sessions (id) ON DELETE CASCADE,
    generation bigint NOT NULL,
    -- SHA-256 of the newest token.
    token_hash bytea NOT NULL,
    rotated_at timestamptz NOT NULL
);

CREATE TABLE signing_keys (
    kid text PRIMARY KEY,
    state text NOT NULL CHECK (state IN ('next', 'active', 'retired')),
    public_key bytea NOT NULL,
    -- AES-256-GCM: nonce, then ciphertext and tag.
    sealed_private_key bytea NOT NULL,
    created_at timestamptz NOT NULL,
    retired_at timestamptz,
    CHECK ((state = 'retired') = (retired_at IS NOT NULL))
);
CREATE UNIQUE INDEX signing_keys_one_active ON signing_keys (state) WHERE state IN ('active', 'next');

CREATE TABLE audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    action text NOT NULL,
    subject_id text NOT NULL,
    actor_id text NOT NULL,
    actor_service text NOT NULL,
    request_id text NOT NULL,
    details jsonb NOT NULL
);
CREATE INDEX audit_log_subject ON audit_log (subject_id, id);

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END
$$;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

-- include: outbox
