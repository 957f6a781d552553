-- What every node has: its own identity, the office's calendar, operators, the signed directory,
-- the audit entries, and the lanes to its peers.

CREATE TABLE node_facts (
    one     boolean PRIMARY KEY DEFAULT true CHECK (one),
    node_id text NOT NULL
);
GRANT SELECT ON node_facts TO jukinet_network, jukinet_supply, jukinet_office, jukinet_worker;

-- The office's calendar day in Japan. NULL: the real day (UTC+9). Set: pinned, for a demonstration.
CREATE TABLE business_clock (
    one    boolean PRIMARY KEY DEFAULT true CHECK (one),
    pinned date
);
INSERT INTO business_clock (pinned) VALUES (NULL);
GRANT SELECT ON business_clock TO jukinet_network, jukinet_supply, jukinet_worker;
GRANT SELECT, UPDATE (pinned) ON business_clock TO jukinet_office;

CREATE TABLE operators (
    operator_id text PRIMARY KEY,
    name        text NOT NULL,
    permissions text[] NOT NULL,
    enrolled_at timestamptz NOT NULL,
    valid_from  date NOT NULL,
    valid_to    date
);
GRANT SELECT, INSERT, UPDATE ON operators TO jukinet_office;

-- The newest directory seen, verbatim as signed. Never replaced by an older version.
CREATE TABLE signed_directory (
    one        boolean PRIMARY KEY DEFAULT true CHECK (one),
    version    bigint NOT NULL,
    bundle     bytea NOT NULL,
    fetched_at timestamptz NOT NULL
);
GRANT SELECT ON signed_directory TO jukinet_network, jukinet_supply;
GRANT SELECT, INSERT, UPDATE ON signed_directory TO jukinet_office, jukinet_worker;

-- One row for every act, refusal, supply and start. Written in the transaction it describes; never changed.
-- leaf = SHA-256(0x00 || salt || encoded entry): what the tree of the log is built from.
CREATE TABLE audit_entries (
    entry_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at            timestamptz NOT NULL,
    business_on   date NOT NULL,
    event         text NOT NULL,
    outcome       text NOT NULL,
    actor         text NOT NULL,
    terminal      text,
    subject_code  text,
    resident_no   text,
    affair        text,
    reference     text,
    rules         text[] NOT NULL,
    salt          bytea NOT NULL,
    leaf          bytea NOT NULL
);
CREATE INDEX audit_entries_subject ON audit_entries (subject_code) WHERE subject_code IS NOT NULL;
GRANT INSERT ON audit_entries TO jukinet_network, jukinet_supply, jukinet_worker, jukinet_office;
GRANT SELECT ON audit_entries TO jukinet_office, jukinet_sequencer;

-- Statements of this node's own, before they are numbered and signed. Committed with the act they report.
-- Numbers come later, from the worker under the lock of origin_streams: a transaction that numbered its own
-- row and committed late would leave a hole in the sequence for a while.
CREATE TABLE outbox (
    entry_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    stream       text NOT NULL,
    addressee    text NOT NULL,
    kind         text NOT NULL,
    body         bytea NOT NULL,
    created_at   timestamptz NOT NULL,
    statement_id text NOT NULL UNIQUE,
    incarnation  integer,
    number       bigint,
    signed       boolean NOT NULL DEFAULT false
);
CREATE INDEX outbox_unnumbered ON outbox (entry_id) WHERE number IS NULL;
CREATE INDEX outbox_unsigned ON outbox (stream, addressee, number) WHERE number IS NOT NULL AND NOT signed;
GRANT SELECT, UPDATE (incarnation, number, signed) ON outbox TO jukinet_worker;
GRANT SELECT ON outbox TO jukinet_office;

CREATE TABLE origin_streams (
    stream      text NOT NULL,
    addressee   text NOT NULL,
    incarnation integer NOT NULL,
    last_number bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (stream, addressee, incarnation)
);
GRANT SELECT, INSERT, UPDATE ON origin_streams TO jukinet_worker;

