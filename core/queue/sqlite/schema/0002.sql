-- Deliveries that brought nothing because of what they were. Most deliveries have no row here, so
-- that taking one costs nothing for it.
--
-- A refused delivery's key stands here and not in `delivery`: what was refused is no earlier
-- arrival of what comes later under the same key, whoever sent it.
CREATE TABLE refusal (
  delivery_id INTEGER PRIMARY KEY REFERENCES delivery(id),
  source_id   INTEGER NOT NULL REFERENCES source(id),
  verdict     INTEGER NOT NULL,              -- Verdict::Kind
  status      INTEGER NOT NULL,              -- of HTTP, as the sender was answered
  reason      TEXT    NOT NULL,
  detail      TEXT    NOT NULL,
  key         TEXT
) STRICT;
CREATE INDEX refusal_by_source ON refusal(source_id, delivery_id);
-- Only so many of these are kept; the oldest goes first.
CREATE INDEX refusal_unproven ON refusal(delivery_id) WHERE verdict = 3;

PRAGMA user_version = 2;
