-- What was sent of each record that stands, as the governor should hold it.

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

-- One row a code: the facts of the last identity notice (M1). A deletion ends it.
CREATE TABLE sent_copies (
    code       text PRIMARY KEY,
    name       text NOT NULL,
    nickname   text,
    birth_date text NOT NULL,
    sex        text NOT NULL,
    address_in text NOT NULL,
    address    text NOT NULL,
    building   text,
    sent_at    timestamptz NOT NULL,
    digest     bytea NOT NULL GENERATED ALWAYS AS (
        identity_digest(name, nickname, birth_date, sex, address_in, address, building, code)) STORED
);
GRANT SELECT ON sent_copies TO jukinet_network, jukinet_office, jukinet_worker;

-- The bytes of the body speak, not those who put it: whatever reaches the outbox is what is going to be sent.
CREATE FUNCTION sent_copies_follow(p_body bytea, p_at timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    said jsonb := convert_from(p_body, 'UTF8')::jsonb;
    change jsonb := said -> 'change';
    here text := (SELECT right(node_id, 6) FROM node_facts);
    there text := said -> 'address' ->> 'municipality';
BEGIN
    -- An area that passed to another municipality of the prefecture takes its records along: they are that one's.
    IF change ->> 'kind' = 'deletion'
       OR (change ->> 'reason' = 'minor-correction' AND there <> here AND left(there, 2) = left(here, 2)) THEN
        DELETE FROM sent_copies WHERE code = said ->> 'code';
        RETURN;
    END IF;
    IF change ->> 'kind' = 'code-correction' THEN
        DELETE FROM sent_copies WHERE code = change ->> 'previous_code';
    END IF;
    INSERT INTO sent_copies (code, name, nickname, birth_date, sex, address_in, address, building, sent_at)
    VALUES (said ->> 'code', said ->> 'name', said ->> 'nickname', said ->> 'birth_date', said ->> 'sex',
            said -> 'address' ->> 'municipality', said -> 'address' ->> 'text', said -> 'address' ->> 'building', p_at)
    ON CONFLICT (code) DO UPDATE
       SET name = excluded.name, nickname = excluded.nickname, birth_date = excluded.birth_date, sex = excluded.sex,
           address_in = excluded.address_in, address = excluded.address, building = excluded.building,
           sent_at = excluded.sent_at;
END
$$;

-- As the owner: every process that reports may put a notice into the outbox, and none may touch the copies.
CREATE FUNCTION sent_copies_put() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM sent_copies_follow(new.body, new.created_at);
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION sent_copies_put() FROM PUBLIC;
REVOKE ALL ON FUNCTION sent_copies_follow(bytea, timestamptz) FROM PUBLIC;

-- What was sent before this table stood.
DO $$
DECLARE
    entry record;
BEGIN
    FOR entry IN SELECT body, created_at FROM outbox WHERE kind = 'identity-notice' ORDER BY entry_id LOOP
        PERFORM sent_copies_follow(entry.body, entry.created_at);
    END LOOP;
END
$$;

CREATE TRIGGER outbox_sent_copies AFTER INSERT ON outbox
FOR EACH ROW WHEN (new.kind = 'identity-notice') EXECUTE FUNCTION sent_copies_put();

-- A register taken in whose records the stores hold from an earlier system, or from the municipality that handed them
-- over: what stands there was sent, by that one.
CREATE FUNCTION sent_copies_take_over(p_at timestamptz) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    WITH taken AS (
        INSERT INTO sent_copies (code, name, nickname, birth_date, sex, address_in, address, building, sent_at)
        SELECT v.items ->> 'code', v.items -> 'name' ->> 'text', v.items -> 'nickname' ->> 'text',
               v.items ->> 'birth_date', v.items ->> 'sex', v.items -> 'address' ->> 'municipality',
               v.items -> 'address' ->> 'text', v.items -> 'address' ->> 'building', p_at
          FROM residents r
          JOIN resident_versions v ON v.resident_id = r.resident_id AND v.history_no = r.last_history_no
         WHERE r.present AND v.present AND v.items ->> 'code' IS NOT NULL
        ON CONFLICT (code) DO NOTHING
        RETURNING 1)
    SELECT count(*) FROM taken
$$;
REVOKE ALL ON FUNCTION sent_copies_take_over(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sent_copies_take_over(timestamptz) TO jukinet_office;

-- What a prefecture compares with it: at a store the same name stands for the records that are live there.
CREATE VIEW live_copies AS
SELECT right(f.node_id, 6) AS municipality, s.code, s.name, s.nickname, s.birth_date, s.sex, s.address_in, s.address,
       s.building, s.digest
  FROM sent_copies s, node_facts f;
GRANT SELECT ON live_copies TO jukinet_network, jukinet_office, jukinet_worker;