-- Every statement this node has signed or received, verbatim, for ever the same bytes.
CREATE TABLE statements (
    statement_id    text PRIMARY KEY,
    kind            text NOT NULL,
    origin          text NOT NULL,
    incarnation     integer NOT NULL,
    stream          text NOT NULL,
    first_addressee text NOT NULL,
    number          bigint NOT NULL,
    envelope        bytea NOT NULL,
    digest          bytea NOT NULL,
    stored_at       timestamptz NOT NULL,
    UNIQUE (origin, incarnation, stream, first_addressee, number)
);
GRANT SELECT, INSERT ON statements TO jukinet_network, jukinet_worker;
GRANT SELECT ON statements TO jukinet_office;

-- A lane is (from, to, stream). What goes out on it waits unnumbered, is numbered by the worker, and is sent.
CREATE TABLE lanes_out (
    peer          text NOT NULL,
    stream        text NOT NULL,
    last_number   bigint NOT NULL DEFAULT 0,
    acknowledged  bigint NOT NULL DEFAULT 0,
    failures      integer NOT NULL DEFAULT 0,
    attempt_after timestamptz,
    halted        boolean NOT NULL DEFAULT false,
    last_problem  text,
    PRIMARY KEY (peer, stream)
);
GRANT SELECT, INSERT, UPDATE ON lanes_out TO jukinet_worker;
GRANT SELECT ON lanes_out TO jukinet_office;

CREATE TABLE lane_out_items (
    item_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    peer         text NOT NULL,
    stream       text NOT NULL,
    statement_id text NOT NULL REFERENCES statements,
    lane_number  bigint,
    UNIQUE (peer, stream, lane_number)
);
CREATE INDEX lane_out_items_unnumbered ON lane_out_items (item_id) WHERE lane_number IS NULL;
GRANT INSERT ON lane_out_items TO jukinet_network;
GRANT SELECT, INSERT, UPDATE (lane_number) ON lane_out_items TO jukinet_worker;
GRANT SELECT ON lane_out_items TO jukinet_office;

CREATE TABLE lanes_in (
    peer        text NOT NULL,
    stream      text NOT NULL,
    cursor      bigint NOT NULL DEFAULT 0,
    incarnation integer NOT NULL DEFAULT 0,
    halted      boolean NOT NULL DEFAULT false,
    PRIMARY KEY (peer, stream)
);
GRANT SELECT, INSERT, UPDATE ON lanes_in TO jukinet_network;
GRANT SELECT ON lanes_in TO jukinet_office;

CREATE TABLE lane_in_items (
    peer         text NOT NULL,
    stream       text NOT NULL,
    lane_number  bigint NOT NULL,
    statement_id text NOT NULL,
    digest       bytea NOT NULL,
    outcome      text NOT NULL,
    received_at  timestamptz NOT NULL,
    PRIMARY KEY (peer, stream, lane_number)
);
GRANT SELECT, INSERT ON lane_in_items TO jukinet_network;

-- How far each origin's own numbering was seen, so that a hole in it is noticed wherever it travels.
CREATE TABLE origins_seen (
    origin          text NOT NULL,
    incarnation     integer NOT NULL,
    stream          text NOT NULL,
    first_addressee text NOT NULL,
    last_number     bigint NOT NULL,
    PRIMARY KEY (origin, incarnation, stream, first_addressee)
);
GRANT SELECT, INSERT, UPDATE ON origins_seen TO jukinet_network;

-- Well signed but not applicable: kept for a person, with all later statements about the same code behind it.
CREATE TABLE parked (
    parked_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    peer         text NOT NULL,
    stream       text NOT NULL,
    lane_number  bigint NOT NULL,
    statement_id text NOT NULL REFERENCES statements,
    subject_code text,
    problem      text NOT NULL,
    parked_at    timestamptz NOT NULL,
    resolved_at  timestamptz,
    resolved_by  text
);
CREATE INDEX parked_open ON parked (subject_code) WHERE resolved_at IS NULL;
GRANT SELECT, INSERT ON parked TO jukinet_network;
GRANT SELECT, UPDATE (resolved_at, resolved_by) ON parked TO jukinet_office;

-- Calls that were answered: the same request id gets the same bytes again, another request under it is refused.
CREATE TABLE calls_answered (
    request_id     text PRIMARY KEY,
    peer           text NOT NULL,
    kind           text NOT NULL,
    request_digest bytea NOT NULL,
    answer         bytea NOT NULL,
    answered_at    timestamptz NOT NULL
);
GRANT SELECT, INSERT ON calls_answered TO jukinet_network;
