-- The first schema. Times are milliseconds since 1970 in UTC. Integer keys inside; the ULIDs that
-- people and other programs see are unique text beside them. Text columns hold bytes as git and
-- the forges sent them.
--
-- References are written down for readers and proved by `PRAGMA foreign_key_check` in the tests;
-- enforcing them would cost a lookup for every row of the accept path, and one writer's thread
-- makes every change.

PRAGMA application_id = 0x686F6F6B;  -- "hook"

-- One row. The epoch grows with every start: a writer that finds another number than its own has
-- been replaced and stops. The openings are written to see that the file can be.
CREATE TABLE store (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  epoch      INTEGER NOT NULL,
  openings   INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
INSERT INTO store VALUES (1, 0, 0, CAST(strftime('%s', 'now') AS INTEGER) * 1000);

-- Stays of worker processes. Never deleted while an attempt names them.
CREATE TABLE node (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  host       TEXT    NOT NULL,
  started_at INTEGER NOT NULL
) STRICT;

CREATE TABLE repository (
  id   INTEGER PRIMARY KEY,
  name TEXT    NOT NULL UNIQUE
) STRICT;

-- The doors that deliveries come through.
CREATE TABLE source (
  id   INTEGER PRIMARY KEY,
  name TEXT    NOT NULL UNIQUE
) STRICT;

-- What came in, as it came. The body is last: whoever reads the small columns does not touch it.
CREATE TABLE delivery (
  id          INTEGER PRIMARY KEY,
  ulid        TEXT    NOT NULL UNIQUE,
  source_id   INTEGER NOT NULL REFERENCES source(id),
  key         TEXT,                          -- the sender's own id; NULL where it sends none
  arrivals    INTEGER NOT NULL DEFAULT 1,    -- how often this very delivery came
  received_at INTEGER NOT NULL,
  provider    TEXT    NOT NULL,
  event       TEXT    NOT NULL,
  peer        TEXT    NOT NULL,
  headers     TEXT    NOT NULL,              -- "Name: value" lines
  body        BLOB    NOT NULL
) STRICT;
CREATE UNIQUE INDEX delivery_by_key ON delivery(source_id, key) WHERE key IS NOT NULL;

CREATE TABLE event (
  id            INTEGER PRIMARY KEY,
  ulid          TEXT    NOT NULL UNIQUE,
  repository_id INTEGER NOT NULL REFERENCES repository(id),
  kind          INTEGER NOT NULL,            -- EventKind
  identity      INTEGER,                     -- hash of a ref change's identity, NULL for the rest
  received_at   INTEGER NOT NULL,
  change        TEXT    NOT NULL,
  ref           TEXT    NOT NULL,
  before        TEXT    NOT NULL,
  after         TEXT    NOT NULL,
  source_type   TEXT    NOT NULL,
  decisions     TEXT    NOT NULL,            -- JSON: [[rule, matched, clause, seen], ...]
  json          TEXT    NOT NULL             -- the event in its one JSON form
) STRICT;
CREATE INDEX event_by_identity ON event(identity) WHERE identity IS NOT NULL;
-- Both cover every filter of a list, so that no list walks the wide rows.
CREATE INDEX event_by_repository ON event(repository_id, id, received_at, kind);
CREATE INDEX event_listed ON event(id, received_at, kind);

-- Which deliveries brought which events: more than one where a ref change came several ways.
CREATE TABLE arrival (
  delivery_id INTEGER NOT NULL REFERENCES delivery(id),
  event_id    INTEGER NOT NULL REFERENCES event(id),
  PRIMARY KEY (delivery_id, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX arrival_by_event ON arrival(event_id);

-- Where each ref was when we last heard of it.
CREATE TABLE ref_position (
  repository_id INTEGER NOT NULL REFERENCES repository(id),
  ref           TEXT    NOT NULL,
  object_id     TEXT    NOT NULL,            -- all zero: gone
  event_id      INTEGER NOT NULL REFERENCES event(id),
  PRIMARY KEY (repository_id, ref)
) STRICT, WITHOUT ROWID;

-- The counters say how many of its actions are where; `state` follows from them.
CREATE TABLE run (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  event_id      INTEGER NOT NULL REFERENCES event(id),
  repository_id INTEGER NOT NULL REFERENCES repository(id),
  state         INTEGER NOT NULL,            -- RunState
  n_idle        INTEGER NOT NULL,            -- blocked, waiting, ready
  n_running     INTEGER NOT NULL DEFAULT 0,
  n_passed      INTEGER NOT NULL DEFAULT 0,  -- success, skipped
  n_failed      INTEGER NOT NULL DEFAULT 0,  -- failure, error, timeout, unknown
  n_canceled    INTEGER NOT NULL DEFAULT 0,
  n_superseded  INTEGER NOT NULL DEFAULT 0,
  created_at    INTEGER NOT NULL,
  started_at    INTEGER,
  finished_at   INTEGER,
  rule          TEXT    NOT NULL,
  rule_hash     TEXT    NOT NULL,
  object_id     TEXT    NOT NULL,            -- the commit its actions work on
  once_key      TEXT
) STRICT;
CREATE INDEX run_by_event ON run(event_id);
CREATE INDEX run_by_repository ON run(repository_id, id, state);
CREATE INDEX run_by_state ON run(state, id);
CREATE UNIQUE INDEX run_by_once_key ON run(once_key) WHERE once_key IS NOT NULL;

-- Cold: what to do and how it ended. Written twice in its life.
CREATE TABLE action (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id      INTEGER NOT NULL REFERENCES run(id),
  state       INTEGER,                       -- ActionState once final; until then queue.state
  finished_at INTEGER,
  timeout_ms  INTEGER NOT NULL,
  name        TEXT    NOT NULL,
  handler     TEXT    NOT NULL,
  reason      TEXT    NOT NULL DEFAULT '',
  spec        TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX action_by_run ON action(run_id, name);

CREATE TABLE need (
  action_id INTEGER NOT NULL REFERENCES action(id),
  needed_id INTEGER NOT NULL REFERENCES action(id),
  condition INTEGER NOT NULL,                -- NeedCondition
  PRIMARY KEY (action_id, needed_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX need_by_needed ON need(needed_id);

-- Hot: one narrow row per unfinished action, deleted when it ends.
CREATE TABLE queue (
  action_id     INTEGER PRIMARY KEY REFERENCES action(id),
  run_id        INTEGER NOT NULL REFERENCES run(id),
  repository_id INTEGER NOT NULL REFERENCES repository(id),
  state         INTEGER NOT NULL,            -- ActionState: blocked waiting ready running
  needs_open    INTEGER NOT NULL,            -- needed actions that have not ended
  on_lost       INTEGER NOT NULL,            -- OnLost
  tries         INTEGER NOT NULL DEFAULT 0,  -- attempts that count
  losses        INTEGER NOT NULL DEFAULT 0,
  ready_at      INTEGER,                     -- since when it can be claimed
  fence         INTEGER REFERENCES attempt(id),
  node_id       INTEGER REFERENCES node(id),
  lease_until   INTEGER,
  lease_ms      INTEGER,
  cancel_at     INTEGER,
  cancel_reason TEXT,
  group_key     TEXT
) STRICT;
CREATE INDEX queue_ready ON queue(repository_id, action_id) WHERE state = 2;
CREATE INDEX queue_running ON queue(node_id) WHERE state = 3;
-- The first entry of a key is the only one of its group that may run.
CREATE INDEX queue_by_group ON queue(group_key, action_id) WHERE group_key IS NOT NULL;

-- The id is the fence.
CREATE TABLE attempt (
  id                INTEGER PRIMARY KEY AUTOINCREMENT,
  action_id         INTEGER NOT NULL REFERENCES action(id),
  node_id           INTEGER NOT NULL REFERENCES node(id),
  number            INTEGER NOT NULL,
  started_at        INTEGER NOT NULL,
  ended_at          INTEGER,
  outcome           TEXT    NOT NULL DEFAULT '',
  reason            TEXT    NOT NULL DEFAULT '',
  exit_code         INTEGER,
  signal            INTEGER,
  cpu_ms            INTEGER NOT NULL DEFAULT 0,
  peak_memory_bytes INTEGER NOT NULL DEFAULT 0,
  log_bytes         INTEGER NOT NULL DEFAULT 0,
  log_dropped_bytes INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX attempt_by_action ON attempt(action_id);

CREATE TABLE output (
  action_id INTEGER NOT NULL REFERENCES action(id),
  name      TEXT    NOT NULL,
  value     TEXT    NOT NULL,
  PRIMARY KEY (action_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE deployment (
  id            INTEGER PRIMARY KEY,
  repository_id INTEGER NOT NULL REFERENCES repository(id),
  run_id        INTEGER NOT NULL REFERENCES run(id),
  fence         INTEGER NOT NULL REFERENCES attempt(id),
  at            INTEGER NOT NULL,
  environment   TEXT    NOT NULL,
  target        TEXT    NOT NULL,
  release       TEXT    NOT NULL,
  object_id     TEXT    NOT NULL,
  state         TEXT    NOT NULL
) STRICT;
CREATE INDEX deployment_by_repository ON deployment(repository_id, id);

PRAGMA user_version = 1;
