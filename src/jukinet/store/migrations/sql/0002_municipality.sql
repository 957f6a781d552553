-- How the register's people are told of what nobody notified, and what is laid open to those concerned.

-- One row for each entry of which somebody is told in writing or by posting (Ord. 12(4)), or that is laid open until a
-- day (Ord. 17(2)). What is to be printed and sent, or hung out, is read from the version.
CREATE TABLE tellings (
    telling_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    resident_id bigint NOT NULL REFERENCES residents,
    history_no  integer NOT NULL,
    way         text NOT NULL,
    decided_on  date NOT NULL,
    open_until  date
);
GRANT SELECT, INSERT ON tellings TO jukinet_office;

-- Notices from the Minister of Justice (Act Art. 30-50) that were entered, so that none is entered twice. Nothing of
-- the person: the digest only tells whether a number came back with another content.
CREATE TABLE minister_notices (
    notice_id text PRIMARY KEY,
    digest    bytea NOT NULL,
    taken_at  timestamptz NOT NULL
);
GRANT SELECT, INSERT ON minister_notices TO jukinet_office;
