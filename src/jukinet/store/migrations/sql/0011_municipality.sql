-- Move-ins with the card (Act Art. 24-2): what was asked of the municipality that was left, and the particulars that
-- came (転出証明書情報, M8). They stand in the place of the certificate and are kept like it.
CREATE TABLE move_in_requests (
    request_id   text PRIMARY KEY,
    input_digest bytea NOT NULL,
    previous     text NOT NULL,
    state        text NOT NULL CHECK (state IN ('intended', 'answered', 'refused', 'used')),
    moved_on     date NOT NULL,
    filed_on     date NOT NULL,
    asked_on     date NOT NULL,
    operator     text NOT NULL,
    refusal      text,
    particulars  bytea,
    changed_at   timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON move_in_requests TO jukinet_office;

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);
INSERT INTO retention_subjects (subject, base, key_column, key_type, lock_table, lock_column) VALUES
    ('move_in_requests', 'move_in_requests', 'request_id', 'text', 'move_in_requests', 'request_id');
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('move_in_requests', 1, 'move_in_requests', 'request_id');

CREATE FUNCTION retention_past_move_in_requests(p_key text, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT greatest(asked_on, retention_japan(changed_at)) <= retention_began('retention-years-filings', p_day)
      FROM move_in_requests WHERE request_id = p_key
$$;

SELECT retention_close();

-- Requests for more codes (M12, back; Reg. Art. 14(2)): one is open at a time.
CREATE TABLE code_requests (
    request_id  text PRIMARY KEY,
    codes       integer NOT NULL,
    asked_at    timestamptz NOT NULL,
    operator    text NOT NULL,
    answered_at timestamptz
);
CREATE UNIQUE INDEX code_requests_open ON code_requests ((answered_at IS NULL)) WHERE answered_at IS NULL;
GRANT SELECT, INSERT ON code_requests TO jukinet_office, jukinet_worker;
GRANT SELECT, UPDATE (answered_at) ON code_requests TO jukinet_network;
-- The worker looks at the stock.
GRANT SELECT ON code_pool, code_stock_levels TO jukinet_worker;

-- Notices from the Minister of Justice (M13, Act Art. 30-50) that a clerk must see to: by number, with the rules that
-- stood in the way the last time. One that was entered since is over. Nothing of what they say stands here.
CREATE TABLE minister_notices_waiting (
    notice_id text PRIMARY KEY,
    rules     text[] NOT NULL,
    since     timestamptz NOT NULL,
    over_at   timestamptz
);
GRANT SELECT, INSERT, UPDATE (rules, over_at) ON minister_notices_waiting TO jukinet_office;

-- What other mayors told about the koseki (M9, what came back of one, M10; Act Arts. 19, 9(2)), as it came, until a clerk
-- has seen to it. The supplementary register itself (戸籍の附票, Arts. 16 to 20) is not kept by this program.
CREATE TABLE koseki_messages (
    statement_id text PRIMARY KEY,
    kind         text NOT NULL,
    origin       text NOT NULL,
    body         bytea NOT NULL,
    received_on  date NOT NULL,
    received_at  timestamptz NOT NULL,
    over_at      timestamptz,
    outcome      text
);
CREATE INDEX koseki_messages_waiting ON koseki_messages (received_at) WHERE over_at IS NULL;
GRANT INSERT ON koseki_messages TO jukinet_network;
GRANT SELECT, UPDATE (over_at, outcome) ON koseki_messages TO jukinet_office;

INSERT INTO retention_subjects (subject, base, key_column, key_type, lock_table, lock_column) VALUES
    ('koseki_messages', 'koseki_messages', 'statement_id', 'text', 'koseki_messages', 'statement_id');
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('koseki_messages', 1, 'koseki_messages', 'statement_id');

-- One that waits is kept.
CREATE FUNCTION retention_past_koseki_messages(p_key text, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT over_at IS NOT NULL
       AND greatest(received_on, retention_japan(over_at)) <= retention_began('retention-years-filings', p_day)
      FROM koseki_messages WHERE statement_id = p_key
$$;
SELECT retention_close();
