-- Batches of supply: who asked for whom by a file, how far it is answered, and everyone who was looked up in it.

-- One file of an organ. The files themselves stand beside the database (state/batches); what is committed here says how
-- much of them counts. secret: what the salts of the batch's leaves are made of.
CREATE TABLE supply_batches (
    batch_no      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    batch_id      text NOT NULL UNIQUE,
    organ         text NOT NULL,
    affair        text NOT NULL,
    operator      text NOT NULL,
    case_no       text NOT NULL,
    asked_by      text NOT NULL CHECK (asked_by IN ('code', 'four-items')),
    format        text NOT NULL CHECK (format IN ('csv', 'ndjson', 'parquet')),
    way           text NOT NULL CHECK (way IN ('by-line', 'on-media')),
    brought_to    text,
    since         bigint,
    row_count     bigint NOT NULL CHECK (row_count > 0),
    digest        bytea NOT NULL,
    secret        bytea NOT NULL,
    submitted_at  timestamptz NOT NULL,
    state         text NOT NULL
                  CHECK (state IN ('declared', 'received', 'refused', 'ready', 'stopped', 'done', 'cancelled')),
    trouble       text[] NOT NULL DEFAULT '{}',
    basis         text[] NOT NULL DEFAULT '{}',
    rows_done     bigint NOT NULL DEFAULT 0,
    keys_offset   bigint NOT NULL DEFAULT 0,
    answer_length bigint NOT NULL DEFAULT 0,
    people        bigint NOT NULL DEFAULT 0,
    counts        jsonb NOT NULL DEFAULT '{}',
    tree          bytea NOT NULL DEFAULT '',
    root          bytea,
    ended_at      timestamptz,
    forgotten_at  timestamptz,
    CHECK (rows_done <= row_count),
    CHECK ((state = 'done') <= (rows_done = row_count AND root IS NOT NULL))
);
-- The same file again for the same affair is the same batch, unless it asks what changed since an earlier one.
CREATE UNIQUE INDEX supply_batches_same ON supply_batches (organ, affair, digest, coalesce(since, 0))
    WHERE state NOT IN ('refused', 'cancelled');
CREATE INDEX supply_batches_waiting ON supply_batches (batch_no) WHERE state IN ('received', 'ready');
GRANT SELECT, INSERT, UPDATE (state, trouble, root, ended_at) ON supply_batches TO jukinet_supply;
GRANT SELECT, INSERT, UPDATE (state, trouble, basis, rows_done, keys_offset, answer_length, people, counts, tree, root,
    ended_at, forgotten_at) ON supply_batches TO jukinet_office;
GRANT SELECT, UPDATE (state, trouble, basis, rows_done, keys_offset, answer_length, people, counts, tree, root, ended_at,
    forgotten_at) ON supply_batches TO jukinet_worker;

-- What was answered in one transaction: when, on which day of the office, up to which row.
CREATE TABLE supply_batch_parts (
    batch_no    bigint NOT NULL REFERENCES supply_batches,
    first_row   bigint NOT NULL,
    last_row    bigint NOT NULL,
    people      bigint NOT NULL,
    at          timestamptz NOT NULL,
    business_on date NOT NULL,
    basis       text[] NOT NULL,
    PRIMARY KEY (batch_no, first_row)
);

-- Everyone of whom something was told, and by which notice the record stood so. Row by row the leaves of the batch.
CREATE TABLE supply_batch_rows (
    batch_no     bigint NOT NULL,
    row_no       bigint NOT NULL,
    history_id   bigint NOT NULL,
    subject_code text NOT NULL,
    PRIMARY KEY (batch_no, row_no)
);
CREATE INDEX supply_batch_rows_subject ON supply_batch_rows (subject_code, batch_no);
GRANT SELECT, INSERT ON supply_batch_parts, supply_batch_rows TO jukinet_office, jukinet_worker;

-- The worker runs batches, and looks people up for that.
GRANT SELECT ON identity_records TO jukinet_worker;

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

-- What one part asks and is answered, while its transaction lasts. No serving role may make a table by itself.
CREATE FUNCTION supply_batch_stage(p_first bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    EXECUTE format('CREATE TEMPORARY TABLE batch_asked (
        row_no      bigint GENERATED ALWAYS AS IDENTITY (START %s CACHE 1000),
        code        text,
        birth_date  text,
        name_key    bigint,
        address_key bigint,
        sex         text,
        fault       text
    ) ON COMMIT DROP', p_first);
    CREATE TEMPORARY TABLE batch_answers (
        row_no        bigint NOT NULL,
        result        text NOT NULL,
        reason        text,
        told          boolean NOT NULL,
        code          text,
        history_id    bigint,
        name          text,
        nickname      text,
        birth_date    text,
        sex           text,
        address_in    text,
        address       text,
        building      text,
        change_kind   text,
        change_reason text,
        occurred_on   date
    ) ON COMMIT DROP;
    GRANT SELECT, INSERT ON pg_temp.batch_asked TO jukinet_office, jukinet_worker;
    GRANT SELECT, INSERT, UPDATE ON pg_temp.batch_answers TO jukinet_office, jukinet_worker;
END
$$;
REVOKE ALL ON FUNCTION supply_batch_stage(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION supply_batch_stage(bigint) TO jukinet_office, jukinet_worker;

-- What is under way is never past its term. A later batch that refers to one that is gone keeps only its number.
INSERT INTO retention_subjects (subject, base, key_column, key_type, lock_table, lock_column) VALUES
    ('batches', 'supply_batches', 'batch_no', 'bigint', 'supply_batches', 'batch_no');
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('batches', 1, 'supply_batch_rows', 'batch_no'),
    ('batches', 2, 'supply_batch_parts', 'batch_no'),
    ('batches', 3, 'supply_batches', 'batch_no');

CREATE FUNCTION retention_past_batches(p_key bigint, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT retention_japan(coalesce(ended_at, submitted_at)) <= retention_began('retention-years-audit', p_day)
      FROM supply_batches WHERE batch_no = p_key AND state IN ('refused', 'done', 'cancelled')
$$;
SELECT retention_close();
