-- What only a prefecture keeps.

-- 転出確定通知 (M4, Ord. 13(3)): the old municipality learned where the person was recorded.
CREATE TABLE move_out_confirmations (
    statement_id text PRIMARY KEY,
    code         text,
    municipality text NOT NULL,
    moved_to     text,
    moved_on     date NOT NULL,
    received_on  date NOT NULL,
    received_at  timestamptz NOT NULL
);
CREATE INDEX move_out_confirmations_code ON move_out_confirmations (code);
GRANT SELECT, INSERT ON move_out_confirmations TO jukinet_network;
GRANT SELECT ON move_out_confirmations TO jukinet_office;
