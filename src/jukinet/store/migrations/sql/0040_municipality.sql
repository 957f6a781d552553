-- What each batch of the office was given, so that the next one can begin with it (specification 9.1). The parameters may
-- name somebody: a condition of a list does.
CREATE TABLE batch_settings (
    setting_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    batch       text NOT NULL,
    given       text NOT NULL,
    given_on    date NOT NULL,
    recorded_at timestamptz NOT NULL,
    operator    text NOT NULL,
    terminal    text
);
CREATE INDEX batch_settings_batch ON batch_settings (batch, setting_id);
GRANT SELECT, INSERT ON batch_settings TO jukinet_office;

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);
INSERT INTO retention_subjects (subject, base, key_column, key_type, lock_table, lock_column, in_time_order) VALUES
    ('batch_settings', 'batch_settings', 'setting_id', 'bigint', 'batch_settings', 'setting_id', true);
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('batch_settings', 1, 'batch_settings', 'setting_id');

CREATE FUNCTION retention_past_batch_settings(p_key bigint, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT retention_japan(recorded_at) <= retention_before('retention-days-batch-settings', p_day)
      FROM batch_settings WHERE setting_id = p_key
$$;

SELECT retention_close();
