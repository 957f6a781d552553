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
