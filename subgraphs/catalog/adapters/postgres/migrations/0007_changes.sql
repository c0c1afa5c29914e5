-- Who changed what, and when. Written by every write of the catalogue in its own transaction, never changed afterwards.

CREATE TABLE catalog_changes (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text NOT NULL,                     -- a name of domain.change.EntityKind
    entity_id  text NOT NULL,
    version    bigint NOT NULL,                   -- the entity's after the change; 0 where it has none
    actor      text NOT NULL,                     -- "user:usr_…" or "service:catalog"
    request_id text NOT NULL,
    operation  text NOT NULL,
    before     jsonb NOT NULL,                    -- the fields that differ, and what they were; {} at its creation
    after      jsonb NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX catalog_changes_by_entity ON catalog_changes (entity_id, id DESC);
CREATE INDEX catalog_changes_by_kind ON catalog_changes (kind, id DESC);

CREATE FUNCTION refuse_change_of_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the record of changes is append-only';
END
$$;
CREATE TRIGGER catalog_changes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON catalog_changes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_history();
