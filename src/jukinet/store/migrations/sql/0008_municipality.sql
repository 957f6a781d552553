-- Drafts (仮登録): what a clerk entered and a second person has yet to complete. Beside the register and no part of it:
-- no version, code or notice exists before the draft is completed. Rows are added and none is altered: what became of a
-- draft is its last step.

-- filing: the filing as it was entered. tags: the states of the records that the act would change, as its clerk saw them.
CREATE TABLE drafts (
    draft_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    act        text NOT NULL,
    filing     jsonb NOT NULL,
    tags       text[] NOT NULL,
    operator   text NOT NULL,
    terminal   text,
    entered_at timestamptz NOT NULL
);

-- A draft has two steps at most: it is returned and then withdrawn. The key lets only one act take each.
CREATE TABLE draft_steps (
    draft_id bigint NOT NULL REFERENCES drafts,
    step_no  integer NOT NULL CHECK (step_no IN (1, 2)),
    step     text NOT NULL,
    note     text,
    operator text NOT NULL,
    terminal text,
    taken_at timestamptz NOT NULL,
    PRIMARY KEY (draft_id, step_no)
);
GRANT SELECT, INSERT ON drafts, draft_steps TO jukinet_office;

-- What each operator last searched for, so that a search can be done again (検索履歴). The conditions are personal.
CREATE TABLE recent_searches (
    search_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    operator    text NOT NULL,
    conditions  jsonb NOT NULL,
    searched_at timestamptz NOT NULL
);
CREATE INDEX recent_searches_operator ON recent_searches (operator, search_id);
GRANT SELECT, INSERT ON recent_searches TO jukinet_office;

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);
INSERT INTO retention_subjects (subject, base, key_column, key_type, lock_table, lock_column, in_time_order) VALUES
    ('drafts', 'drafts', 'draft_id', 'bigint', 'drafts', 'draft_id', false),
    ('recent_searches', 'recent_searches', 'search_id', 'bigint', 'recent_searches', 'search_id', true);
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('drafts', 10, 'draft_steps', 'draft_id'),
    ('drafts', 99, 'drafts', 'draft_id'),
    ('recent_searches', 1, 'recent_searches', 'search_id');

-- From the last that became of it; one that still waits, from the day on which it was entered.
CREATE FUNCTION retention_past_drafts(p_key bigint, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT retention_japan(greatest(entered_at, (SELECT max(taken_at) FROM draft_steps WHERE draft_id = p_key)))
           <= retention_before('retention-days-drafts', p_day)
      FROM drafts WHERE draft_id = p_key
$$;

CREATE FUNCTION retention_past_recent_searches(p_key bigint, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT retention_japan(searched_at) <= retention_before('retention-days-recent-searches', p_day)
      FROM recent_searches WHERE search_id = p_key
$$;

SELECT retention_close();
