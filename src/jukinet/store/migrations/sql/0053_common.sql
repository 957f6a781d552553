-- What a municipality that joins wrote is kept until it takes part: a medium that is lost, or was not written to its end when
-- the power failed, is written again, and says the same.
CREATE TABLE joining_segments (
    name text PRIMARY KEY,
    data bytea NOT NULL
);
GRANT SELECT, INSERT, DELETE ON joining_segments TO jukinet_office;
