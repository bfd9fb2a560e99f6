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

-- Keys of deliveries and identities of ref changes come in no order. An index over such values
-- changed another page for almost every row; these tables are written by the hundred instead.
-- hash_index.hpp says how. A row is one of `delivery` or of `event`.
CREATE TABLE hash_index (
  hash   INTEGER NOT NULL,
  row_id INTEGER NOT NULL,
  PRIMARY KEY (hash, row_id)
) STRICT, WITHOUT ROWID;

-- One row of each transaction that added some: hash and row of each, 8 bytes each, lowest first.
CREATE TABLE hash_journal (
  id      INTEGER PRIMARY KEY,
  entries BLOB    NOT NULL
) STRICT;

-- Of the entries whose hash begins with this byte: up to which journal row hash_index has them.
CREATE TABLE hash_slice (
  slice   INTEGER PRIMARY KEY,
  written INTEGER NOT NULL
) STRICT;
WITH RECURSIVE number(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM number WHERE i < 255)
INSERT INTO hash_slice SELECT i, 0 FROM number;

INSERT INTO hash_index
  SELECT delivery_hash(s.name, d.key), d.id FROM delivery d JOIN source s ON s.id = d.source_id
  WHERE d.key IS NOT NULL;
INSERT OR IGNORE INTO hash_index SELECT identity, id FROM event WHERE identity IS NOT NULL;
DROP INDEX delivery_by_key;
DROP INDEX event_by_identity;

-- Of a body that is a block of LZ4: its size before. NULL: the body is as it came.
ALTER TABLE delivery ADD COLUMN size_before INTEGER;
-- The body's size as it came. Only what is small was ever compressed, and of what is large the
-- columns behind the body are far away.
ALTER TABLE delivery ADD COLUMN body_bytes INTEGER GENERATED ALWAYS AS (
  CASE WHEN length(body) > 1048576 THEN length(body) ELSE coalesce(size_before, length(body)) END
) VIRTUAL;

PRAGMA user_version = 2;
