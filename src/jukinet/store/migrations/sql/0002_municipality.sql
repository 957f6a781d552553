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
