-- Wishes of people to have an event run again. A key that comes again is the same wish.
CREATE TABLE replay (
  id       INTEGER PRIMARY KEY,
  event_id INTEGER NOT NULL REFERENCES event(id),
  at       INTEGER NOT NULL,
  asked_by TEXT    NOT NULL,
  rule     TEXT    NOT NULL,                 -- empty: every rule that matched
  key      TEXT
) STRICT;
CREATE UNIQUE INDEX replay_by_key ON replay(key) WHERE key IS NOT NULL;

-- Runs that their event's arrival did not start. Most runs have no row here.
CREATE TABLE rerun (
  run_id    INTEGER PRIMARY KEY REFERENCES run(id),
  number    INTEGER NOT NULL,                -- how many runs of its rule the event had before
  cause     INTEGER NOT NULL,                -- RerunCause
  asked_by  TEXT    NOT NULL,
  replay_id INTEGER REFERENCES replay(id)
) STRICT;
CREATE INDEX rerun_by_replay ON rerun(replay_id) WHERE replay_id IS NOT NULL;

PRAGMA user_version = 3;
