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

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('residents', 16, 'notifiers', 'resident_id');
SELECT retention_close();
