-- Digests of what a store holds live.

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

-- Whoever writes a record generates its digest.
GRANT EXECUTE ON FUNCTION identity_digest(text, text, text, text, text, text, text, text)
   TO jukinet_network, jukinet_office, jukinet_worker;
ALTER TABLE identity_records ADD COLUMN digest bytea NOT NULL GENERATED ALWAYS AS (
    identity_digest(name, nickname, birth_date, sex, address_in, address, building, code)) STORED;
CREATE INDEX identity_records_live ON identity_records (municipality, code) INCLUDE (digest) WHERE live;

-- What two nodes compare: at a municipality the same name stands for what it sent.
CREATE VIEW live_copies AS
SELECT municipality, code, name, nickname, birth_date, sex, address_in, address, building, digest
  FROM identity_records WHERE live;
GRANT SELECT ON live_copies TO jukinet_network, jukinet_office, jukinet_worker;

-- The worker compares with the centre: which codes are on their way there.
GRANT SELECT ON identity_history TO jukinet_worker;
