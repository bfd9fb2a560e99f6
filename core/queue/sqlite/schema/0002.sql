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

-- Refs that were there when hookd first looked at a repository have a position, and no event.
CREATE TABLE ref_place (
  repository_id INTEGER NOT NULL REFERENCES repository(id),
  ref           TEXT    NOT NULL,
  object_id     TEXT    NOT NULL,            -- all zero: gone
  event_id      INTEGER REFERENCES event(id),
  PRIMARY KEY (repository_id, ref)
) STRICT, WITHOUT ROWID;
INSERT INTO ref_place SELECT repository_id, ref, object_id, event_id FROM ref_position;
DROP TABLE ref_position;
ALTER TABLE ref_place RENAME TO ref_position;

-- When something was last done that a restart must not forget.
CREATE TABLE mark (
  name TEXT    PRIMARY KEY,
  at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 2;
