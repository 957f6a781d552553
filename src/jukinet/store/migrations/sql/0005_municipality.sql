-- What a municipality erases: resident records (Ord. 34(1)) and what is left of applications for nationwide copies.

INSERT INTO retention_subjects (subject, base, key_column, key_type, lock_table, lock_column) VALUES
    ('residents', 'residents', 'resident_id', 'bigint', 'residents', 'resident_id'),
    ('rewritten', 'residents', 'resident_id', 'bigint', 'residents', 'resident_id'),
    ('copy_pages', 'nationwide_copies', 'application_id', 'text', 'nationwide_copies', 'application_id'),
    ('copies', 'nationwide_copies', 'application_id', 'text', 'nationwide_copies', 'application_id');

-- Every table that refers to a resident stands here as a part of the record, or retention_past_residents keeps the
-- record as long as it has a row there (a test looks).
INSERT INTO retention_parts (subject, place, part, part_column, blanks, only_before) VALUES
    ('residents', 10, 'code_notices', 'resident_id', NULL, NULL),
    ('residents', 12, 'tellings', 'resident_id', NULL, NULL),
    ('residents', 14, 'resident_search_keys', 'resident_id', NULL, NULL),
    ('residents', 20, 'resident_versions', 'resident_id', NULL, NULL),
    ('residents', 99, 'residents', 'resident_id', NULL, NULL),
    ('rewritten', 10, 'resident_versions', 'resident_id', NULL, 'retention_rewritten_at'),
    ('copy_pages', 1, 'nationwide_copies', 'application_id', 'pages', NULL),
    ('copies', 1, 'nationwide_copies', 'application_id', NULL, NULL);

-- 消除された日: the day on which the record that is deleted now was deleted, by both calendars the later one. The
-- versions in force are the last of each place; the deletion is the first place after all where the person was
-- present. What only re-states it does not begin the term anew; what undid an earlier deletion at that place does.
CREATE FUNCTION retention_deleted_on(p_resident bigint) RETURNS date
LANGUAGE sql STABLE AS $$
    WITH in_force AS (
        SELECT DISTINCT ON (effective_on, effective_seq) effective_on, effective_seq, present
          FROM resident_versions WHERE resident_id = p_resident
         ORDER BY effective_on, effective_seq, history_no DESC),
    deletion AS (
        SELECT f.effective_on, f.effective_seq FROM in_force f
         WHERE NOT f.present AND NOT EXISTS (
                   SELECT 1 FROM in_force later
                    WHERE later.present
                      AND (later.effective_on, later.effective_seq) > (f.effective_on, f.effective_seq))
         ORDER BY f.effective_on, f.effective_seq LIMIT 1),
    there AS (
        SELECT v.history_no, v.present, v.effective_on, v.recorded_at
          FROM deletion d JOIN resident_versions v
            ON v.resident_id = p_resident AND v.effective_on = d.effective_on AND v.effective_seq = d.effective_seq)
    SELECT greatest(max(effective_on), retention_japan(min(recorded_at)))
      FROM there
     WHERE NOT present
       AND history_no > coalesce((SELECT max(history_no) FROM there WHERE present), 0)
$$;

-- Who was ever held back or protected is not erased by a calendar: the Act sets no term for that, so a person decides.
CREATE FUNCTION retention_past_residents(p_key bigint, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT retention_deleted_on(resident_id) <= retention_began('retention-years-deleted-records', p_day)
       AND NOT EXISTS (SELECT 1 FROM holds WHERE holds.resident_id = p_key)
       AND NOT EXISTS (SELECT 1 FROM hold_followers WHERE hold_followers.resident_id = p_key)
       AND NOT EXISTS (SELECT 1 FROM support_measure_persons WHERE support_measure_persons.resident_id = p_key)
      FROM residents WHERE resident_id = p_key AND NOT present
$$;

-- The last rewriting (改製, Ord. 16) that has stood for its term, by its history number: what is older is the record
-- before it. NULL for none. A rewriting that was undone is none.
CREATE FUNCTION retention_rewritten_at(p_resident bigint, p_day date) RETURNS integer
LANGUAGE sql STABLE AS $$
    SELECT max(v.history_no) FROM resident_versions v
     WHERE v.resident_id = p_resident AND v.reason = 'rewritten'
       AND greatest(v.effective_on, retention_japan(v.recorded_at))
           <= retention_began('retention-years-rewritten-records', p_day)
       AND NOT EXISTS (
               SELECT 1 FROM resident_versions n
                WHERE n.resident_id = p_resident AND n.effective_on = v.effective_on
                  AND n.effective_seq = v.effective_seq AND n.history_no > v.history_no AND n.reason <> v.reason)
$$;

CREATE FUNCTION retention_past_rewritten(p_key bigint, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM resident_versions
                    WHERE resident_id = p_key AND history_no < retention_rewritten_at(p_key, p_day))
       AND retention_past_residents(p_key, p_day, p_backup_days) IS NOT TRUE
$$;

CREATE FUNCTION retention_past_copy_pages(p_key text, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT greatest(applied_on, retention_japan(changed_at)) <= retention_before('retention-days-copy-pages', p_day)
      FROM nationwide_copies WHERE application_id = p_key AND pages IS NOT NULL
$$;

CREATE FUNCTION retention_past_copies(p_key text, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT greatest(applied_on, retention_japan(changed_at)) <= retention_began('retention-years-filings', p_day)
      FROM nationwide_copies WHERE application_id = p_key
$$;

-- A municipality makes no record of another's statement that would need it.
CREATE FUNCTION retention_needs_statement(p_key text, p_day date) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT false
$$;

SELECT retention_close();
