-- Affairs that an ordinance of this prefecture sets (Act Arts. 30-7(4)(ii), (5)(ii), (6)(ii), 30-8(1)(ii), (2)), and their
-- ends. Rows are only added.
CREATE TABLE ordinance_affairs (
    affair_no   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ground      text NOT NULL
        CHECK (ground IN ('30-7(4)(ii)', '30-7(5)(ii)', '30-7(6)(ii)', '30-8(1)(ii)', '30-8(2)')),
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
GRANT SELECT ON ordinance_affairs, ordinance_affair_ends TO jukinet_supply;
GRANT SELECT, INSERT ON ordinance_affairs, ordinance_affair_ends TO jukinet_office;
