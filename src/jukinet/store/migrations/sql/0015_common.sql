-- The lives of a node (incarnations). Each restore of its database begins one, and how many there were is kept beside the
-- database too: a database that lacks the row of the present life was put back, and the node only reads until it has shaken
-- hands with its peers.
CREATE TABLE node_lives (
    incarnation  integer PRIMARY KEY,
    began_at     timestamptz NOT NULL,
    live_at      timestamptz,
    backup_at    timestamptz,
    last_audit   bigint NOT NULL DEFAULT 0,
    void_codes   integer NOT NULL DEFAULT 0,
    journal_read boolean NOT NULL DEFAULT true
);
INSERT INTO node_lives (incarnation, began_at, live_at) VALUES (1, 'epoch', 'epoch');
GRANT SELECT ON node_lives TO jukinet_network, jukinet_supply, jukinet_office, jukinet_worker, jukinet_purge;
GRANT UPDATE (live_at) ON node_lives TO jukinet_worker;

-- With whom this life has shaken hands. A lane to anybody else waits. told_incarnation, told_number: how far the peer had
-- numbered what it says to this node in the stream of codes: up to there, codes were designated to an earlier life.
CREATE TABLE recovery_handshakes (
    incarnation      integer NOT NULL REFERENCES node_lives,
    peer             text NOT NULL,
    shaken_at        timestamptz,
    waived_by        text,
    failures         integer NOT NULL DEFAULT 0,
    attempt_after    timestamptz,
    last_problem     text,
    told_incarnation integer NOT NULL DEFAULT 0,
    told_number      bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (incarnation, peer)
);
GRANT SELECT, INSERT, UPDATE ON recovery_handshakes TO jukinet_worker;
GRANT SELECT ON recovery_handshakes TO jukinet_network;
GRANT SELECT, INSERT, UPDATE (waived_by) ON recovery_handshakes TO jukinet_office;

-- What is given back was said: it stands in the outbox like all that this node says.
GRANT INSERT ON outbox TO jukinet_worker;

-- What an earlier life said, a peer gave back, and this database knows nothing of: one row a statement, for a person to
-- enter again or to confirm. What it says stands in the statement. said: the digest of its body, by which the same act
-- entered again is known, so that nothing is said twice.
CREATE TABLE recovery_items (
    item_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incarnation  integer NOT NULL REFERENCES node_lives,
    statement_id text NOT NULL UNIQUE,
    held_by      text NOT NULL,
    said         bytea NOT NULL,
    said_at      timestamptz NOT NULL,
    found_at     timestamptz NOT NULL,
    state        text NOT NULL,
    closed_at    timestamptz,
    closed_by    text
);
CREATE INDEX recovery_items_open ON recovery_items (said) WHERE state = 'open';
GRANT SELECT, INSERT, UPDATE (state, closed_at, closed_by) ON recovery_items TO jukinet_worker;
GRANT SELECT, UPDATE (state, closed_at, closed_by) ON recovery_items TO jukinet_office, jukinet_network;

-- Acts of an earlier life by their audit number, as its journal beside the database tells of them: those of which no peer
-- held a statement are lost for good.
CREATE TABLE recovery_beyond (
    incarnation integer NOT NULL REFERENCES node_lives,
    audit_no    bigint NOT NULL,
    event       text NOT NULL,
    statements  text[] NOT NULL,
    PRIMARY KEY (incarnation, audit_no)
);
GRANT SELECT ON recovery_beyond TO jukinet_office;

-- Who answers a handshake looks up what it holds, sends again from where the other one stands, and trusts its lanes anew.
GRANT SELECT, UPDATE (acknowledged, failures, failing_since, attempt_after, halted, halted_at, last_problem)
   ON lanes_out TO jukinet_network;
GRANT SELECT ON lane_out_items, origin_streams TO jukinet_network;
GRANT SELECT, INSERT, UPDATE (incarnation) ON lanes_in TO jukinet_worker;
GRANT SELECT, INSERT, UPDATE ON origins_seen TO jukinet_worker;
GRANT SELECT, INSERT ON parked TO jukinet_worker;

-- The journal beside the database: which acts there were, and what each said. Both rows of an act bear its transaction.
ALTER TABLE outbox ADD COLUMN act_xid xid8;
ALTER TABLE outbox ALTER COLUMN act_xid SET DEFAULT pg_current_xact_id();
ALTER TABLE audit_entries ADD COLUMN act_xid xid8;
ALTER TABLE audit_entries ALTER COLUMN act_xid SET DEFAULT pg_current_xact_id();
-- What the worker sees of the log: neither who acted nor about whom.
CREATE VIEW audit_acts AS SELECT entry_id, event, outcome, act_xid FROM audit_entries;
GRANT SELECT ON audit_acts TO jukinet_worker;

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('statements', -1, 'recovery_items', 'statement_id');
SELECT retention_close();
