-- What organs of Appended Table 1 pay for each person of whom they are told, as the centre set it and governors approved it
-- (Act Art. 30-10(4), (5)). Rows are only added.
CREATE TABLE supply_fees (
    fee_no      integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    yen         integer NOT NULL CHECK (yen >= 0),
    first_day   date NOT NULL,
    document    text NOT NULL UNIQUE,
    set_on      date NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE TABLE supply_fee_approvals (
    fee_no      integer NOT NULL REFERENCES supply_fees,
    prefecture  text NOT NULL,
    ordinance   text NOT NULL,
    document    text NOT NULL,
    approved_on date NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (fee_no, prefecture)
);
GRANT SELECT, INSERT ON supply_fees, supply_fee_approvals TO jukinet_office;
