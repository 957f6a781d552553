-- Below the town areas of a gazetteer (specification 1.1.17, 1.3.2, 1.3.4): postcodes, lots and residence indications with
-- their days, and buildings. They come and are replaced with the edition. Places, no persons.
ALTER TABLE town_areas ADD COLUMN postcode text;
CREATE TABLE town_lots (
    edition    integer NOT NULL REFERENCES gazetteer_editions,
    town_code  text NOT NULL,
    lot_kind   text NOT NULL,
    lot_number text NOT NULL,
    lot_key    text NOT NULL,
    lot_order  integer[] NOT NULL,
    valid_from date NOT NULL,
    valid_to   date CHECK (valid_from <= valid_to),
    PRIMARY KEY (edition, town_code, lot_kind, lot_number, valid_from)
);
CREATE TABLE town_buildings (
    edition    integer NOT NULL REFERENCES gazetteer_editions,
    town_code  text NOT NULL,
    lot_number text NOT NULL,
    lot_key    text NOT NULL,
    building   text NOT NULL,
    valid_from date NOT NULL,
    valid_to   date CHECK (valid_from <= valid_to),
    PRIMARY KEY (edition, lot_key, building, valid_from)
);
-- The country's postal areas, as the post publishes them; the last edition counts.
CREATE TABLE postal_editions (
    edition   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    areas     integer NOT NULL,
    loaded_at timestamptz NOT NULL
);
CREATE TABLE postal_areas (
    edition      integer NOT NULL REFERENCES postal_editions,
    postcode     text NOT NULL,
    municipality text NOT NULL,
    area_name    text NOT NULL,
    area_kana    text NOT NULL,
    area_key     text NOT NULL
);
CREATE INDEX postal_areas_key ON postal_areas (edition, area_key);
CREATE INDEX postal_areas_postcode ON postal_areas (edition, postcode);
GRANT SELECT, INSERT ON town_lots, town_buildings, postal_editions, postal_areas TO jukinet_office;

-- Who certifies on which days, the mayor or whoever acts in the office (specification 1.3.9), and the seals printed for each
-- (1.3.7). Rows are added, never altered: one that another replaces counts no more, nor one that was withdrawn.
CREATE TABLE certifiers (
    certifier_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office       text NOT NULL,
    title        text NOT NULL,
    name         text NOT NULL,
    valid_from   date NOT NULL,
    valid_to     date CHECK (valid_from <= valid_to),
    withdrawn    boolean NOT NULL,
    replaces     bigint UNIQUE REFERENCES certifiers,
    recorded_at  timestamptz NOT NULL,
    operator     text NOT NULL,
    terminal     text
);
CREATE TABLE seals (
    seal_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office       text NOT NULL,
    image        bytea NOT NULL,
    words        text,
    valid_from   date NOT NULL,
    valid_to     date CHECK (valid_from <= valid_to),
    withdrawn    boolean NOT NULL,
    replaces     bigint UNIQUE REFERENCES seals,
    recorded_at  timestamptz NOT NULL,
    operator     text NOT NULL,
    terminal     text
);
GRANT SELECT, INSERT ON certifiers, seals TO jukinet_office;
ALTER TABLE home_copies ADD COLUMN certifier_id bigint REFERENCES certifiers, ADD COLUMN seal_id bigint REFERENCES seals;

-- Items of a record that are shown to those alone who may see them (specification 10.4). Until now whoever could see records
-- saw them, and goes on seeing them until the office takes that away.
UPDATE operators
   SET permissions = permissions || ARRAY['register:code:read', 'register:koseki:read', 'register:stay:read']
 WHERE 'register:resident:read' = ANY(permissions);

-- That somebody is an adult under guardianship (成年被後見人, specification 9.4): each row says from when it is or is no more.
CREATE TABLE guardianships (
    guardianship_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    resident_id     bigint NOT NULL REFERENCES residents,
    stands          boolean NOT NULL,
    on_day          date NOT NULL,
    source          text NOT NULL,
    recorded_at     timestamptz NOT NULL,
    operator        text NOT NULL,
    terminal        text
);
CREATE INDEX guardianships_resident ON guardianships (resident_id);
GRANT SELECT, INSERT ON guardianships TO jukinet_office;

