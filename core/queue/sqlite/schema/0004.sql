-- Refused deliveries that a person had read once more by the rules in force, and that were taken.
CREATE TABLE delivery_replay (
  refused_id  INTEGER PRIMARY KEY REFERENCES delivery(id),
  delivery_id INTEGER NOT NULL REFERENCES delivery(id),  -- as which it was taken
  made        INTEGER NOT NULL,                          -- 0: that was there already
  asked_by    TEXT    NOT NULL
) STRICT;
CREATE INDEX delivery_replay_taken ON delivery_replay(delivery_id);

-- Tells the delivery's door by which of its secrets the sender was proven.
ALTER TABLE refusal ADD COLUMN proven_by TEXT;

-- Of a position without an event: the newest delivery when the ref was found there.
ALTER TABLE ref_position ADD COLUMN found_after INTEGER;

PRAGMA user_version = 4;
