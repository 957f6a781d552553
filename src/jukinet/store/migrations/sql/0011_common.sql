-- Which kinds of statement a person lets go one by one, for a while (手動連携; specification 7.1.1.1). The last row of a
-- kind speaks; what is held goes out with the return to automatic sending, and nothing is ever dropped.
CREATE TABLE sending_modes (
    mode_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind     text NOT NULL,
    manual   boolean NOT NULL,
    reason   text NOT NULL,
    set_at   timestamptz NOT NULL,
    operator text NOT NULL
);
CREATE INDEX sending_modes_kind ON sending_modes (kind, mode_id);
GRANT SELECT, INSERT ON sending_modes TO jukinet_office;

CREATE VIEW manual_kinds AS
    SELECT kind FROM (SELECT DISTINCT ON (kind) kind, manual FROM sending_modes ORDER BY kind, mode_id DESC) AS last
     WHERE manual;
GRANT SELECT ON manual_kinds TO jukinet_office, jukinet_network, jukinet_worker;

-- held: put while its kind was sent by hand, and not let go since. It counts only while the kind still is: an act that
-- began before the return and commits after it leaves nothing behind.
ALTER TABLE outbox ADD COLUMN held boolean NOT NULL DEFAULT false;
GRANT UPDATE (held) ON outbox TO jukinet_office;
