-- A database as schema 3 left it: written by a daemon of that schema that was killed, then dumped. Never
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
INSERT INTO store VALUES(1,1,1,1795959138000);
CREATE TABLE node (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  host       TEXT    NOT NULL,
  started_at INTEGER NOT NULL
) STRICT;
INSERT INTO node VALUES(1,'host',1795959138276);
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
INSERT INTO delivery VALUES(1,'01M8KR3BAFXEHKB6SZ2GDFD2XT',1,'key-1',1,1795959139663,'github','push','127.0.0.1',replace('Host: 127.0.0.1:18099\nUser-Agent: GitHub-Hookshot/hookctl\nAccept: */*\nContent-Type: application/json\nX-GitHub-Event: push\nX-GitHub-Delivery: key-1\nX-GitHub-Hook-ID: 1\nX-GitHub-Hook-Installation-Target-Type: repository\nX-GitHub-Hook-Installation-Target-ID: 1\nX-Hub-Signature: sha1=d81ee845f233e2fa14ebfc7c12a4d6e290fbe4e3\nX-Hub-Signature-256: sha256=a171c4511d8109bda63ba8dae9d8e85a18039e4e42953beeb75c1406d348a38b\nContent-Length: 209\n','\n',char(10)),X'bf7b226166746572223a2231010014df222c226265666f7265223a2230010014f006222c22636f6d6d697473223a5b5d2c22726566223a0600d0732f68656164732f6e657874221800f005706f7369746f7279223a7b2266756c6c5f6e616d6a00f00261636d652f73686f70227d2c2273656e64b400f0057b226c6f67696e223a22686f6f6b63746c227d7d',209);
INSERT INTO delivery VALUES(2,'01M8KR3F9QQ5CK26QXPB1ES3T0',1,'key-2',1,1795959143735,'github','push','127.0.0.1',replace('Host: 127.0.0.1:18099\nUser-Agent: GitHub-Hookshot/hookctl\nAccept: */*\nContent-Type: application/json\nX-GitHub-Event: push\nX-GitHub-Delivery: key-2\nX-GitHub-Hook-ID: 1\nX-GitHub-Hook-Installation-Target-Type: repository\nX-GitHub-Hook-Installation-Target-ID: 1\nX-Hub-Signature: sha1=dec434dd1031e2ab9373997a0a468fc411712e04\nX-Hub-Signature-256: sha256=611d2a3c8df50022d32427aef615e9da257745a341180d4dfdae6d5396ad8a7c\nContent-Length: 209\n','\n',char(10)),X'bf7b226166746572223a2232010014df222c226265666f7265223a2231010014f006222c22636f6d6d697473223a5b5d2c22726566223a0600d0732f68656164732f6d61696e221800f005706f7369746f7279223a7b2266756c6c5f6e616d6a00f00261636d652f73686f70227d2c2273656e64b400f0057b226c6f67696e223a22686f6f6b63746c227d7d',209);
INSERT INTO delivery VALUES(3,'01M8KR3GN80N3EE23VKC6JZ5D7',1,NULL,1,1795959145128,'github','push','127.0.0.1',replace('Host: 127.0.0.1:18099\nUser-Agent: GitHub-Hookshot/hookctl\nAccept: */*\nContent-Type: application/json\nX-GitHub-Event: push\nX-GitHub-Delivery: key-3\nX-GitHub-Hook-ID: 1\nX-GitHub-Hook-Installation-Target-Type: repository\nX-GitHub-Hook-Installation-Target-ID: 1\nX-Hub-Signature: sha1=c81c9aa3d68eeb5fd7fb68e6144b8829d74cfc94\nX-Hub-Signature-256: sha256=f51abab831a8c3b40a3f846e842e4dc23e7e04c9e3e54ea8eb78664121368dd5\nContent-Length: 210\n','\n',char(10)),X'7b226166746572223a2233333333333333333333333333333333333333333333333333333333333333333333333333333333222c226265666f7265223a2231313131313131313131313131313131313131313131313131313131313131313131313131313131222c22636f6d6d697473223a5b5d2c22726566223a22726566732f68656164732f6d61696e222c227265706f7369746f7279223a7b2266756c6c5f6e616d65223a2261636d652f6f74686572227d2c2273656e646572223a7b226c6f67696e223a22686f6f6b63746c227d7d',NULL);
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
INSERT INTO event VALUES(1,'01M8KR3BAFGEE3QAV3NMNTY9DA',1,0,6402980500828127206,1795959139663,'created','refs/heads/next','0000000000000000000000000000000000000000','1111111111111111111111111111111111111111','github','[["checks",true,"on.push","next"]]','{"id":"01M8KR3BAFGEE3QAV3NMNTY9DA","kind":"push","change":"created","repository":"acme/shop","ref":"refs/heads/next","branch":"next","tag":null,"before":"0000000000000000000000000000000000000000","after":"1111111111111111111111111111111111111111","forced":null,"commits":[],"commit_count":0,"commits_complete":false,"paths":[],"paths_complete":false,"actor":{"login":"hookctl","name":"","email":""},"merge_request":null,"release":null,"push_options":[],"source":{"type":"github","name":"/hooks/github/acme/shop","delivery":"key-1","event":"push","received_at":"2026-11-29T13:32:19.663Z","peer":"127.0.0.1"}}');
INSERT INTO event VALUES(2,'01M8KR3F9Q5KV5NE4W5DAS0VVF',1,0,-6030168731107589714,1795959143735,'updated','refs/heads/main','1111111111111111111111111111111111111111','2222222222222222222222222222222222222222','github','[["checks",true,"on.push","main"]]','{"id":"01M8KR3F9Q5KV5NE4W5DAS0VVF","kind":"push","change":"updated","repository":"acme/shop","ref":"refs/heads/main","branch":"main","tag":null,"before":"1111111111111111111111111111111111111111","after":"2222222222222222222222222222222222222222","forced":null,"commits":[],"commit_count":0,"commits_complete":true,"paths":[],"paths_complete":true,"actor":{"login":"hookctl","name":"","email":""},"merge_request":null,"release":null,"push_options":[],"source":{"type":"github","name":"/hooks/github/acme/shop","delivery":"key-2","event":"push","received_at":"2026-11-29T13:32:23.735Z","peer":"127.0.0.1"}}');
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
INSERT INTO run VALUES(1,1,1,3,0,0,1,1,0,0,1795959139664,1795959139693,1795959139787,'checks','e77d8946ba2e832b015be3a8ad5096dd0c461aed9782743600e4434c218665b7','1111111111111111111111111111111111111111',NULL);
INSERT INTO run VALUES(2,1,1,3,0,0,1,1,0,0,1795959142233,1795959142244,1795959142285,'checks','e77d8946ba2e832b015be3a8ad5096dd0c461aed9782743600e4434c218665b7','1111111111111111111111111111111111111111',NULL);
INSERT INTO run VALUES(3,2,1,1,0,1,1,0,0,0,1795959143735,1795959143738,NULL,'checks','e77d8946ba2e832b015be3a8ad5096dd0c461aed9782743600e4434c218665b7','2222222222222222222222222222222222222222',NULL);
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
INSERT INTO "action" VALUES(1,1,5,1795959139787,1800000,'test','run','exit status 1','{"env":{},"settings":"test $HOOKD_BRANCH = main","shell":["/bin/sh","-eu"],"workspace":"none"}');
INSERT INTO "action" VALUES(2,1,9,1795959139787,1800000,'slow','run','needs "test", which ended failure','{"env":{},"settings":"sleep 60","shell":["/bin/sh","-eu"],"workspace":"none"}');
INSERT INTO "action" VALUES(3,2,5,1795959142285,1800000,'test','run','exit status 1','{"env":{},"settings":"test $HOOKD_BRANCH = main","shell":["/bin/sh","-eu"],"workspace":"none"}');
INSERT INTO "action" VALUES(4,2,9,1795959142285,1800000,'slow','run','needs "test", which ended failure','{"env":{},"settings":"sleep 60","shell":["/bin/sh","-eu"],"workspace":"none"}');
INSERT INTO "action" VALUES(5,3,4,1795959143817,1800000,'test','run','','{"env":{},"settings":"test $HOOKD_BRANCH = main","shell":["/bin/sh","-eu"],"workspace":"none"}');
INSERT INTO "action" VALUES(6,3,NULL,NULL,1800000,'slow','run','','{"env":{},"settings":"sleep 60","shell":["/bin/sh","-eu"],"workspace":"none"}');
CREATE TABLE need (
  action_id INTEGER NOT NULL REFERENCES action(id),
  needed_id INTEGER NOT NULL REFERENCES action(id),
  condition INTEGER NOT NULL,                -- NeedCondition
  PRIMARY KEY (action_id, needed_id)
) STRICT, WITHOUT ROWID;
INSERT INTO need VALUES(2,1,0);
INSERT INTO need VALUES(4,3,0);
INSERT INTO need VALUES(6,5,0);
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
INSERT INTO queue VALUES(6,3,1,3,0,0,1,0,1795959143817,4,1,1795959173829,30000,NULL,NULL,NULL);
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
INSERT INTO attempt VALUES(1,1,1,1,1795959139693,1795959139787,'failure','exit status 1',1,NULL,0,8568832,0,0);
INSERT INTO attempt VALUES(2,3,1,1,1795959142244,1795959142285,'failure','exit status 1',1,NULL,0,8650752,0,0);
INSERT INTO attempt VALUES(3,5,1,1,1795959143738,1795959143817,'success','',0,NULL,0,8671232,0,0);
INSERT INTO attempt VALUES(4,6,1,1,1795959143829,NULL,'','',NULL,NULL,0,0,0,0);
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
CREATE TABLE refusal (
  delivery_id INTEGER PRIMARY KEY REFERENCES delivery(id),
  source_id   INTEGER NOT NULL REFERENCES source(id),
  verdict     INTEGER NOT NULL,              -- Verdict::Kind
  status      INTEGER NOT NULL,              -- of HTTP, as the sender was answered
  reason      TEXT    NOT NULL,
  detail      TEXT    NOT NULL,
  key         TEXT
) STRICT;
INSERT INTO refusal VALUES(3,1,2,403,'forbidden_repository','this endpoint may not speak for "acme/other"','key-3');
CREATE TABLE IF NOT EXISTS "ref_position" (
  repository_id INTEGER NOT NULL REFERENCES repository(id),
  ref           TEXT    NOT NULL,
  object_id     TEXT    NOT NULL,            -- all zero: gone
  event_id      INTEGER REFERENCES event(id),
  PRIMARY KEY (repository_id, ref)
) STRICT, WITHOUT ROWID;
INSERT INTO ref_position VALUES(1,'refs/heads/main','2222222222222222222222222222222222222222',2);
INSERT INTO ref_position VALUES(1,'refs/heads/next','1111111111111111111111111111111111111111',1);
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
INSERT INTO hash_journal VALUES(1,X'43122430e4ee69950100000000000000e6ff9c4fd7f4db580100000000000000');
INSERT INTO hash_journal VALUES(2,X'c8681b30e4bc5f950200000000000000ae01aafe7c8950ac0200000000000000');
CREATE TABLE hash_slice (
  slice   INTEGER PRIMARY KEY,
  written INTEGER NOT NULL
) STRICT;
INSERT INTO hash_slice VALUES(0,0);
INSERT INTO hash_slice VALUES(1,0);
INSERT INTO hash_slice VALUES(2,0);
INSERT INTO hash_slice VALUES(3,0);
INSERT INTO hash_slice VALUES(4,0);
INSERT INTO hash_slice VALUES(5,0);
INSERT INTO hash_slice VALUES(6,0);
INSERT INTO hash_slice VALUES(7,0);
INSERT INTO hash_slice VALUES(8,0);
INSERT INTO hash_slice VALUES(9,0);
INSERT INTO hash_slice VALUES(10,0);
INSERT INTO hash_slice VALUES(11,0);
INSERT INTO hash_slice VALUES(12,0);
INSERT INTO hash_slice VALUES(13,0);
INSERT INTO hash_slice VALUES(14,0);
INSERT INTO hash_slice VALUES(15,0);
INSERT INTO hash_slice VALUES(16,0);
INSERT INTO hash_slice VALUES(17,0);
INSERT INTO hash_slice VALUES(18,0);
INSERT INTO hash_slice VALUES(19,0);
INSERT INTO hash_slice VALUES(20,0);
INSERT INTO hash_slice VALUES(21,0);
INSERT INTO hash_slice VALUES(22,0);
INSERT INTO hash_slice VALUES(23,0);
INSERT INTO hash_slice VALUES(24,0);
INSERT INTO hash_slice VALUES(25,0);
INSERT INTO hash_slice VALUES(26,0);
INSERT INTO hash_slice VALUES(27,0);
INSERT INTO hash_slice VALUES(28,0);
INSERT INTO hash_slice VALUES(29,0);
INSERT INTO hash_slice VALUES(30,0);
INSERT INTO hash_slice VALUES(31,0);
INSERT INTO hash_slice VALUES(32,0);
INSERT INTO hash_slice VALUES(33,0);
INSERT INTO hash_slice VALUES(34,0);
INSERT INTO hash_slice VALUES(35,0);
INSERT INTO hash_slice VALUES(36,0);
INSERT INTO hash_slice VALUES(37,0);
INSERT INTO hash_slice VALUES(38,0);
INSERT INTO hash_slice VALUES(39,0);
INSERT INTO hash_slice VALUES(40,0);
INSERT INTO hash_slice VALUES(41,0);
INSERT INTO hash_slice VALUES(42,0);
INSERT INTO hash_slice VALUES(43,0);
INSERT INTO hash_slice VALUES(44,0);
INSERT INTO hash_slice VALUES(45,0);
INSERT INTO hash_slice VALUES(46,0);
INSERT INTO hash_slice VALUES(47,0);
INSERT INTO hash_slice VALUES(48,0);
INSERT INTO hash_slice VALUES(49,0);
INSERT INTO hash_slice VALUES(50,0);
INSERT INTO hash_slice VALUES(51,0);
INSERT INTO hash_slice VALUES(52,0);
INSERT INTO hash_slice VALUES(53,0);
INSERT INTO hash_slice VALUES(54,0);
INSERT INTO hash_slice VALUES(55,0);
INSERT INTO hash_slice VALUES(56,0);
INSERT INTO hash_slice VALUES(57,0);
INSERT INTO hash_slice VALUES(58,0);
INSERT INTO hash_slice VALUES(59,0);
INSERT INTO hash_slice VALUES(60,0);
INSERT INTO hash_slice VALUES(61,0);
INSERT INTO hash_slice VALUES(62,0);
INSERT INTO hash_slice VALUES(63,0);
INSERT INTO hash_slice VALUES(64,0);
INSERT INTO hash_slice VALUES(65,0);
INSERT INTO hash_slice VALUES(66,0);
INSERT INTO hash_slice VALUES(67,0);
INSERT INTO hash_slice VALUES(68,0);
INSERT INTO hash_slice VALUES(69,0);
INSERT INTO hash_slice VALUES(70,0);
INSERT INTO hash_slice VALUES(71,0);
INSERT INTO hash_slice VALUES(72,0);
INSERT INTO hash_slice VALUES(73,0);
INSERT INTO hash_slice VALUES(74,0);
INSERT INTO hash_slice VALUES(75,0);
INSERT INTO hash_slice VALUES(76,0);
INSERT INTO hash_slice VALUES(77,0);
INSERT INTO hash_slice VALUES(78,0);
INSERT INTO hash_slice VALUES(79,0);
INSERT INTO hash_slice VALUES(80,0);
INSERT INTO hash_slice VALUES(81,0);
INSERT INTO hash_slice VALUES(82,0);
INSERT INTO hash_slice VALUES(83,0);
INSERT INTO hash_slice VALUES(84,0);
INSERT INTO hash_slice VALUES(85,0);
INSERT INTO hash_slice VALUES(86,0);
INSERT INTO hash_slice VALUES(87,0);
INSERT INTO hash_slice VALUES(88,0);
INSERT INTO hash_slice VALUES(89,0);
INSERT INTO hash_slice VALUES(90,0);
INSERT INTO hash_slice VALUES(91,0);
INSERT INTO hash_slice VALUES(92,0);
INSERT INTO hash_slice VALUES(93,0);
INSERT INTO hash_slice VALUES(94,0);
INSERT INTO hash_slice VALUES(95,0);
INSERT INTO hash_slice VALUES(96,0);
INSERT INTO hash_slice VALUES(97,0);
INSERT INTO hash_slice VALUES(98,0);
INSERT INTO hash_slice VALUES(99,0);
INSERT INTO hash_slice VALUES(100,0);
INSERT INTO hash_slice VALUES(101,0);
INSERT INTO hash_slice VALUES(102,0);
INSERT INTO hash_slice VALUES(103,0);
INSERT INTO hash_slice VALUES(104,0);
INSERT INTO hash_slice VALUES(105,0);
INSERT INTO hash_slice VALUES(106,0);
INSERT INTO hash_slice VALUES(107,0);
INSERT INTO hash_slice VALUES(108,0);
INSERT INTO hash_slice VALUES(109,0);
INSERT INTO hash_slice VALUES(110,0);
INSERT INTO hash_slice VALUES(111,0);
INSERT INTO hash_slice VALUES(112,0);
INSERT INTO hash_slice VALUES(113,0);
INSERT INTO hash_slice VALUES(114,0);
INSERT INTO hash_slice VALUES(115,0);
INSERT INTO hash_slice VALUES(116,0);
INSERT INTO hash_slice VALUES(117,0);
INSERT INTO hash_slice VALUES(118,0);
INSERT INTO hash_slice VALUES(119,0);
INSERT INTO hash_slice VALUES(120,0);
INSERT INTO hash_slice VALUES(121,0);
INSERT INTO hash_slice VALUES(122,0);
INSERT INTO hash_slice VALUES(123,0);
INSERT INTO hash_slice VALUES(124,0);
INSERT INTO hash_slice VALUES(125,0);
INSERT INTO hash_slice VALUES(126,0);
INSERT INTO hash_slice VALUES(127,0);
INSERT INTO hash_slice VALUES(128,0);
INSERT INTO hash_slice VALUES(129,0);
INSERT INTO hash_slice VALUES(130,0);
INSERT INTO hash_slice VALUES(131,0);
INSERT INTO hash_slice VALUES(132,0);
INSERT INTO hash_slice VALUES(133,0);
INSERT INTO hash_slice VALUES(134,0);
INSERT INTO hash_slice VALUES(135,0);
INSERT INTO hash_slice VALUES(136,0);
INSERT INTO hash_slice VALUES(137,0);
INSERT INTO hash_slice VALUES(138,0);
INSERT INTO hash_slice VALUES(139,0);
INSERT INTO hash_slice VALUES(140,0);
INSERT INTO hash_slice VALUES(141,0);
INSERT INTO hash_slice VALUES(142,0);
INSERT INTO hash_slice VALUES(143,0);
INSERT INTO hash_slice VALUES(144,0);
INSERT INTO hash_slice VALUES(145,0);
INSERT INTO hash_slice VALUES(146,0);
INSERT INTO hash_slice VALUES(147,0);
INSERT INTO hash_slice VALUES(148,0);
INSERT INTO hash_slice VALUES(149,0);
INSERT INTO hash_slice VALUES(150,0);
INSERT INTO hash_slice VALUES(151,0);
INSERT INTO hash_slice VALUES(152,0);
INSERT INTO hash_slice VALUES(153,0);
INSERT INTO hash_slice VALUES(154,0);
INSERT INTO hash_slice VALUES(155,0);
INSERT INTO hash_slice VALUES(156,0);
INSERT INTO hash_slice VALUES(157,0);
INSERT INTO hash_slice VALUES(158,0);
INSERT INTO hash_slice VALUES(159,0);
INSERT INTO hash_slice VALUES(160,0);
INSERT INTO hash_slice VALUES(161,0);
INSERT INTO hash_slice VALUES(162,0);
INSERT INTO hash_slice VALUES(163,0);
INSERT INTO hash_slice VALUES(164,0);
INSERT INTO hash_slice VALUES(165,0);
INSERT INTO hash_slice VALUES(166,0);
INSERT INTO hash_slice VALUES(167,0);
INSERT INTO hash_slice VALUES(168,0);
INSERT INTO hash_slice VALUES(169,0);
INSERT INTO hash_slice VALUES(170,0);
INSERT INTO hash_slice VALUES(171,0);
INSERT INTO hash_slice VALUES(172,0);
INSERT INTO hash_slice VALUES(173,0);
INSERT INTO hash_slice VALUES(174,0);
INSERT INTO hash_slice VALUES(175,0);
INSERT INTO hash_slice VALUES(176,0);
INSERT INTO hash_slice VALUES(177,0);
INSERT INTO hash_slice VALUES(178,0);
INSERT INTO hash_slice VALUES(179,0);
INSERT INTO hash_slice VALUES(180,0);
INSERT INTO hash_slice VALUES(181,0);
INSERT INTO hash_slice VALUES(182,0);
INSERT INTO hash_slice VALUES(183,0);
INSERT INTO hash_slice VALUES(184,0);
INSERT INTO hash_slice VALUES(185,0);
INSERT INTO hash_slice VALUES(186,0);
INSERT INTO hash_slice VALUES(187,0);
INSERT INTO hash_slice VALUES(188,0);
INSERT INTO hash_slice VALUES(189,0);
INSERT INTO hash_slice VALUES(190,0);
INSERT INTO hash_slice VALUES(191,0);
INSERT INTO hash_slice VALUES(192,0);
INSERT INTO hash_slice VALUES(193,0);
INSERT INTO hash_slice VALUES(194,0);
INSERT INTO hash_slice VALUES(195,0);
INSERT INTO hash_slice VALUES(196,0);
INSERT INTO hash_slice VALUES(197,0);
INSERT INTO hash_slice VALUES(198,0);
INSERT INTO hash_slice VALUES(199,0);
INSERT INTO hash_slice VALUES(200,0);
INSERT INTO hash_slice VALUES(201,0);
INSERT INTO hash_slice VALUES(202,0);
INSERT INTO hash_slice VALUES(203,0);
INSERT INTO hash_slice VALUES(204,0);
INSERT INTO hash_slice VALUES(205,0);
INSERT INTO hash_slice VALUES(206,0);
INSERT INTO hash_slice VALUES(207,0);
INSERT INTO hash_slice VALUES(208,0);
INSERT INTO hash_slice VALUES(209,0);
INSERT INTO hash_slice VALUES(210,0);
INSERT INTO hash_slice VALUES(211,0);
INSERT INTO hash_slice VALUES(212,0);
INSERT INTO hash_slice VALUES(213,0);
INSERT INTO hash_slice VALUES(214,0);
INSERT INTO hash_slice VALUES(215,0);
INSERT INTO hash_slice VALUES(216,0);
INSERT INTO hash_slice VALUES(217,0);
INSERT INTO hash_slice VALUES(218,0);
INSERT INTO hash_slice VALUES(219,0);
INSERT INTO hash_slice VALUES(220,0);
INSERT INTO hash_slice VALUES(221,0);
INSERT INTO hash_slice VALUES(222,0);
INSERT INTO hash_slice VALUES(223,0);
INSERT INTO hash_slice VALUES(224,0);
INSERT INTO hash_slice VALUES(225,0);
INSERT INTO hash_slice VALUES(226,0);
INSERT INTO hash_slice VALUES(227,0);
INSERT INTO hash_slice VALUES(228,0);
INSERT INTO hash_slice VALUES(229,0);
INSERT INTO hash_slice VALUES(230,0);
INSERT INTO hash_slice VALUES(231,0);
INSERT INTO hash_slice VALUES(232,0);
INSERT INTO hash_slice VALUES(233,0);
INSERT INTO hash_slice VALUES(234,0);
INSERT INTO hash_slice VALUES(235,0);
INSERT INTO hash_slice VALUES(236,0);
INSERT INTO hash_slice VALUES(237,0);
INSERT INTO hash_slice VALUES(238,0);
INSERT INTO hash_slice VALUES(239,0);
INSERT INTO hash_slice VALUES(240,0);
INSERT INTO hash_slice VALUES(241,0);
INSERT INTO hash_slice VALUES(242,0);
INSERT INTO hash_slice VALUES(243,0);
INSERT INTO hash_slice VALUES(244,0);
INSERT INTO hash_slice VALUES(245,0);
INSERT INTO hash_slice VALUES(246,0);
INSERT INTO hash_slice VALUES(247,0);
INSERT INTO hash_slice VALUES(248,0);
INSERT INTO hash_slice VALUES(249,0);
INSERT INTO hash_slice VALUES(250,0);
INSERT INTO hash_slice VALUES(251,0);
INSERT INTO hash_slice VALUES(252,0);
INSERT INTO hash_slice VALUES(253,0);
INSERT INTO hash_slice VALUES(254,0);
INSERT INTO hash_slice VALUES(255,0);
CREATE TABLE replay (
  id       INTEGER PRIMARY KEY,
  event_id INTEGER NOT NULL REFERENCES event(id),
  at       INTEGER NOT NULL,
  asked_by TEXT    NOT NULL,
  rule     TEXT    NOT NULL,                 -- empty: every rule that matched
  key      TEXT
) STRICT;
INSERT INTO replay VALUES(1,1,1795959142233,'owner','','replay-1');
CREATE TABLE rerun (
  run_id    INTEGER PRIMARY KEY REFERENCES run(id),
  number    INTEGER NOT NULL,                -- how many runs of its rule the event had before
  cause     INTEGER NOT NULL,                -- RerunCause
  asked_by  TEXT    NOT NULL,
  replay_id INTEGER REFERENCES replay(id)
) STRICT;
INSERT INTO rerun VALUES(2,1,0,'owner',1);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('node',1);
INSERT INTO sqlite_sequence VALUES('run',3);
INSERT INTO sqlite_sequence VALUES('action',6);
INSERT INTO sqlite_sequence VALUES('attempt',4);
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
CREATE UNIQUE INDEX replay_by_key ON replay(key) WHERE key IS NOT NULL;
CREATE INDEX rerun_by_replay ON rerun(replay_id) WHERE replay_id IS NOT NULL;
COMMIT;
PRAGMA user_version = 3;
PRAGMA journal_mode = WAL;
