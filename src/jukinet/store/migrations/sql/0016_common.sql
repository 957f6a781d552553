-- A municipality that joins: its records go to the stores as signed segments, and what it says after that waits until they
-- hold them. No row: it never was outside, or is no municipality.
CREATE TABLE joining (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    state    text NOT NULL,
    manifest bytea
);
GRANT SELECT ON joining TO jukinet_network, jukinet_worker;
GRANT SELECT, INSERT, UPDATE (state, manifest) ON joining TO jukinet_office;
