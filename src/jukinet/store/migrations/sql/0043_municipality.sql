-- What showed who the person represented is, where the mayor asked for it (Reg. 8-3, second sentence).
-- And which particulars of their own whoever brought it showed or explained (Reg. 8-2); unknown of earlier ones.
ALTER TABLE notifiers ADD COLUMN represented text, ADD COLUMN particulars text[];

-- On which application a card was handed over (Act Art. 30-44(2), Reg. 34, 36): which form, who came, and what kinds of
-- papers they showed. No number of a document.
CREATE TABLE card_applications (
    resident_id bigint NOT NULL REFERENCES residents,
    number      text NOT NULL,
    applied_on  date NOT NULL,
    form        text NOT NULL,
    receiver    text NOT NULL,
    shown       text[] NOT NULL,
    own         text,
    cannot_come boolean NOT NULL,
    PRIMARY KEY (resident_id, number)
);
GRANT SELECT, INSERT ON card_applications TO jukinet_office;
GRANT SELECT ON card_applications TO jukinet_network;

-- The mayor's written enquiry about an application for a card, and what came of it (Reg. 36(1)(ii), (2)(i)).
CREATE TABLE card_enquiries (
    step_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    resident_id bigint NOT NULL REFERENCES residents,
    applied_on  date NOT NULL,
    step        text NOT NULL,
    way         text,
    done_on     date NOT NULL,
    operator    text NOT NULL,
    terminal    text,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX card_enquiries_resident ON card_enquiries (resident_id);
GRANT SELECT, INSERT ON card_enquiries TO jukinet_office;

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('residents', 43, 'card_applications', 'resident_id'),
    ('residents', 44, 'card_enquiries', 'resident_id');
SELECT retention_close();
