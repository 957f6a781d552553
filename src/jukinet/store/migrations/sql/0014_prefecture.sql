-- Notices of the Minister that this governor does the centre's work himself (Act Art. 30-27(2)), their ends, and that
-- both were made public (30-27(3)). Rows are only added.
CREATE TABLE alone_notices (
    notice_no   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cause       text NOT NULL CHECK (cause IN ('suspended', 'ordered-to-stop', 'disaster')),
    works       text[] NOT NULL CHECK (works <@ ARRAY['iii', 'v', 'vi'] AND works <> '{}'),
    document    text NOT NULL UNIQUE,
    notified_on date NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE TABLE alone_ends (
    notice_no   integer PRIMARY KEY REFERENCES alone_notices,
    document    text NOT NULL,
    notified_on date NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE TABLE alone_publications (
    notice_no    integer NOT NULL REFERENCES alone_notices,
    of_end       boolean NOT NULL,
    document     text NOT NULL,
    published_on date NOT NULL,
    recorded_by  text NOT NULL,
    recorded_at  timestamptz NOT NULL,
    PRIMARY KEY (notice_no, of_end)
);
GRANT SELECT ON alone_notices, alone_ends TO jukinet_supply;
GRANT SELECT, INSERT ON alone_notices, alone_ends, alone_publications TO jukinet_office;
