-- Erasing what is past its term. jukinet_purge reads nothing that is kept and deletes nothing by itself: it may call
-- the two functions at the end of this file. They know the terms, look at the calendar themselves, judge every row
-- anew, and write the audit entry with the deletion or do neither.

-- The functions that others call keep the path that stands here; pg_temp last, so that nothing there comes first.
SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

GRANT SELECT ON node_facts, business_clock, operators TO jukinet_purge;
GRANT INSERT ON audit_entries TO jukinet_purge;

-- The terms as law/parameters give them. `jukinet node migrate` writes them as the owner, so that the process that
-- erases cannot choose its own.
CREATE TABLE retention_terms (
    parameter  text NOT NULL,
    valid_from date NOT NULL,
    value      integer NOT NULL CHECK (value >= 0),
    PRIMARY KEY (parameter, valid_from)
);
GRANT SELECT ON retention_terms TO jukinet_purge;

-- What is judged and erased as one thing: rows of a base table, walked in the order of a key. The predicate
-- retention_past_<subject>(key, day, backup_days) says whether one is past its term. What another process may be
-- working on is locked first, in lock_table. in_time_order: keys are given as time goes, so a step that meets nothing
-- past its term ends the walk: the log has more entries than a night could look at.
CREATE TABLE retention_subjects (
    subject       text PRIMARY KEY,
    base          text NOT NULL,
    key_column    text NOT NULL,
    key_type      text NOT NULL CHECK (key_type IN ('bigint', 'text')),
    lock_table    text NOT NULL,
    lock_column   text NOT NULL,
    in_time_order boolean NOT NULL DEFAULT false
);

-- The tables that a subject's rows go from, in this order: what refers to others first. keys_by: a function that finds
-- the values of part_column for keys of the subject; without one they are the keys. blanks: only this column is
-- emptied. only_before: a function of the key; only rows with a lower history number go.
CREATE TABLE retention_parts (
    subject     text NOT NULL REFERENCES retention_subjects,
    place       integer NOT NULL,
    part        text NOT NULL,
    part_column text NOT NULL,
    keys_by     text,
    blanks      text,
    only_before text,
    PRIMARY KEY (subject, place)
);

-- The leaf of an erased audit entry. The tree of the log is built from leaves: it stands as it was.
CREATE TABLE audit_erased (
    entry_id  bigint PRIMARY KEY,
    leaf      bytea NOT NULL,
    erased_at timestamptz NOT NULL
);
GRANT SELECT ON audit_erased TO jukinet_office, jukinet_sequencer;

-- Without it every statement erased would look through all of what was ever sent.
CREATE INDEX lane_out_items_statement ON lane_out_items (statement_id);
CREATE INDEX parked_statement ON parked (statement_id);

-- Days ------------------------------------------------------------------------------------------------------------

CREATE FUNCTION retention_japan(moment timestamptz) RETURNS date
LANGUAGE sql IMMUTABLE AS $$
    SELECT (moment AT TIME ZONE INTERVAL '+09:00')::date
$$;

-- The last day that has come by both calendars, the office's and the real one. The one place where the server is asked
-- for the time: a day that the caller names must not be taken on trust here.
CREATE FUNCTION retention_today() RETURNS date
LANGUAGE sql VOLATILE AS $$
    SELECT least(pinned, retention_japan(clock_timestamp())) FROM business_clock
$$;

CREATE FUNCTION retention_value(p_parameter text, p_day date) RETURNS integer
LANGUAGE plpgsql STABLE AS $$
DECLARE
    found integer;
BEGIN
    SELECT value INTO STRICT found FROM retention_terms
     WHERE parameter = p_parameter AND valid_from <= p_day ORDER BY valid_from DESC LIMIT 1;
    RETURN found;
END
$$;

-- A term of years that began on this day, or earlier, is over. Years end on the day before (29 February to a common
-- year: on 28 February), which is what the subtraction of an interval comes to.
CREATE FUNCTION retention_began(p_parameter text, p_day date) RETURNS date
LANGUAGE sql STABLE AS $$
    SELECT (p_day - make_interval(years => retention_value(p_parameter, p_day)))::date
$$;

-- The same for a term of days, the day of the beginning not counted.
CREATE FUNCTION retention_before(p_parameter text, p_day date) RETURNS date
LANGUAGE sql STABLE AS $$
    SELECT p_day - retention_value(p_parameter, p_day) - 1
