-- What a witness had seen of a log when it was contradicted, and what was not believed, as it stood when somebody had the
-- log witnessed anew, and why they did. Rows are added, never altered: what is seen from then on is in log_witnessed.
CREATE TABLE log_witnessed_before (
    node       text NOT NULL,
    log        text NOT NULL,
    size       bigint NOT NULL,
    root       bytea NOT NULL,
    note       text NOT NULL,
    seen_at    timestamptz NOT NULL,
    problem    text NOT NULL,
    refused    text NOT NULL,
    problem_at timestamptz NOT NULL,
    ended_at   timestamptz NOT NULL,
    ended_by   text NOT NULL,
    reason     text NOT NULL,
    PRIMARY KEY (node, log, problem_at)
);
GRANT SELECT, INSERT ON log_witnessed_before TO jukinet_office;
GRANT SELECT ON log_witnessed_before TO jukinet_sequencer;
