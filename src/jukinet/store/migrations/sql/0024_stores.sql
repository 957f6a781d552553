-- What the supply desk counts, and whom it answers as if they were not there.

-- How often an organ or one of its operators asked within a span of time. One row each, taken over by the next span.
-- Counts of minutes and hours need not outlive a crash, and so cost no log of the database.
CREATE UNLOGGED TABLE supply_counts (
    kind    text NOT NULL CHECK (kind IN ('organ', 'operator', 'items')),
    subject text NOT NULL,
    since   timestamptz NOT NULL,
    count   bigint NOT NULL,
    PRIMARY KEY (kind, subject)
) WITH (fillfactor = 50);
GRANT SELECT, INSERT, UPDATE ON supply_counts TO jukinet_supply;

-- Blocks that the operators of this node set: of a person (code), an organ (slug) or an operator of an organ.
-- Who set and lifted each, when and why, stays. follows: the block of the code that the person had before.
CREATE TABLE supply_blocks (
    block_no   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text NOT NULL CHECK (kind IN ('person', 'organ', 'operator')),
    subject    text NOT NULL,
    reason     text NOT NULL,
    set_by     text NOT NULL,
    set_at     timestamptz NOT NULL,
    follows    integer REFERENCES supply_blocks,
    end_reason text,
    ended_by   text,
    ended_at   timestamptz
);
CREATE UNIQUE INDEX supply_blocks_standing ON supply_blocks (kind, subject) WHERE ended_at IS NULL;
GRANT SELECT ON supply_blocks TO jukinet_supply;
GRANT SELECT, INSERT, UPDATE ON supply_blocks TO jukinet_office;
-- A block goes over to the code that follows; the notice says which one it is.
GRANT SELECT, INSERT ON supply_blocks TO jukinet_network, jukinet_worker;

-- How often an organ was told of one person is counted in the log itself.
GRANT SELECT (subject_code, actor, event, outcome, at) ON audit_entries TO jukinet_supply;
