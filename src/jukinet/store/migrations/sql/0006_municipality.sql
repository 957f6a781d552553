-- What the register API answered, so that a request that comes again is answered again and not done again.
-- One row for each key of a system, written in the transaction of the act. outcome holds resident numbers and
-- remarks, or the rules of a refusal. digest is of the whole request: the same key for another one is refused.
CREATE TABLE api_answers (
    answer_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    system      text NOT NULL,
    key         text NOT NULL,
    digest      bytea NOT NULL,
    outcome     jsonb NOT NULL,
    answered_at timestamptz NOT NULL,
    UNIQUE (system, key)
);
CREATE INDEX api_answers_age ON api_answers (answered_at);
GRANT SELECT, INSERT ON api_answers TO jukinet_office;

-- Erased once no system sends the request again.
SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);
INSERT INTO retention_subjects (subject, base, key_column, key_type, lock_table, lock_column, in_time_order) VALUES
    ('api_answers', 'api_answers', 'answer_id', 'bigint', 'api_answers', 'answer_id', true);
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('api_answers', 1, 'api_answers', 'answer_id');

CREATE FUNCTION retention_past_api_answers(p_key bigint, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT retention_japan(answered_at) <= retention_before('retention-days-answers', p_day)
      FROM api_answers WHERE answer_id = p_key
$$;

SELECT retention_close();
