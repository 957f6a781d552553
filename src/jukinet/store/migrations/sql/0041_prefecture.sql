-- Codes that the centre put aside for this governor (Act Art. 30-7(2)), for him to designate himself. Those of an earlier
-- life of the node are given to nobody: that may have given them.
CREATE TABLE reserved_codes (
    code           text PRIMARY KEY,
    designation_id text NOT NULL,
    incarnation    integer NOT NULL,
    received_at    timestamptz NOT NULL,
    void           boolean NOT NULL,
    given_to       text,
    given_at       timestamptz,
    CHECK ((given_to IS NULL) = (given_at IS NULL))
);
CREATE INDEX reserved_codes_free ON reserved_codes (incarnation) WHERE given_at IS NULL AND NOT void;
GRANT SELECT, INSERT ON reserved_codes TO jukinet_network;
GRANT SELECT, UPDATE (given_to, given_at) ON reserved_codes TO jukinet_office;
GRANT INSERT ON outbox TO jukinet_office;

ALTER TABLE alone_notices DROP CONSTRAINT alone_notices_works_check,
    ADD CONSTRAINT alone_notices_works_check
    CHECK (works <@ ARRAY['i', 'ii', 'iii', 'v', 'vi'] AND works <> '{}');
