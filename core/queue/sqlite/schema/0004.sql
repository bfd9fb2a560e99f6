-- Refused deliveries that a person had read once more by the rules in force, and that were taken.
CREATE TABLE delivery_replay (
  refused_id  INTEGER PRIMARY KEY REFERENCES delivery(id),
  delivery_id INTEGER NOT NULL UNIQUE REFERENCES delivery(id),  -- as which it was taken
  asked_by    TEXT    NOT NULL
) STRICT;

PRAGMA user_version = 4;
