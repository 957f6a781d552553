-- Who brought a notification (Act Arts. 26, 27), one row for each version that rests on one: in what capacity, and by
-- what kind of paper they and their authority were shown. No name and no number of a document.
CREATE TABLE notifiers (
    resident_id       bigint NOT NULL REFERENCES residents,
    history_no        integer NOT NULL,
    capacity          text NOT NULL,
    identity          text NOT NULL,
    authority         text,
    in_writing        boolean NOT NULL,
    papers_excused    boolean NOT NULL,
    authority_excused boolean NOT NULL,
    PRIMARY KEY (resident_id, history_no)
);
GRANT SELECT, INSERT ON notifiers TO jukinet_office;

-- The municipality's gazetteer: town areas with the days on which they are one. Each loading is an edition of its own;
-- the last one counts. Places, no persons.
CREATE TABLE gazetteer_editions (
    edition   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    towns     integer NOT NULL,
    loaded_at timestamptz NOT NULL
);
CREATE TABLE town_areas (
    edition    integer NOT NULL REFERENCES gazetteer_editions,
    town_code  text NOT NULL,
    valid_from date NOT NULL,
    valid_to   date CHECK (valid_from <= valid_to),
    town_name  text NOT NULL,
    town_kana  text NOT NULL,
    town_key   text NOT NULL CHECK (town_key <> ''),
    PRIMARY KEY (edition, town_code, valid_from)
);
GRANT SELECT, INSERT ON gazetteer_editions, town_areas TO jukinet_office;

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('residents', 16, 'notifiers', 'resident_id');
SELECT retention_close();
