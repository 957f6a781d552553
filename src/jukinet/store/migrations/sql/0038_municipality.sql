-- What a history of issued papers asks for (specification 1.3.8, 5.5): pages, several prints of one application with a number
-- each, the printer; and how each was certified, where that was chosen for it (5.6).
SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

ALTER TABLE home_copies
    ADD COLUMN more_nos text[] NOT NULL DEFAULT '{}',
    ADD COLUMN pages integer,
    ADD COLUMN printer text,
    ADD COLUMN unsealed boolean NOT NULL DEFAULT false,
    ADD COLUMN words text;
CREATE INDEX home_copies_more_nos ON home_copies USING gin (more_nos);
ALTER TABLE supplementary_copies
    ADD COLUMN pages integer,
    ADD COLUMN printer text,
    ADD COLUMN unsealed boolean NOT NULL DEFAULT false,
    ADD COLUMN words text,
    ADD COLUMN sent_to text;
-- A paper in place of the certificate is of a record that was deleted after a late notification (specification 4.1.3.0.3);
-- one may be issued also where the move-in is notified with the card, and says so (4.1.3.0.4).
ALTER TABLE move_out_certificates
    ADD COLUMN pages integer,
    ADD COLUMN printer text,
    ADD COLUMN late boolean NOT NULL DEFAULT false,
    ADD COLUMN with_card boolean NOT NULL DEFAULT false;
CREATE INDEX move_out_certificates_number ON move_out_certificates (certificate);
ALTER TABLE code_notice_prints ADD COLUMN issue_no text;
CREATE INDEX code_notice_prints_number ON code_notice_prints (issue_no);

-- An office has a seal, and may have one for certificates alone and one for the faces of cards (specification 5.6).
ALTER TABLE seals ADD COLUMN use text NOT NULL DEFAULT 'office';

-- Papers that were issued in error and destroyed (specification 1.3.8), by the number on them. Rows are added, never altered.
CREATE TABLE papers_destroyed (
    issue_no     text PRIMARY KEY,
    reason       text NOT NULL,
    destroyed_on date NOT NULL,
    recorded_at  timestamptz NOT NULL,
    operator     text NOT NULL,
    terminal     text
);
CREATE INDEX papers_destroyed_age ON papers_destroyed (recorded_at);
GRANT SELECT, INSERT ON papers_destroyed TO jukinet_office;
INSERT INTO retention_subjects (subject, base, key_column, key_type, lock_table, lock_column) VALUES
    ('papers_destroyed', 'papers_destroyed', 'issue_no', 'text', 'papers_destroyed', 'issue_no');
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('papers_destroyed', 1, 'papers_destroyed', 'issue_no');
CREATE FUNCTION retention_past_papers_destroyed(p_key text, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT retention_japan(recorded_at) <= retention_began('retention-years-filings', p_day)
      FROM papers_destroyed WHERE issue_no = p_key
$$;

-- The place of a member among those of the household, where the office set one (specification 5.2). The newest row of a
-- resident speaks, for the household that it names; one without a place takes it back.
CREATE TABLE household_places (
    place_id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    resident_id      bigint NOT NULL REFERENCES residents,
    household_number text NOT NULL,
    place            integer,
    recorded_at      timestamptz NOT NULL,
    operator         text NOT NULL,
    terminal         text
);
CREATE INDEX household_places_resident ON household_places (resident_id, place_id);
GRANT SELECT, INSERT ON household_places TO jukinet_office;
GRANT SELECT ON household_places TO jukinet_network;
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('residents', 38, 'household_places', 'resident_id');

-- What is remarked by itself on every change of a reason (留意事項, specification 1.1.14); the newest row of a reason speaks, and
-- one without a text ends it. No persons.
CREATE TABLE reason_remarks (
    remark_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reason      text NOT NULL,
    text        text,
    recorded_at timestamptz NOT NULL,
    operator    text NOT NULL,
    terminal    text
);
GRANT SELECT, INSERT ON reason_remarks TO jukinet_office;
-- The worker and the network door change records, too.
GRANT SELECT ON reason_remarks TO jukinet_network, jukinet_worker;
GRANT SELECT, INSERT ON resident_notes, resident_note_versions TO jukinet_network, jukinet_worker;
SELECT retention_close();
