-- The tree over the audit log. Only the sequencer writes here: it numbers what is committed, so that a transaction that
-- commits late leaves no hole, and keeps the tree as tiles.

-- One log a life: a restore ends one and begins the next. settled: every entry up to this number is in the tree, or will
-- never be committed; pending_*: how the next such number is found (jukinet.store.audit_tree). window_ms: how old the
-- oldest entry was that the last round took in.
CREATE TABLE logs (
    incarnation   integer PRIMARY KEY,
    began_at      timestamptz NOT NULL,
    size          bigint NOT NULL DEFAULT 0,
    root          bytea NOT NULL,
    settled       bigint NOT NULL,
    pending_entry bigint,
    pending_at    timestamptz,
    pending_until xid8,
    window_ms     bigint NOT NULL DEFAULT 0,
    admission     text
);

-- Which entries the leaves of a tree are, from number `first` on. A leaf whose entry was erased stays a leaf.
CREATE TABLE log_runs (
    incarnation integer NOT NULL,
    first       bigint NOT NULL,
    entry_ids   bigint[] NOT NULL,
    last_entry  bigint NOT NULL,
    PRIMARY KEY (incarnation, first)
);
CREATE INDEX log_runs_last_entry ON log_runs (last_entry);

CREATE TABLE log_tiles (
    incarnation integer NOT NULL,
    level       integer NOT NULL,
    place       bigint NOT NULL,
    hashes      bytea NOT NULL,
    PRIMARY KEY (incarnation, level, place)
);
-- Hashes do not compress, and a growing tile is written again and again.
ALTER TABLE log_tiles ALTER COLUMN hashes SET STORAGE EXTERNAL;

-- The newest checkpoint of each hour.
CREATE TABLE log_checkpoints (
    incarnation integer NOT NULL,
    hour        timestamptz NOT NULL,
    size        bigint NOT NULL,
    signed_at   timestamptz NOT NULL,
    note        text NOT NULL,
    PRIMARY KEY (incarnation, hour)
);

-- What this node, as a witness, has seen last of each log of another, cosigned; problem: why what it saw then is not
-- believed, and the note that was not.
CREATE TABLE log_witnessed (
    node       text NOT NULL,
    log        text NOT NULL,
    size       bigint NOT NULL,
    root       bytea NOT NULL,
    note       text NOT NULL,
    seen_at    timestamptz NOT NULL,
    problem    text,
    refused    text,
    problem_at timestamptz,
    PRIMARY KEY (node, log)
);

GRANT SELECT, INSERT, UPDATE ON logs, log_tiles, log_checkpoints, log_witnessed TO jukinet_sequencer;
GRANT SELECT, INSERT ON log_runs TO jukinet_sequencer;
GRANT SELECT ON node_facts, node_lives, business_clock, schema_version, signed_directory TO jukinet_sequencer;
GRANT INSERT ON audit_entries TO jukinet_sequencer;
GRANT SELECT ON logs, log_tiles, log_checkpoints TO jukinet_network;
GRANT SELECT ON logs, log_runs, log_tiles, log_checkpoints, log_witnessed TO jukinet_office;