$$;

-- Subjects of every node -------------------------------------------------------------------------------------------

INSERT INTO retention_subjects (subject, base, key_column, key_type, lock_table, lock_column, in_time_order) VALUES
    ('answers', 'calls_answered', 'request_id', 'text', 'calls_answered', 'request_id', false),
    ('parked', 'parked', 'parked_id', 'bigint', 'parked', 'parked_id', false),
    ('statements', 'statements', 'statement_id', 'text', 'statements', 'statement_id', false),
    ('audit', 'audit_entries', 'entry_id', 'bigint', 'audit_entries', 'entry_id', true);

INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('answers', 1, 'calls_answered', 'request_id'),
    ('parked', 1, 'parked', 'parked_id'),
    ('statements', 1, 'outbox', 'statement_id'),
    ('statements', 2, 'parked', 'statement_id'),
    ('statements', 3, 'lane_out_items', 'statement_id'),
    ('statements', 4, 'statements', 'statement_id'),
    ('audit', 1, 'audit_entries', 'entry_id');

CREATE FUNCTION retention_past_answers(p_key text, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT retention_japan(answered_at) <= retention_before('retention-days-answers', p_day)
      FROM calls_answered WHERE request_id = p_key
$$;

CREATE FUNCTION retention_parked_over(p_key bigint, p_day date) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT retention_japan(greatest(parked_at, resolved_at)) <= retention_began('retention-years-filings', p_day)
      FROM parked WHERE parked_id = p_key AND resolved_at IS NOT NULL
$$;

-- As long as a backup can bring back a time when the receiver did not have it; no number of days: for ever.
-- retention_needs_statement stands in the file of the node's role: what was made of the statement is kept still.
CREATE FUNCTION retention_past_statements(p_key text, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT retention_japan(stored_at) <= retention_began('retention-years-filings', p_day)
               AND retention_japan(stored_at) < p_day - p_backup_days
              FROM statements WHERE statement_id = p_key)
       AND NOT EXISTS (
               SELECT 1 FROM lane_out_items i LEFT JOIN lanes_out l ON l.peer = i.peer AND l.stream = i.stream
                WHERE i.statement_id = p_key
                  AND (i.lane_number IS NULL OR i.lane_number > coalesce(l.acknowledged, 0)))
       AND NOT EXISTS (
               SELECT 1 FROM parked
                WHERE statement_id = p_key
                  AND retention_parked_over(parked_id, p_day) IS NOT TRUE)
       AND NOT retention_needs_statement(p_key, p_day);
END
$$;

-- Where the statement is past its term too, it takes its row along.
CREATE FUNCTION retention_past_parked(p_key bigint, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT retention_parked_over(p_key, p_day)
       AND retention_past_statements(statement_id, p_day, p_backup_days) IS NOT TRUE
      FROM parked WHERE parked_id = p_key
$$;

CREATE FUNCTION retention_past_audit(p_key bigint, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT greatest(business_on, retention_japan(at)) <= retention_began('retention-years-audit', p_day)
      FROM audit_entries WHERE entry_id = p_key
$$;

-- Whoever deletes an entry leaves its leaf.
CREATE FUNCTION retention_keep_leaf() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO audit_erased (entry_id, leaf, erased_at) VALUES (old.entry_id, old.leaf, clock_timestamp());
    RETURN old;
END
$$;
CREATE TRIGGER audit_entries_leaf BEFORE DELETE ON audit_entries
FOR EACH ROW EXECUTE FUNCTION retention_keep_leaf();

-- The audit entry ---------------------------------------------------------------------------------------------------

-- One pair of the fixed encoding (jukinet.domain.encoding).
CREATE FUNCTION retention_pair(p_name text, p_value text) RETURNS bytea
LANGUAGE sql IMMUTABLE AS $$
    SELECT int4send(octet_length(convert_to(p_name, 'UTF8'))) || convert_to(p_name, 'UTF8')
        || coalesce('\x01'::bytea || int4send(octet_length(convert_to(p_value, 'UTF8')))
                    || convert_to(p_value, 'UTF8'), '\x00'::bytea)
$$;

-- What jukinet.audit.entries makes of an entry in Python, for the one entry that is not written there.
CREATE FUNCTION retention_note(
    p_day date, p_at timestamptz, p_actor text, p_terminal text, p_reference text, p_rules text[], p_salt bytea
) RETURNS void
LANGUAGE sql VOLATILE AS $$
    INSERT INTO audit_entries (at, business_on, event, outcome, actor, terminal, reference, rules, salt, leaf)
    SELECT p_at, p_day, 'retention:rows:erased', 'done', p_actor, p_terminal, p_reference, p_rules, p_salt,
           sha256('\x00'::bytea || p_salt || convert_to(E'jukinet-items-v1\n', 'UTF8') || int4send(11)
               || retention_pair('at', to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
               || retention_pair('business_on', to_char(p_day, 'YYYY-MM-DD'))
               || retention_pair('event', 'retention:rows:erased')
               || retention_pair('outcome', 'done')
               || retention_pair('actor', p_actor)
               || retention_pair('terminal', p_terminal)
               || retention_pair('subject_code', NULL)
               || retention_pair('resident_no', NULL)
               || retention_pair('affair', NULL)
               || retention_pair('reference', p_reference)
               || retention_pair('rules', array_to_string(p_rules, E'\n')))
$$;

-- One step of a walk ------------------------------------------------------------------------------------------------

-- Of these keys, those that are past their term.
CREATE FUNCTION retention_due(p_subject text, p_type text, p_keys text[], p_day date, p_backup_days integer)
RETURNS text[]
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    due text[];
BEGIN
    EXECUTE format('SELECT coalesce(array_agg(k), ''{}'') FROM unnest($1) AS k WHERE %I(k::%s, $2, $3)',
                   'retention_past_' || p_subject, p_type)
       INTO due USING p_keys, p_day, p_backup_days;
    RETURN due;
END
$$;

-- Of these keys, those that nobody else is working on, locked for this transaction.
CREATE FUNCTION retention_lock(p_table text, p_column text, p_type text, p_keys text[]) RETURNS text[]
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    locked text[];
    free text[];
BEGIN
    EXECUTE format('SELECT coalesce(array_agg(k::text), ''{}'') FROM (SELECT %2$I AS k FROM %1$I'
                   ' WHERE %2$I = ANY ($1::%3$s[]) ORDER BY 1 FOR UPDATE SKIP LOCKED) AS l',
                   p_table, p_column, p_type)
       INTO locked USING p_keys;
    EXECUTE format('SELECT coalesce(array_agg(k), ''{}'') FROM unnest($1) AS k'
                   ' WHERE k = ANY ($2) OR NOT EXISTS (SELECT 1 FROM %1$I WHERE %2$I = k::%3$s)',
                   p_table, p_column, p_type)
       INTO free USING p_keys, locked;
    RETURN free;
END
$$;

-- Count the rows of these keys, table by table; and delete them, if that is wanted.
CREATE FUNCTION retention_strike(p_subject text, p_type text, p_keys text[], p_day date, p_erase boolean)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    p retention_parts;
    chosen text;
    told text;
    n bigint;
    counts jsonb := '{}';
BEGIN
    FOR p IN SELECT subject, place, part, part_column, keys_by, blanks, only_before FROM retention_parts
              WHERE subject = p_subject ORDER BY place LOOP
        chosen := format(CASE WHEN p.keys_by IS NULL THEN 'WHERE t.%1$I = ANY ($1::%2$s[])'
                                                     ELSE 'WHERE t.%1$I IN (SELECT %3$I($1::%2$s[]))' END,
                         p.part_column, p_type, p.keys_by);
        IF p.blanks IS NOT NULL THEN
            chosen := chosen || format(' AND t.%I IS NOT NULL', p.blanks);
        END IF;
        IF p.only_before IS NOT NULL THEN
            chosen := chosen || format(' AND t.history_no < %I(t.%I, $2)', p.only_before, p.part_column);
        END IF;
        EXECUTE format('SELECT count(*) FROM %I AS t ', p.part) || chosen INTO n USING p_keys, p_day;
        IF n > 0 THEN
            told := concat_ws('.', p.part, p.blanks);
            counts := counts || jsonb_build_object(told, n + coalesce((counts ->> told)::bigint, 0));
        END IF;
        IF p_erase AND n > 0 THEN
            EXECUTE format(CASE WHEN p.blanks IS NULL THEN 'DELETE FROM %I AS t '
                                                      ELSE 'UPDATE %I AS t SET %I = NULL ' END,
                           p.part, p.blanks) || chosen USING p_keys, p_day;
        END IF;
    END LOOP;
    RETURN counts;
END
$$;

-- Look at the next rows of a subject after a key, and count or erase those past their term. last: where to go on;
-- NULL at the end. A walk may end anywhere and be begun anew: what was erased is gone, the rest stands.
CREATE FUNCTION retention_step(
    p_subject text, p_day date, p_backup_days integer, p_after text, p_most integer, p_erase boolean,
    OUT last text, OUT counts jsonb
)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    g retention_subjects;
    seen text[];
    due text[];
BEGIN
    IF (p_day <= retention_today()) IS NOT TRUE THEN
        RAISE EXCEPTION 'retention: that day has not come' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF p_most IS NULL OR p_most NOT BETWEEN 1 AND 10000 OR p_backup_days < 0 THEN
        RAISE EXCEPTION 'retention: a number is out of its range' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    SELECT subject, base, key_column, key_type, lock_table, lock_column, in_time_order
      INTO STRICT g FROM retention_subjects WHERE subject = p_subject;
    counts := '{}';
    EXECUTE format('SELECT array_agg(k::text ORDER BY k) FROM (SELECT %1$I AS k FROM %2$I'
                   ' WHERE $1 IS NULL OR %1$I > $1::%3$s ORDER BY 1 LIMIT $2) AS w',
                   g.key_column, g.base, g.key_type)
       INTO seen USING p_after, p_most;
    IF seen IS NULL THEN
        RETURN;
    END IF;
    last := seen[cardinality(seen)];
    due := retention_due(p_subject, g.key_type, seen, p_day, p_backup_days);
    IF due = '{}' THEN
        last := CASE WHEN NOT g.in_time_order THEN last END;
        RETURN;
    END IF;
    IF p_erase THEN
        -- Locked first, then judged again as whoever held it left it.
        due := retention_lock(g.lock_table, g.lock_column, g.key_type, due);
        due := retention_due(p_subject, g.key_type, due, p_day, p_backup_days);
    END IF;
    counts := retention_strike(p_subject, g.key_type, due, p_day, p_erase);
END
$$;

-- What the purge may call ------------------------------------------------------------------------------------------

CREATE FUNCTION retention_count(
    p_subject text, p_day date, p_backup_days integer, p_after text, p_most integer, OUT last text, OUT counts jsonb
)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT s.last, s.counts FROM retention_step(p_subject, p_day, p_backup_days, p_after, p_most, false) AS s
$$;

CREATE FUNCTION retention_erase(
    p_subject text, p_day date, p_backup_days integer, p_after text, p_most integer,
    p_at timestamptz, p_actor text, p_terminal text, p_reference text, p_basis text, p_salt bytea,
    OUT last text, OUT counts jsonb
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF p_at IS NULL OR p_actor IS NULL OR p_basis IS NULL OR octet_length(p_salt) IS DISTINCT FROM 16 THEN
        RAISE EXCEPTION 'retention: the audit entry lacks something' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    SELECT s.last, s.counts INTO last, counts
      FROM retention_step(p_subject, p_day, p_backup_days, p_after, p_most, true) AS s;
    IF counts <> '{}' THEN
        PERFORM retention_note(
            p_day, p_at, p_actor, p_terminal, p_reference,
            ARRAY[p_basis] || ARRAY(SELECT key || ' ' || value FROM jsonb_each_text(counts) ORDER BY key), p_salt);
    END IF;
END
$$;

-- Nobody but the purge, and of all these only the two. PostgreSQL lets everybody call a new function: the file of each
-- role ends with this, and so does a later migration that adds a subject.
CREATE FUNCTION retention_close() RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    one regprocedure;
BEGIN
    FOR one IN SELECT oid FROM pg_proc
                WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'retention\_%' LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
    END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION retention_count(text, date, integer, text, integer) TO jukinet_purge;
GRANT EXECUTE ON FUNCTION retention_erase(
    text, date, integer, text, integer, timestamptz, text, text, text, text, bytea) TO jukinet_purge;
