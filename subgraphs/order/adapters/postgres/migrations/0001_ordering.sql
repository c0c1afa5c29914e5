-- Carts, orders, payments, sagas. buyer_id is in every key on the order side: the distribution key one day.

CREATE TABLE carts (
    id text PRIMARY KEY,
    buyer_id text NOT NULL,
    customer_id text,
    -- SHA-256 (hex) of the guest's secret.
    token_hash text,
    channel text NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    locale text NOT NULL,
    status text NOT NULL DEFAULT 'OPEN' CHECK (status IN ('OPEN', 'COMPLETED', 'MERGED')),
    email text,
    address jsonb,
    delivery_method_code text,
    discount_codes text[] NOT NULL DEFAULT '{}',
    -- The order that holds the cart while it is checked out, and for good once completed.
    order_id text,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX carts_open_of_customer ON carts (customer_id) WHERE status = 'OPEN' AND customer_id IS NOT NULL;
CREATE INDEX carts_of_order ON carts (order_id) WHERE order_id IS NOT NULL;

CREATE TABLE cart_lines (
    cart_id text NOT NULL REFERENCES carts ON DELETE CASCADE,
    id text NOT NULL,
    buyer_id text NOT NULL,
    sku text NOT NULL,
    quantity integer NOT NULL CHECK (quantity BETWEEN 1 AND 999),
    position integer NOT NULL,
    PRIMARY KEY (cart_id, id),
    UNIQUE (cart_id, sku)
);

CREATE TABLE delivery_methods (
    code text NOT NULL,
    currency text NOT NULL,
    name text NOT NULL,
    price bigint NOT NULL CHECK (price >= 0),
    position integer NOT NULL,
    PRIMARY KEY (code, currency)
);
INSERT INTO delivery_methods (code, currency, name, price, position) VALUES
    ('standard', 'USD', 'Standard', 490, 1), ('express', 'USD', 'Express', 1490, 2),
    ('standard', 'EUR', 'Standard', 490, 1), ('express', 'EUR', 'Express', 1290, 2),
    ('standard', 'GBP', 'Standard', 390, 1), ('express', 'GBP', 'Express', 1090, 2),
    ('standard', 'JPY', 'Standard', 500, 1), ('express', 'JPY', 'Express', 1500, 2),
    ('standard', 'KWD', 'Standard', 1500, 1), ('express', 'KWD', 'Express', 4500, 2);

CREATE SEQUENCE order_numbers START 100001;

CREATE TABLE orders (
    id text PRIMARY KEY,
    -- For people: E-100042.
    number text NOT NULL UNIQUE,
    buyer_id text NOT NULL,
    customer_id text,
    cart_id text NOT NULL,
    token_hash text,
    email text NOT NULL,
    status text NOT NULL CHECK (status IN ('PENDING', 'CONFIRMED', 'FULFILLED', 'REJECTED', 'CANCELLED', 'CLOSED')),
    payment_status text NOT NULL CHECK (payment_status IN
        ('PENDING', 'ACTION_REQUIRED', 'AUTHORIZED', 'PAID', 'PARTIALLY_REFUNDED', 'REFUNDED', 'VOIDED')),
    channel text NOT NULL,
    currency text NOT NULL,
    subtotal bigint NOT NULL,
    discount bigint NOT NULL,
    shipping bigint NOT NULL,
    tax bigint NOT NULL,
    total bigint NOT NULL CHECK (total >= 0),
    captured bigint NOT NULL DEFAULT 0,
    refunded bigint NOT NULL DEFAULT 0,
    address jsonb NOT NULL,
    delivery_code text NOT NULL,
    delivery_name text NOT NULL,
    discount_codes text[] NOT NULL DEFAULT '{}',
    payment_action jsonb,
    reason text,
    reason_facts jsonb NOT NULL DEFAULT '{}',
    tracking_number text,
    sequence bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (total = subtotal - discount + shipping + tax),
    CHECK (0 <= refunded AND refunded <= captured AND captured <= total)
);
-- I4: a cart becomes one order; a rejected attempt does not count.
CREATE UNIQUE INDEX orders_one_per_cart ON orders (cart_id) WHERE status <> 'REJECTED';
CREATE INDEX orders_of_customer ON orders (customer_id, id DESC) WHERE customer_id IS NOT NULL;
CREATE INDEX orders_by_status ON orders (status, id DESC);

CREATE TABLE order_lines (
    order_id text NOT NULL REFERENCES orders ON DELETE CASCADE,
    id text NOT NULL,
    buyer_id text NOT NULL,
    sku text NOT NULL,
    variant_id text NOT NULL,
    product_id text NOT NULL,
    name text NOT NULL,
    quantity integer NOT NULL CHECK (quantity BETWEEN 1 AND 999),
    unit_price bigint CHECK (unit_price >= 0),
    position integer NOT NULL,
    PRIMARY KEY (order_id, id)
);

CREATE TABLE order_events (
    order_id text NOT NULL REFERENCES orders ON DELETE CASCADE,
    buyer_id text NOT NULL,
    sequence bigint NOT NULL CHECK (sequence > 0),
    type text NOT NULL,
    status text NOT NULL,
    payment_status text NOT NULL,
    message text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (order_id, sequence)
);

-- One row an attempt at the provider, written before the call; its id is the provider's idempotency key.
CREATE TABLE payment_attempts (
    id text PRIMARY KEY,
    order_id text NOT NULL REFERENCES orders ON DELETE CASCADE,
    buyer_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('AUTHORIZATION', 'CAPTURE', 'VOID', 'REFUND')),
    amount bigint NOT NULL CHECK (amount >= 0),
    currency text NOT NULL,
    provider text NOT NULL,
    outcome text NOT NULL DEFAULT 'UNKNOWN' CHECK (outcome IN ('SUCCEEDED', 'DECLINED', 'REQUIRES_ACTION', 'UNKNOWN')),
    reference text,
    decline_reason text,
    created_at timestamptz NOT NULL DEFAULT now(),
    resolved_at timestamptz
);
CREATE INDEX payment_attempts_of_order ON payment_attempts (order_id, id);
CREATE INDEX payment_attempts_by_reference ON payment_attempts (reference) WHERE reference IS NOT NULL;

