-- That works of the centre stand still (Act Arts. 30-24, 30-25), that they are done again, and that governors end the
-- delegation (30-26). Rows are only added. A governor's node has no stops; its supply door asks the same question.
CREATE TABLE centre_stops (
    stop_no     integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ground      text NOT NULL CHECK (ground IN ('suspended', 'abolished', 'ordered-to-stop', 'revoked')),
    works       text[] NOT NULL CHECK (works <@ ARRAY['iii', 'v', 'vi', 'vii'] AND works <> '{}'),
    document    text NOT NULL UNIQUE,
    notified_on date NOT NULL,
    first_day   date NOT NULL,
    last_day    date,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE TABLE centre_resumptions (
    stop_no     integer PRIMARY KEY REFERENCES centre_stops,
    document    text NOT NULL,
    resumed_on  date NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE TABLE delegation_ends (
    prefecture  text PRIMARY KEY,
    document    text NOT NULL,
    notified_on date NOT NULL,
    first_day   date NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL
);
GRANT SELECT ON centre_stops, centre_resumptions, delegation_ends TO jukinet_supply, jukinet_worker;
GRANT SELECT, INSERT ON centre_stops, centre_resumptions, delegation_ends TO jukinet_office;
