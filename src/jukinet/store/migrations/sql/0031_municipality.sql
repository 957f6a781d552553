-- Affairs for which an ordinance of this municipality lets identity-verification information be supplied to organs of others
-- (Act Art. 30-6), and their ends. Rows are only added.
CREATE TABLE ordinance_affairs (
    affair_no   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ground      text NOT NULL CHECK (ground = '30-6'),
    organ       text NOT NULL,
    ordinance   text NOT NULL,
    article     text NOT NULL,
    affair      text NOT NULL,
    valid_from  date NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE TABLE ordinance_affair_ends (
    affair_no   integer PRIMARY KEY REFERENCES ordinance_affairs,
    valid_to    date NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL
);
GRANT SELECT, INSERT ON ordinance_affairs, ordinance_affair_ends TO jukinet_office;
