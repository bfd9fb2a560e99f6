-- A database as schema 2 left it: written by a daemon of that schema that was killed, then dumped. Never
-- changes.
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
INSERT INTO store VALUES(1,1,1,1795886291000);
CREATE TABLE node (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  host       TEXT    NOT NULL,
  started_at INTEGER NOT NULL
) STRICT;
INSERT INTO node VALUES(1,'host',1795886292164);
CREATE TABLE repository (
  id   INTEGER PRIMARY KEY,
  name TEXT    NOT NULL UNIQUE
) STRICT;
INSERT INTO repository VALUES(1,'acme/shop');
CREATE TABLE source (
  id   INTEGER PRIMARY KEY,
  name TEXT    NOT NULL UNIQUE
) STRICT;
INSERT INTO source VALUES(1,'/hooks/github/acme/shop');
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
, size_before INTEGER, body_bytes INTEGER GENERATED ALWAYS AS (
  CASE WHEN length(body) > 1048576 THEN length(body) ELSE coalesce(size_before, length(body)) END
) VIRTUAL) STRICT;
INSERT INTO delivery VALUES(1,'01M8HJM8M5GV2V62H5GSMDAJV5',1,'key-1',1,1795886293637,'github','push','127.0.0.1',replace('Host: 127.0.0.1:18473\nUser-Agent: GitHub-Hookshot/hookctl\nAccept: */*\nContent-Type: application/json\nX-GitHub-Event: push\nX-GitHub-Delivery: key-1\nX-GitHub-Hook-ID: 1\nX-GitHub-Hook-Installation-Target-Type: repository\nX-GitHub-Hook-Installation-Target-ID: 1\nX-Hub-Signature: sha1=dec434dd1031e2ab9373997a0a468fc411712e04\nX-Hub-Signature-256: sha256=611d2a3c8df50022d32427aef615e9da257745a341180d4dfdae6d5396ad8a7c\nContent-Length: 209\n','\n',char(10)),X'bf7b226166746572223a2232010014df222c226265666f7265223a2231010014f006222c22636f6d6d697473223a5b5d2c22726566223a0600d0732f68656164732f6d61696e221800f005706f7369746f7279223a7b2266756c6c5f6e616d6a00f00261636d652f73686f70227d2c2273656e64b400f0057b226c6f67696e223a22686f6f6b63746c227d7d',209);
INSERT INTO delivery VALUES(2,'01M8HJMBZR7N0ZP0GCD1C0X7MN',1,'key-2',2,1795886297080,'github','pull_request','127.0.0.1',replace('Host: 127.0.0.1:18473\nUser-Agent: GitHub-Hookshot/hookctl\nAccept: */*\nContent-Type: application/json\nX-GitHub-Event: pull_request\nX-GitHub-Delivery: key-2\nX-GitHub-Hook-ID: 1\nX-GitHub-Hook-Installation-Target-Type: repository\nX-GitHub-Hook-Installation-Target-ID: 1\nX-Hub-Signature: sha1=4893273b898e75b6e436dd7d6f3cde9821dc037d\nX-Hub-Signature-256: sha256=2375cd239aa99ba9109f1e7496ab03434a438259b06da1b95f98c02e5cae6b13\nContent-Length: 605\n','\n',char(10)),X'f02c7b22616374696f6e223a20226f70656e6564222c20226e756d626572223a20372c20227265706f7369746f7279223a207b2266756c6c5f6e616d653300f10361636d652f73686f70227d2c202273656e643700617b226c6f6769550031616e6e1c001070370071726571756573744800096400417469746c51006f546f74616c2006005f00f6008068746d6c5f75726cd900f00768747470733a2f2f6578616d706c652e746573742f3726004064726166c200ec66616c73652c20226d65726765641100f0175f636f6d6d69745f736861223a206e756c6c2c20226c6162656c73223a205b5d2c20226865613700507b227265667300706665617475726564000236002f223301001400330000a6010158010fa0010500a10141626173652500037300406d61696e3d000370001f320100140033000f70000c50227d7d7d7d',605);
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
INSERT INTO event VALUES(1,'01M8HJM8M59YX79ZVRYAV3QD32',1,0,-6030168731107589714,1795886293637,'updated','refs/heads/main','1111111111111111111111111111111111111111','2222222222222222222222222222222222222222','github','[["checks",true,"on.push.branches","main"]]','{"id":"01M8HJM8M59YX79ZVRYAV3QD32","kind":"push","change":"updated","repository":"acme/shop","ref":"refs/heads/main","branch":"main","tag":null,"before":"1111111111111111111111111111111111111111","after":"2222222222222222222222222222222222222222","forced":null,"commits":[],"commit_count":0,"commits_complete":true,"paths":[],"paths_complete":true,"actor":{"login":"hookctl","name":"","email":""},"merge_request":null,"release":null,"push_options":[],"source":{"type":"github","name":"/hooks/github/acme/shop","delivery":"key-1","event":"push","received_at":"2026-11-28T17:18:13.637Z","peer":"127.0.0.1"}}');
INSERT INTO event VALUES(2,'01M8HJMBZR2K44KG6E8E8598AY',1,2,NULL,1795886297080,'opened','','','','github','[["checks",true,"on.merge_request","opened"]]','{"id":"01M8HJMBZR2K44KG6E8E8598AY","kind":"merge_request","change":"opened","repository":"acme/shop","ref":null,"branch":null,"tag":null,"before":null,"after":null,"forced":null,"commits":[],"commit_count":null,"commits_complete":false,"paths":[],"paths_complete":false,"actor":{"login":"ann","name":"","email":""},"merge_request":{"number":7,"title":"Total Total Total Total Total Total Total Total Total Total Total Total Total Total Total Total Total Total Total Total ","url":"https://example.test/7","draft":false,"labels":[],"source":{"repository":"acme/shop","branch":"feature","commit":"3333333333333333333333333333333333333333"},"target":{"repository":"acme/shop","branch":"main"},"merge_commit":null,"fork":false},"release":null,"push_options":[],"source":{"type":"github","name":"/hooks/github/acme/shop","delivery":"key-2","event":"pull_request","received_at":"2026-11-28T17:18:17.080Z","peer":"127.0.0.1"}}');
CREATE TABLE arrival (
  delivery_id INTEGER NOT NULL REFERENCES delivery(id),
  event_id    INTEGER NOT NULL REFERENCES event(id),
  PRIMARY KEY (delivery_id, event_id)
) STRICT, WITHOUT ROWID;
INSERT INTO arrival VALUES(1,1);
INSERT INTO arrival VALUES(2,2);
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
INSERT INTO run VALUES(1,1,1,1,0,1,1,0,0,0,1795886293637,1795886293720,NULL,'checks','7b286e8a88c6cc270c2a0a68c7f18d28a9f36c912af653f2b080aa22e45ea54b','2222222222222222222222222222222222222222',NULL);
INSERT INTO run VALUES(2,2,1,0,2,0,0,0,0,0,1795886297084,NULL,NULL,'checks','7b286e8a88c6cc270c2a0a68c7f18d28a9f36c912af653f2b080aa22e45ea54b','3333333333333333333333333333333333333333',NULL);
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
INSERT INTO "action" VALUES(1,1,4,1795886294040,1800000,'build','run','','{"env":{},"settings":"echo version=1.2.3 >> \"$HOOKD_OUTPUT\"","shell":["/bin/sh","-eu"],"workspace":"none"}');
INSERT INTO "action" VALUES(2,1,NULL,NULL,1800000,'slow','run','','{"env":{},"settings":"sleep 120","shell":["/bin/sh","-eu"],"workspace":"none"}');
INSERT INTO "action" VALUES(3,2,NULL,NULL,1800000,'build','run','','{"env":{},"settings":"echo version=1.2.3 >> \"$HOOKD_OUTPUT\"","shell":["/bin/sh","-eu"],"workspace":"none"}');
INSERT INTO "action" VALUES(4,2,NULL,NULL,1800000,'slow','run','','{"env":{},"settings":"sleep 120","shell":["/bin/sh","-eu"],"workspace":"none"}');
CREATE TABLE need (
  action_id INTEGER NOT NULL REFERENCES action(id),
  needed_id INTEGER NOT NULL REFERENCES action(id),
  condition INTEGER NOT NULL,                -- NeedCondition
  PRIMARY KEY (action_id, needed_id)
) STRICT, WITHOUT ROWID;
INSERT INTO need VALUES(2,1,0);
INSERT INTO need VALUES(4,3,0);
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
INSERT INTO queue VALUES(2,1,1,3,0,0,1,0,1795886294040,2,1,1795886332288,30000,NULL,NULL,NULL);
INSERT INTO queue VALUES(3,2,1,2,0,0,0,0,1795886297084,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO queue VALUES(4,2,1,0,1,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
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
INSERT INTO attempt VALUES(1,1,1,1,1795886293720,1795886294040,'success','',0,NULL,0,8683520,0,0);
INSERT INTO attempt VALUES(2,2,1,1,1795886294056,NULL,'','',NULL,NULL,0,0,0,0);
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
CREATE TABLE refusal (
  delivery_id INTEGER PRIMARY KEY REFERENCES delivery(id),
  source_id   INTEGER NOT NULL REFERENCES source(id),
  verdict     INTEGER NOT NULL,              -- Verdict::Kind
  status      INTEGER NOT NULL,              -- of HTTP, as the sender was answered
  reason      TEXT    NOT NULL,
  detail      TEXT    NOT NULL,
  key         TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS "ref_position" (
  repository_id INTEGER NOT NULL REFERENCES repository(id),
  ref           TEXT    NOT NULL,
  object_id     TEXT    NOT NULL,            -- all zero: gone
  event_id      INTEGER REFERENCES event(id),
  PRIMARY KEY (repository_id, ref)
) STRICT, WITHOUT ROWID;
INSERT INTO ref_position VALUES(1,'refs/heads/main','2222222222222222222222222222222222222222',1);
CREATE TABLE mark (
  name TEXT    PRIMARY KEY,
  at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE hash_index (
  hash   INTEGER NOT NULL,
  row_id INTEGER NOT NULL,
  PRIMARY KEY (hash, row_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE hash_journal (
  id      INTEGER PRIMARY KEY,
  entries BLOB    NOT NULL
) STRICT;
INSERT INTO hash_journal VALUES(1,X'43122430e4ee69950100000000000000ae01aafe7c8950ac0100000000000000');
INSERT INTO hash_journal VALUES(2,X'c8681b30e4bc5f950200000000000000');
CREATE TABLE hash_slice (
  slice   INTEGER PRIMARY KEY,
  written INTEGER NOT NULL
) STRICT;
WITH RECURSIVE number(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM number WHERE i < 255)
INSERT INTO hash_slice SELECT i, 0 FROM number;
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('node',1);
INSERT INTO sqlite_sequence VALUES('run',2);
INSERT INTO sqlite_sequence VALUES('action',4);
INSERT INTO sqlite_sequence VALUES('attempt',2);
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
CREATE INDEX refusal_by_source ON refusal(source_id, delivery_id);
CREATE INDEX refusal_unproven ON refusal(delivery_id) WHERE verdict = 3;
COMMIT;
PRAGMA user_version = 2;
PRAGMA journal_mode = WAL;
