-- The country's address dictionary (住所辞書, specification 1.3.3): each area by eleven digits with its days; its names from the
-- prefecture down, '' where it has none. Each loading is an edition of its own; the last one counts. Places, no persons.
CREATE TABLE dictionary_editions (
    edition   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    areas     integer NOT NULL,
    loaded_at timestamptz NOT NULL
);
CREATE TABLE dictionary_areas (
    edition    integer NOT NULL REFERENCES dictionary_editions,
    area_code  text COLLATE "C" NOT NULL,
    valid_from date NOT NULL,
    valid_to   date CHECK (valid_from <= valid_to),
    area_names text[] NOT NULL,
    area_kana  text NOT NULL,
    postcode   text,
    PRIMARY KEY (edition, area_code, valid_from)
);
GRANT SELECT, INSERT ON dictionary_editions, dictionary_areas TO jukinet_office;
