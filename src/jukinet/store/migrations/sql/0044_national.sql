-- What the Minister and governors demand of the centre (Act Arts. 30-22, 30-23), and what was done. Rows are only added.
CREATE TABLE centre_demands (
    demand_no   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        text NOT NULL CHECK (kind IN ('order', 'instruction', 'report', 'inspection')),
    prefecture  text,
    said        text NOT NULL,
    document    text NOT NULL,
    document_on date NOT NULL,
    due_on      date,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX centre_demands_paper ON centre_demands (coalesce(prefecture, ''), document, document_on);
CREATE TABLE centre_demand_answers (
    demand_no   integer PRIMARY KEY REFERENCES centre_demands,
    said        text NOT NULL,
    document    text,
    done_on     date NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL
);
GRANT SELECT, INSERT ON centre_demands, centre_demand_answers TO jukinet_office;
