-- What somebody added to a notification (Act Arts. 28 to 29-2): numbers of insurance papers, occupation, a former name.
CREATE TABLE additions (
    resident_id bigint NOT NULL REFERENCES residents,
    history_no  integer NOT NULL,
    details     jsonb NOT NULL,
    PRIMARY KEY (resident_id, history_no)
);
GRANT SELECT, INSERT ON additions TO jukinet_office;

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('residents', 26, 'additions', 'resident_id');
SELECT retention_close();
