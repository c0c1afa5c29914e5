-- When a parked event is handled again, and who had it so: never changed, never deleted.
ALTER TABLE dead_letters
    ADD COLUMN attempts integer NOT NULL DEFAULT 1,
    -- Set while it waits for its consumer.
    ADD COLUMN due_at timestamptz;
CREATE INDEX dead_letters_due ON dead_letters (consumer, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX dead_letters_parked ON dead_letters (parked_at DESC, id DESC) WHERE due_at IS NULL;
CREATE TABLE dead_letter_replays (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    letter_id text NOT NULL,
    actor_id text NOT NULL,
    reason text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX dead_letter_replays_of_letter ON dead_letter_replays (letter_id, id);
