-- Measures on this node's line to the network: one person asks, another confirms; each step that took effect is a row.
CREATE TABLE line_measures (
    measure_no integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    wanted     text NOT NULL CHECK (wanted IN ('open', 'identity', 'all')),
    reason     text NOT NULL,
    asked_by   text NOT NULL,
    asked_at   timestamptz NOT NULL
);
GRANT SELECT ON line_measures TO jukinet_network, jukinet_supply, jukinet_worker;
GRANT SELECT, INSERT ON line_measures TO jukinet_office;

-- The last row says what is cut: nothing (open), identity-verification information, or all. No row: nothing.
CREATE TABLE line_steps (
    step_no      integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    measure_no   integer NOT NULL REFERENCES line_measures,
    state        text NOT NULL CHECK (state IN ('open', 'identity', 'all')),
    confirmed_by text NOT NULL,
    taken_at     timestamptz NOT NULL
);
GRANT SELECT ON line_steps TO jukinet_network, jukinet_supply, jukinet_worker;
GRANT SELECT, INSERT ON line_steps TO jukinet_office;
