-- Long work that survives restarts: a worker leases a job, and notes how far it came with each effect.

CREATE TABLE jobs (
    id           text PRIMARY KEY,
    kind         text NOT NULL CHECK (kind IN ('CATALOG_IMPORT', 'CATALOG_EXPORT', 'SEARCH_INDEX_REBUILD')),
    state        text NOT NULL CHECK (state IN ('RECEIVING', 'QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED')),
    actor        text NOT NULL,
    input        jsonb NOT NULL DEFAULT '{}',
    checkpoint   jsonb NOT NULL DEFAULT '{}',     -- where the next worker goes on
    done         bigint NOT NULL DEFAULT 0,       -- lines or products
    total        bigint,
    failed       bigint NOT NULL DEFAULT 0,
    created      bigint NOT NULL DEFAULT 0,
    updated      bigint NOT NULL DEFAULT 0,
    unchanged    bigint NOT NULL DEFAULT 0,
    fraction     double precision NOT NULL DEFAULT 0,
    parts_in     integer NOT NULL DEFAULT 0,
    bytes_in     bigint NOT NULL DEFAULT 0,
    parts_out    integer NOT NULL DEFAULT 0,
    bytes_out    bigint NOT NULL DEFAULT 0,
    epoch        bigint NOT NULL DEFAULT 0,       -- of the lease: who has an older one writes nothing any more
    leased_until timestamptz NOT NULL DEFAULT '-infinity',
    attempts     integer NOT NULL DEFAULT 0,      -- since the last progress
    error        text,
    created_at   timestamptz NOT NULL DEFAULT now(),
    started_at   timestamptz,
    finished_at  timestamptz
);
CREATE INDEX jobs_to_do ON jobs (created_at, id) WHERE state IN ('QUEUED', 'RUNNING');
CREATE INDEX jobs_by_age ON jobs (created_at DESC, id DESC);

-- The file a job reads ('in') or makes ('out'), in pieces that are packed already.
CREATE TABLE job_parts (
    job_id  text NOT NULL REFERENCES jobs ON DELETE CASCADE,
    side    text NOT NULL CHECK (side IN ('in', 'out')),
    number  integer NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (job_id, side, number)
);
ALTER TABLE job_parts ALTER COLUMN content SET STORAGE EXTERNAL;

-- Lines that are not in the catalogue.
CREATE TABLE job_errors (
    job_id    text NOT NULL REFERENCES jobs ON DELETE CASCADE,
    number    bigint GENERATED ALWAYS AS IDENTITY,
    line      bigint NOT NULL,
    reference text NOT NULL,
    field     text NOT NULL,
    message   text NOT NULL,
    remedy    text NOT NULL,
    PRIMARY KEY (job_id, number)
);