CREATE TABLE discount_codes (
    id text PRIMARY KEY,
    code text NOT NULL UNIQUE,
    percent_off integer CHECK (percent_off BETWEEN 1 AND 100),
    amount_off bigint CHECK (amount_off > 0),
    minimum bigint CHECK (minimum >= 0),
    currency text,
    usage_limit integer CHECK (usage_limit >= 0),
    used_count integer NOT NULL DEFAULT 0,
    expires_at timestamptz,
    CHECK ((percent_off IS NULL) <> (amount_off IS NULL)),
    CHECK (used_count >= 0 AND (usage_limit IS NULL OR used_count <= usage_limit))
);
-- A use is held by an order and given back with it.
CREATE TABLE discount_claims (
    code text NOT NULL REFERENCES discount_codes (code),
    order_id text NOT NULL,
    buyer_id text NOT NULL,
    claimed_at timestamptz NOT NULL DEFAULT now(),
    released_at timestamptz,
    PRIMARY KEY (code, order_id)
);
CREATE INDEX discount_claims_of_order ON discount_claims (order_id);

CREATE TABLE sagas (
    id text PRIMARY KEY,
    definition text NOT NULL,
    version integer NOT NULL,
    order_id text NOT NULL,
    buyer_id text NOT NULL,
    state text NOT NULL CHECK (state IN
        ('RUNNING', 'PARKED', 'COMPENSATING', 'DONE', 'COMPENSATED', 'NEEDS_ATTENTION')),
    step text NOT NULL,
    -- Rises with every claim; a write under an older one is refused.
    epoch bigint NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    -- When an engine may claim it: the end of a lease, of a backoff or of a parking.
    due_at timestamptz NOT NULL,
    payload jsonb NOT NULL,
    reason text,
    last_error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sagas_due ON sagas (definition, due_at) WHERE state IN ('RUNNING', 'COMPENSATING', 'PARKED');
CREATE INDEX sagas_of_order ON sagas (order_id);
CREATE INDEX sagas_by_state ON sagas (state, id DESC);
CREATE UNIQUE INDEX sagas_one_checkout ON sagas (order_id, definition) WHERE definition IN ('checkout', 'cancellation');

-- Scoped to a principal (or cart secret) and a mutation, so that nobody ever gets another shopper's answer.
CREATE TABLE idempotency_keys (
    scope text NOT NULL,
    mutation text NOT NULL,
    key text NOT NULL,
    -- Hash of the other arguments.
    arguments text NOT NULL,
    order_id text NOT NULL,
    result text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (scope, mutation, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- Provider events as they came: stored, answered, then processed.
CREATE TABLE webhook_events (
    provider text NOT NULL,
    event_id text NOT NULL,
    type text NOT NULL,
    -- What it is about: our attempt where the event names it, and the provider's object.
    attempt_id text,
    object_id text,
    body bytea NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT now(),
    processed_at timestamptz,
    outcome text,
    PRIMARY KEY (provider, event_id)
);
CREATE INDEX webhook_events_waiting ON webhook_events (due_at) WHERE processed_at IS NULL;

-- include: outbox
-- include: inbox
