-- Cards (住民基本台帳カード, Act Art. 30-44) and the printing of written notices of codes. Every row is added and none
-- is altered: what is recorded of a card is its last version. One row of cards for each person whom a number was
-- recorded for: who moves away and comes back is another resident here with the same card.
CREATE TABLE cards (
    card_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    resident_id bigint NOT NULL REFERENCES residents,
    number      text NOT NULL,
    issued_on   date NOT NULL,
    UNIQUE (resident_id, number)
);
CREATE INDEX cards_number ON cards (number);

CREATE TABLE card_versions (
    card_id     bigint NOT NULL REFERENCES cards,
    version_no  integer NOT NULL CHECK (version_no >= 1),
    resident_id bigint NOT NULL REFERENCES residents,
    event       text NOT NULL,
    happened_on date NOT NULL,
    state       text NOT NULL,
    expires_on  date NOT NULL,
    wait_until  date,
    lost_on     date,
    lapse       text,
    lapsed_on   date,
    returned_on date,
    told        text,
    recorded_at timestamptz NOT NULL,
    operator    text NOT NULL,
    terminal    text,
    PRIMARY KEY (card_id, version_no),
    CHECK ((state = 'lapsed') = (lapse IS NOT NULL) AND (lapse IS NULL) = (lapsed_on IS NULL))
);
CREATE INDEX card_versions_resident ON card_versions (resident_id);

-- Every process that enters an act on a record makes its cards lapse with it: the worker and the network door too.
GRANT SELECT, INSERT ON cards, card_versions TO jukinet_office;
GRANT SELECT ON cards TO jukinet_network, jukinet_worker;
GRANT SELECT, INSERT ON card_versions TO jukinet_network, jukinet_worker;

-- A printed notice of a code (通知票), with the version of the record that it shows, so that a retry prints the same.
CREATE TABLE code_notice_prints (
    print_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    notice_id   bigint NOT NULL REFERENCES code_notices,
    resident_id bigint NOT NULL REFERENCES residents,
    history_no  integer NOT NULL,
    batch       text NOT NULL,
    printed_on  date NOT NULL,
    printed_at  timestamptz NOT NULL,
    operator    text NOT NULL,
    terminal    text
);
CREATE INDEX code_notice_prints_notice ON code_notice_prints (notice_id);
CREATE INDEX code_notice_prints_resident ON code_notice_prints (resident_id);
CREATE INDEX code_notice_prints_batch ON code_notice_prints (batch);
CREATE INDEX code_notices_resident ON code_notices (resident_id);
CREATE INDEX code_notice_prints_operator ON code_notice_prints (operator, print_id);
-- A batch whose sheets reached their file. One that did not is printed again by whoever began it.
CREATE TABLE code_notice_batches (
    batch      text PRIMARY KEY,
    written_at timestamptz NOT NULL
);
GRANT SELECT, INSERT ON code_notice_prints, code_notice_batches TO jukinet_office;

-- Below how many free codes the office is warned, as it set it itself; the last row speaks. No row: the packaged number.
CREATE TABLE code_stock_levels (
    level_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    level    integer NOT NULL CHECK (level >= 0),
    set_at   timestamptz NOT NULL,
    operator text NOT NULL
);
GRANT SELECT, INSERT ON code_stock_levels TO jukinet_office;

-- They go with the record.
SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('residents', 4, 'code_notice_prints', 'resident_id'),
    ('residents', 6, 'card_versions', 'resident_id'),
    ('residents', 8, 'cards', 'resident_id');

SELECT retention_close();
