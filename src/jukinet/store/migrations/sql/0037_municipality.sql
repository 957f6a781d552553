-- Places where operators work, and the terminals that stand in them (specification 1.3.1). Rows are only added: the last
-- of a name counts, and what the log names is found as it was then.
CREATE TABLE work_places (
    step_no     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    place       text NOT NULL,
    place_kind  text NOT NULL,
    place_name  text NOT NULL,
    closed      boolean NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE TABLE work_terminals (
    step_no     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    terminal    text NOT NULL,
    place       text NOT NULL,
    closed      boolean NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL
);
GRANT SELECT, INSERT ON work_places, work_terminals TO jukinet_office;
