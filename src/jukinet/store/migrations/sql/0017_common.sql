-- The consistency check: what each node holds that others hold too, as digests.

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

-- The first 16 bytes of the SHA-256 of the six facts in the fixed encoding (jukinet.domain.encoding.encode_identity; the
-- constants are its first line, its count and the names of its items). The tables generate their digests with it, so
-- that no change of a row, by whomever, leaves its digest behind.
CREATE FUNCTION identity_digest(
    p_name text, p_nickname text, p_birth_date text, p_sex text, p_address_in text, p_address text, p_building text,
    p_code text
) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN substr(sha256(
        '\x6a756b696e65742d6974656d732d76310a00000008000000046e616d6501'::bytea
        || int4send(octet_length(p_name)) || convert_to(p_name, 'UTF8')
        || '\x000000086e69636b6e616d65'::bytea
        || coalesce('\x01'::bytea || int4send(octet_length(p_nickname)) || convert_to(p_nickname, 'UTF8'), '\x00'::bytea)
        || '\x0000000a62697274685f6461746501'::bytea
        || int4send(octet_length(p_birth_date)) || convert_to(p_birth_date, 'UTF8')
        || '\x0000000373657801'::bytea
        || int4send(octet_length(p_sex)) || convert_to(p_sex, 'UTF8')
        || '\x00000014616464726573732e6d756e69636970616c69747901'::bytea
        || int4send(octet_length(p_address_in)) || convert_to(p_address_in, 'UTF8')
        || '\x0000000c616464726573732e7465787401'::bytea
        || int4send(octet_length(p_address)) || convert_to(p_address, 'UTF8')
        || '\x00000010616464726573732e6275696c64696e67'::bytea
        || coalesce('\x01'::bytea || int4send(octet_length(p_building)) || convert_to(p_building, 'UTF8'), '\x00'::bytea)
        || '\x00000004636f646501'::bytea
        || int4send(octet_length(p_code)) || convert_to(p_code, 'UTF8')), 1, 16);
END
$$;

REVOKE ALL ON FUNCTION identity_digest(text, text, text, text, text, text, text, text) FROM PUBLIC;

-- One comparison with a peer, or of this node with itself ('own'). ended_at NULL: it did not come to its end.
CREATE TABLE consistency_checks (
    check_id   text PRIMARY KEY,
    against    text NOT NULL,
    recomputed boolean NOT NULL,
    began_at   timestamptz NOT NULL,
    ended_at   timestamptz,
    problem    text,
    records    bigint,
    moving     integer,
    differing  integer,
    unread     integer,
    bytes      bigint
);
CREATE INDEX consistency_checks_began ON consistency_checks (against, began_at);
GRANT SELECT, INSERT, UPDATE (ended_at, problem, records, moving, differing, unread, bytes)
   ON consistency_checks TO jukinet_office, jukinet_worker;

-- What a check saw differ. It counts once two checks far enough apart have seen it; gone_at: a later one saw it no more.
-- recomputed: only checks by digests computed from the rows have seen it, so only such a one can tell that it is gone.
CREATE TABLE consistency_differences (
    difference_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    against       text NOT NULL,
    municipality  text NOT NULL,
    code          text NOT NULL,
    kind          text NOT NULL,
    items         text[] NOT NULL,
    recomputed    boolean NOT NULL,
    first_seen_at timestamptz NOT NULL,
    last_seen_at  timestamptz NOT NULL,
    confirmed_at  timestamptz,
    gone_at       timestamptz
);
CREATE UNIQUE INDEX consistency_differences_open ON consistency_differences (against, municipality, code)
 WHERE gone_at IS NULL;
GRANT SELECT, INSERT, UPDATE (kind, items, recomputed, last_seen_at, confirmed_at, gone_at)
   ON consistency_differences TO jukinet_office, jukinet_worker;

-- When the worker compares next, with whom and how. Several workers take turns by the row's lock.
CREATE TABLE consistency_due (
    against    text NOT NULL,
    recomputed boolean NOT NULL,
    next_at    timestamptz NOT NULL,
    PRIMARY KEY (against, recomputed)
);
GRANT SELECT, INSERT, UPDATE (next_at) ON consistency_due TO jukinet_worker;

-- M16: facts of a record that somebody found to be wrong, on its way from the finder over the governor to the
-- municipality, and what the municipality answered. state: noted, received, passed-on, corrected, right.
CREATE TABLE error_reports (
    report_id    text PRIMARY KEY,
    code         text NOT NULL,
    municipality text NOT NULL,
    items        text[] NOT NULL,
    from_node    text,
    state        text NOT NULL,
    noted_by     text,
    noted_at     timestamptz NOT NULL,
    passed_on_at timestamptz,
    answered_by  text,
    answered_at  timestamptz
);
CREATE INDEX error_reports_open ON error_reports (noted_at) WHERE answered_at IS NULL;
GRANT SELECT, INSERT, UPDATE (state, passed_on_at, answered_by, answered_at)
   ON error_reports TO jukinet_office, jukinet_network;

INSERT INTO retention_subjects (subject, base, key_column, key_type, lock_table, lock_column) VALUES
    ('differences', 'consistency_differences', 'difference_id', 'bigint', 'consistency_differences', 'difference_id'),
    ('error_reports', 'error_reports', 'report_id', 'text', 'error_reports', 'report_id');
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('differences', 1, 'consistency_differences', 'difference_id'),
    ('error_reports', 1, 'error_reports', 'report_id');

CREATE FUNCTION retention_past_differences(p_key bigint, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT retention_japan(gone_at) <= retention_began('retention-years-filings', p_day)
      FROM consistency_differences WHERE difference_id = p_key AND gone_at IS NOT NULL
$$;

CREATE FUNCTION retention_past_error_reports(p_key text, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT retention_japan(answered_at) <= retention_began('retention-years-filings', p_day)
      FROM error_reports WHERE report_id = p_key AND answered_at IS NOT NULL
$$;

SELECT retention_close();
