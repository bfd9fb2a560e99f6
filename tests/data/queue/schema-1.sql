-- A database as schema 1 left it: written by a queue of that schema, then dumped. Never changes.
PRAGMA page_size = 8192;
PRAGMA application_id = 0x686F6F6B;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE store (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  epoch      INTEGER NOT NULL,
  openings   INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
INSERT INTO store VALUES(1,1,1,1795443760000);
CREATE TABLE node (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  host       TEXT    NOT NULL,
  started_at INTEGER NOT NULL
) STRICT;
INSERT INTO node VALUES(1,'host',1767225600000);
CREATE TABLE repository (
  id   INTEGER PRIMARY KEY,
  name TEXT    NOT NULL UNIQUE
) STRICT;
INSERT INTO repository VALUES(1,'acme/shop');
CREATE TABLE source (
  id   INTEGER PRIMARY KEY,
  name TEXT    NOT NULL UNIQUE
) STRICT;
INSERT INTO source VALUES(1,'/hooks/github');
INSERT INTO source VALUES(2,'hook');
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
INSERT INTO delivery VALUES(1,'01KDVDNA7T210DSJK7Q7GKHD9J',1,'key-1',1,1767225600250,'github','push','127.0.0.1',replace('X-GitHub-Event: push\nX-GitHub-Delivery: key-1\n','\n',char(10)),X'7b2261223a22ff00227d');
INSERT INTO delivery VALUES(2,'01KDVDNA7T6V5G67CXZPVTG58B',2,NULL,1,1767225600250,'hook','push','127.0.0.1','',X'7b7d');
INSERT INTO delivery VALUES(3,'01KDVDNA7TPQ1VRMT9CV2N4SB8',2,'spool-2',1,1767225600250,'hook','push','127.0.0.1','',X'7b7d');
INSERT INTO delivery VALUES(4,'01KDVDNA7TX8ZQCA597PEKMTZY',1,'key-2',1,1767225600250,'github','push','127.0.0.1','',X'7b7d');
INSERT INTO delivery VALUES(5,'01KDVDNA7TG6G84TEAXG0Q2RF0',1,'ping-1',1,1767225600250,'github','push','127.0.0.1','',X'7b7d');
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
INSERT INTO event VALUES(1,'01KDVDNA7TZM8RB2GZ4J1CHVET',1,0,-3606539840669028199,1767225600250,'created','refs/heads/main','0000000000000000000000000000000000000000','1000000000000000000000000000000000000000','hook','[["build",true,"on.push","refs/heads/main"]]','{"id":"01KDVDNA7TZM8RB2GZ4J1CHVET","kind":"push","change":"created","repository":"acme/shop","ref":"refs/heads/main","branch":"main","tag":null,"before":"0000000000000000000000000000000000000000","after":"1000000000000000000000000000000000000000","forced":null,"commits":[],"commit_count":null,"commits_complete":false,"paths":[],"paths_complete":false,"actor":null,"merge_request":null,"release":null,"push_options":[],"source":{"type":"hook","name":"acme/shop","delivery":"spool-1","event":"post-receive","received_at":"2026-01-01T00:00:00.250Z","peer":null}}');
INSERT INTO event VALUES(2,'01KDVDNA7T2RVPEJ4CA1SZX20V',1,0,-7935018169576415211,1767225600250,'updated','refs/heads/main','1000000000000000000000000000000000000000','2000000000000000000000000000000000000000','hook','[["release",true,"on.push","refs/heads/main"]]','{"id":"01KDVDNA7T2RVPEJ4CA1SZX20V","kind":"push","change":"updated","repository":"acme/shop","ref":"refs/heads/main","branch":"main","tag":null,"before":"1000000000000000000000000000000000000000","after":"2000000000000000000000000000000000000000","forced":null,"commits":[],"commit_count":null,"commits_complete":false,"paths":[],"paths_complete":false,"actor":null,"merge_request":null,"release":null,"push_options":[],"source":{"type":"hook","name":"acme/shop","delivery":"spool-1","event":"post-receive","received_at":"2026-01-01T00:00:00.250Z","peer":null}}');
INSERT INTO event VALUES(3,'01KDVDNA7TVHAKDCMXKJQG5MT3',1,2,NULL,1767225600250,'','','','','github','[["review",true,"on.push","refs/heads/main"]]','{"id":"01KDVDNA7TVHAKDCMXKJQG5MT3","kind":"merge_request","change":null,"repository":"acme/shop","ref":null,"branch":null,"tag":null,"before":null,"after":null,"forced":null,"commits":[],"commit_count":null,"commits_complete":false,"paths":[],"paths_complete":false,"actor":null,"merge_request":null,"release":null,"push_options":[],"source":{"type":"github","name":"/hooks/github","delivery":"d","event":"release","received_at":"2026-01-01T00:00:00.250Z","peer":"127.0.0.1"}}');
CREATE TABLE arrival (
  delivery_id INTEGER NOT NULL REFERENCES delivery(id),
  event_id    INTEGER NOT NULL REFERENCES event(id),
  PRIMARY KEY (delivery_id, event_id)
) STRICT, WITHOUT ROWID;
INSERT INTO arrival VALUES(1,1);
INSERT INTO arrival VALUES(2,1);
INSERT INTO arrival VALUES(3,2);
INSERT INTO arrival VALUES(4,3);
CREATE TABLE ref_position (
  repository_id INTEGER NOT NULL REFERENCES repository(id),
  ref           TEXT    NOT NULL,
  object_id     TEXT    NOT NULL,            -- all zero: gone
  event_id      INTEGER NOT NULL REFERENCES event(id),
  PRIMARY KEY (repository_id, ref)
) STRICT, WITHOUT ROWID;
INSERT INTO ref_position VALUES(1,'refs/heads/main','2000000000000000000000000000000000000000',2);
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
INSERT INTO run VALUES(1,1,1,1,1,0,1,0,0,0,1767225600000,1767225600000,NULL,'build','hash-of-build','a000000000000000000000000000000000000000',NULL);
INSERT INTO run VALUES(2,2,1,1,0,1,0,0,0,0,1767225600000,1767225600000,NULL,'release','hash-of-release','a000000000000000000000000000000000000000',NULL);
INSERT INTO run VALUES(3,3,1,0,1,0,0,0,0,0,1767225600000,NULL,NULL,'review','hash-of-review','a000000000000000000000000000000000000000',NULL);
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
INSERT INTO "action" VALUES(1,1,4,1767225600000,60000,'lint','run','','{"run":["true"]}');
INSERT INTO "action" VALUES(2,1,NULL,NULL,60000,'test','run','','{"run":["true"]}');
INSERT INTO "action" VALUES(3,2,NULL,NULL,60000,'deploy','run','','{"run":["true"]}');
INSERT INTO "action" VALUES(4,3,NULL,NULL,60000,'test','run','','{"run":["true"]}');
CREATE TABLE need (
  action_id INTEGER NOT NULL REFERENCES action(id),
  needed_id INTEGER NOT NULL REFERENCES action(id),
  condition INTEGER NOT NULL,                -- NeedCondition
  PRIMARY KEY (action_id, needed_id)
) STRICT, WITHOUT ROWID;
INSERT INTO need VALUES(2,1,0);
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
INSERT INTO queue VALUES(2,1,1,2,0,0,0,0,1767225600000,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO queue VALUES(3,2,1,3,0,0,1,0,1767225600000,2,1,1767225630000,30000,NULL,NULL,'deploy:acme/shop:production');
INSERT INTO queue VALUES(4,3,1,2,0,0,0,0,1767225600000,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
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
INSERT INTO attempt VALUES(1,1,1,1,1767225600000,1767225600000,'success','',0,NULL,0,0,12,0);
INSERT INTO attempt VALUES(2,3,1,1,1767225600000,NULL,'','',NULL,NULL,0,0,0,0);
CREATE TABLE output (
  action_id INTEGER NOT NULL REFERENCES action(id),
  name      TEXT    NOT NULL,
  value     TEXT    NOT NULL,
  PRIMARY KEY (action_id, name)
) STRICT, WITHOUT ROWID;
INSERT INTO output VALUES(1,'version','1.2.3');
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
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('node',1);
INSERT INTO sqlite_sequence VALUES('run',3);
INSERT INTO sqlite_sequence VALUES('action',4);
INSERT INTO sqlite_sequence VALUES('attempt',2);
CREATE UNIQUE INDEX delivery_by_key ON delivery(source_id, key) WHERE key IS NOT NULL;
CREATE INDEX event_by_identity ON event(identity) WHERE identity IS NOT NULL;
CREATE INDEX event_by_repository ON event(repository_id, id, received_at, kind);
CREATE INDEX event_listed ON event(id, received_at, kind);
CREATE INDEX arrival_by_event ON arrival(event_id);
CREATE INDEX run_by_event ON run(event_id);
CREATE INDEX run_by_repository ON run(repository_id, id, state);
CREATE INDEX run_by_state ON run(state, id);
CREATE UNIQUE INDEX run_by_once_key ON run(once_key) WHERE once_key IS NOT NULL;
CREATE UNIQUE INDEX action_by_run ON action(run_id, name);
CREATE INDEX need_by_needed ON need(needed_id);
CREATE INDEX queue_ready ON queue(repository_id, action_id) WHERE state = 2;
CREATE INDEX queue_running ON queue(node_id) WHERE state = 3;
CREATE INDEX queue_by_group ON queue(group_key, action_id) WHERE group_key IS NOT NULL;
CREATE INDEX attempt_by_action ON attempt(action_id);
CREATE INDEX deployment_by_repository ON deployment(repository_id, id);
COMMIT;
PRAGMA user_version = 1;
PRAGMA journal_mode = WAL;
