-- Who had which dead letter handled again: events of the payment provider here, of Kafka where they are consumed.

-- include: dead_letters
CREATE INDEX webhook_events_given_up ON webhook_events (received_at DESC) WHERE outcome = 'about nothing we know';

-- I12 for readers: sagas that were due long ago and that nobody took up.
CREATE VIEW invariant_i12_overdue_sagas AS
SELECT id AS saga_id, order_id, definition, state, step, attempts, last_error, due_at FROM sagas
WHERE state IN ('RUNNING', 'PARKED', 'COMPENSATING') AND due_at < now() - interval '5 minutes';
