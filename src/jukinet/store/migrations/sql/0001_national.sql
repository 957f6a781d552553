-- What only the centre keeps: every code ever designated (Act Art. 30-7(1)(2), delegated by 30-10(1)(i)).

-- Designated codes are sent (M12).
GRANT INSERT ON outbox TO jukinet_office;

CREATE TABLE designations (
    designation_id text PRIMARY KEY,
    municipality   text NOT NULL,
    codes          integer NOT NULL,
    designated_on  date NOT NULL,
    designated_at  timestamptz NOT NULL,
    operator       text NOT NULL
);
GRANT SELECT, INSERT ON designations TO jukinet_office;

-- "A code ever designated" is never designated again (Act Art. 30-7(2)): the primary key says so.
CREATE TABLE designated_codes (
    code           text PRIMARY KEY,
    designation_id text NOT NULL REFERENCES designations
);
GRANT SELECT, INSERT ON designated_codes TO jukinet_office;