-- Copies of a supplementary register (戸籍の附票の写し, Act Art. 20): one row an application, with as many entries of the
-- register as there were, so that it is set again as it was. And registers that are held back (specification 1.1.16).
CREATE TABLE supplementary_copies (
    copy_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_id text NOT NULL UNIQUE,
    input_digest   bytea NOT NULL,
    register_id    bigint NOT NULL REFERENCES supplementary_registers,
    members        integer[] NOT NULL,
    entries        integer NOT NULL,
    asker          text NOT NULL,
    brought_by     text NOT NULL,
    issue_no       text NOT NULL UNIQUE,
    issued_on      date NOT NULL,
    certifier_id   bigint REFERENCES certifiers,
    seal_id        bigint REFERENCES seals,
    recorded_at    timestamptz NOT NULL,
    operator       text NOT NULL,
    terminal       text
);
CREATE INDEX supplementary_copies_register ON supplementary_copies (register_id);
CREATE TABLE supplementary_holds (
    hold_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    register_id bigint NOT NULL REFERENCES supplementary_registers,
    stands      boolean NOT NULL,
    reason      text NOT NULL,
    recorded_at timestamptz NOT NULL,
    operator    text NOT NULL,
    terminal    text
);
CREATE INDEX supplementary_holds_register ON supplementary_holds (register_id, hold_id);
GRANT SELECT, INSERT ON supplementary_copies, supplementary_holds TO jukinet_office;

-- Whose record or holds changed, for the town's own systems (specification 3.2, 7.2.3): one row a resident, with the number of
-- the last change. Whoever writes takes a lock that whoever reads waits for, so that no number comes up after a higher one
-- was read. A hold on a household is a change of everybody whom it meets.
CREATE SEQUENCE resident_change_serial;
CREATE TABLE resident_changes (
    resident_id bigint PRIMARY KEY REFERENCES residents,
    change_no   bigint NOT NULL UNIQUE
);
GRANT USAGE ON SEQUENCE resident_change_serial TO jukinet_office, jukinet_network, jukinet_worker;
GRANT SELECT, INSERT, UPDATE ON resident_changes TO jukinet_office, jukinet_network, jukinet_worker;
CREATE FUNCTION resident_changes_note(p_ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended(current_schema() || ' resident_changes', 0));
    INSERT INTO resident_changes (resident_id, change_no)
    SELECT one.id, nextval('resident_change_serial')
      FROM (SELECT DISTINCT id FROM unnest(p_ids) AS id ORDER BY id) AS one
        ON CONFLICT (resident_id) DO UPDATE SET change_no = excluded.change_no;
END
$$;
CREATE FUNCTION resident_changes_of_versions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM resident_changes_note(ARRAY(SELECT resident_id FROM added));
    RETURN NULL;
END
$$;
CREATE FUNCTION resident_changes_of_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM resident_changes_note(ARRAY(
        SELECT h.resident_id FROM holds h JOIN added USING (hold_id) WHERE h.resident_id IS NOT NULL
        UNION
        SELECT r.resident_id FROM residents r JOIN holds h USING (household_no) JOIN added USING (hold_id)
        UNION
        SELECT f.resident_id FROM hold_followers f JOIN added USING (hold_id)));
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION resident_changes_note(bigint[]), resident_changes_of_versions(), resident_changes_of_holds()
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION resident_changes_note(bigint[]) TO jukinet_office, jukinet_network, jukinet_worker;
CREATE TRIGGER resident_versions_changes AFTER INSERT ON resident_versions
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION resident_changes_of_versions();
CREATE TRIGGER hold_versions_changes AFTER INSERT ON hold_versions
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION resident_changes_of_holds();
SELECT resident_changes_note(ARRAY(SELECT resident_id FROM residents));

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);
UPDATE retention_parts SET place = 99 WHERE subject = 'supplementary' AND part = 'supplementary_registers';
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('residents', 23, 'guardianships', 'resident_id'),
    ('residents', 24, 'resident_changes', 'resident_id'),
    ('supplementary', 3, 'supplementary_copies', 'register_id'),
    ('supplementary', 4, 'supplementary_holds', 'register_id');
SELECT retention_close();
