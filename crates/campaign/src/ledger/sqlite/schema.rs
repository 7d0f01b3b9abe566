//! The tables, version by version.
//!
//! Times and durations are whole milliseconds, times since 1970. States, stages and kinds are the numbers of
//! [`numbers`](crate::ledger::numbers).

/// "bcst" in ASCII: tells a ledger from the databases of other programs (`PRAGMA application_id`).
pub(super) const APPLICATION: i32 = 0x6263_7374;

/// The first makes version 1 of an empty file, each further one the next version of the one before. A step that was
/// ever released stays as it is.
pub(super) const STEPS: &[&str] = &[VERSION_1, VERSION_2];

/// Keys of campaigns are never given twice (`AUTOINCREMENT`): whoever still writes to one that was removed, because its
/// import seemed to be dead, must not write to another. It fails for want of the campaign, then.
///
/// `recipients` and `batches` stand in the order of their keys without a number of SQLite's own beside: a million
/// recipients are read in the order of the report without sorting.
const VERSION_1: &str = "
CREATE TABLE campaigns (
    key          INTEGER PRIMARY KEY AUTOINCREMENT,
    id           TEXT    NOT NULL UNIQUE,
    message      BLOB    NOT NULL,
    identity     BLOB    NOT NULL,
    plan         TEXT    NOT NULL,
    stage        INTEGER NOT NULL,
    epoch        INTEGER NOT NULL,
    held_until   INTEGER NOT NULL,
    batches      INTEGER NOT NULL,
    sent         INTEGER NOT NULL,
    throttled    INTEGER NOT NULL,
    retried      INTEGER NOT NULL,
    elapsed_ms   INTEGER NOT NULL,
    started_at   INTEGER,
    stopped      TEXT,
    forgotten_at INTEGER
) STRICT;
CREATE INDEX campaigns_by_message  ON campaigns (message);
CREATE INDEX campaigns_by_identity ON campaigns (identity);

CREATE TABLE messages (
    campaign INTEGER NOT NULL REFERENCES campaigns,
    variant  INTEGER NOT NULL,
    message  TEXT    NOT NULL,
    PRIMARY KEY (campaign, variant)
) STRICT, WITHOUT ROWID;

CREATE TABLE columns (
    campaign INTEGER NOT NULL REFERENCES campaigns,
    position INTEGER NOT NULL,
    name     TEXT    NOT NULL,
    PRIMARY KEY (campaign, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE recipients (
    campaign INTEGER NOT NULL REFERENCES campaigns,
    row      INTEGER NOT NULL,
    batch    INTEGER NOT NULL,
    kind     INTEGER NOT NULL,
    id       TEXT    NOT NULL,
    columns  TEXT,
    PRIMARY KEY (campaign, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX recipients_by_batch ON recipients (campaign, batch);

CREATE TABLE batches (
    campaign    INTEGER NOT NULL REFERENCES campaigns,
    number      INTEGER NOT NULL,
    variant     INTEGER NOT NULL,
    size        INTEGER NOT NULL,
    state       INTEGER NOT NULL,
    epoch       INTEGER NOT NULL,
    attempt     INTEGER NOT NULL,
    tries_again INTEGER NOT NULL,
    not_before  INTEGER NOT NULL,
    slot        INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,
    began_at    INTEGER NOT NULL,
    deadline    INTEGER NOT NULL,
    mark        TEXT,
    at          INTEGER NOT NULL,
    message_id  TEXT,
    request_id  TEXT,
    code        INTEGER,
    reason      TEXT,
    by_hand     INTEGER NOT NULL,
    PRIMARY KEY (campaign, number)
) STRICT, WITHOUT ROWID;
-- With all that a claim and the counts look at, so that they touch nothing else.
CREATE INDEX batches_by_state ON batches (campaign, state, number, not_before, size);

CREATE TABLE exceptions (
    campaign INTEGER NOT NULL REFERENCES campaigns,
    row      INTEGER NOT NULL,
    batch    INTEGER NOT NULL,
    state    INTEGER NOT NULL,
    code     INTEGER,
    reason   TEXT,
    at       INTEGER NOT NULL,
    PRIMARY KEY (campaign, row)
) STRICT, WITHOUT ROWID;

-- Several may lie at the same time.
CREATE TABLE slots (
    number     INTEGER PRIMARY KEY,
    pace       TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    requests   INTEGER NOT NULL,
    recipients INTEGER NOT NULL
) STRICT;
CREATE INDEX slots_by_time ON slots (pace, at);

CREATE TABLE pauses (
    pace     TEXT    PRIMARY KEY,
    until    INTEGER NOT NULL,
    asked_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE quota (
    pace   TEXT    NOT NULL,
    minute INTEGER NOT NULL,
    volume INTEGER NOT NULL,
    PRIMARY KEY (pace, minute)
) STRICT, WITHOUT ROWID;
";

/// What comes before a send and after it: people and pictures of an app, the reach of batches, and recalls.
///
/// Exceptions are looked up by batch when it is taken back or settled.
///
/// `people` is looked through by id when a campaign is forgotten. In `recalls`, the row 0 is the batch as a whole: a key has
/// no nulls.
const VERSION_2: &str = "
CREATE INDEX exceptions_by_batch ON exceptions (campaign, batch);

CREATE TABLE people (
    directory TEXT    NOT NULL,
    address   BLOB    NOT NULL,
    kind      INTEGER,
    id        TEXT,
    at        INTEGER NOT NULL,
    PRIMARY KEY (directory, address)
) STRICT, WITHOUT ROWID;
CREATE INDEX people_by_id ON people (kind, id);

CREATE TABLE images (
    directory TEXT    NOT NULL,
    content   BLOB    NOT NULL,
    key       TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (directory, content)
) STRICT, WITHOUT ROWID;

CREATE TABLE reach (
    campaign  INTEGER NOT NULL REFERENCES campaigns,
    batch     INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    valid     INTEGER NOT NULL,
    delivered INTEGER NOT NULL,
    read      INTEGER NOT NULL,
    recalled  INTEGER,
    PRIMARY KEY (campaign, batch)
) STRICT, WITHOUT ROWID;

CREATE TABLE recalls (
    campaign INTEGER NOT NULL REFERENCES campaigns,
    batch    INTEGER NOT NULL,
    row      INTEGER NOT NULL,
    state    INTEGER NOT NULL,
    code     INTEGER,
    reason   TEXT,
    at       INTEGER NOT NULL,
    PRIMARY KEY (campaign, batch, row)
) STRICT, WITHOUT ROWID;
";
