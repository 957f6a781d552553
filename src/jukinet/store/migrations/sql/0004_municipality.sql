-- Holds (異動・発行・照会抑止) and support measures (支援措置). Every row is added and none is altered: what became of a
-- hold or measure is its last version.

-- Of one resident, or of a household: then of everybody who belongs to it, also who joins it later.
CREATE TABLE holds (
    hold_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    resident_id  bigint REFERENCES residents,
    household_no text,
    CHECK (num_nonnulls(resident_id, household_no) = 1)
);
CREATE INDEX holds_resident ON holds (resident_id) WHERE resident_id IS NOT NULL;
CREATE INDEX holds_household ON holds (household_no) WHERE household_no IS NOT NULL;

CREATE TABLE hold_versions (
    hold_id     bigint NOT NULL REFERENCES holds,
    version_no  integer NOT NULL CHECK (version_no >= 1),
    process     text NOT NULL,
    level       text NOT NULL,
    from_on     date NOT NULL,
    to_on       date,
    ended       boolean NOT NULL,
    recorded_on date NOT NULL,
    recorded_at timestamptz NOT NULL,
    operator    text NOT NULL,
    terminal    text,
    PRIMARY KEY (hold_id, version_no)
);

-- Whom a hold follows: who left the household that it is on, or was recorded here anew.
CREATE TABLE hold_followers (
    hold_id     bigint NOT NULL REFERENCES holds,
    resident_id bigint NOT NULL REFERENCES residents,
    PRIMARY KEY (hold_id, resident_id)
);
CREATE INDEX hold_followers_resident ON hold_followers (resident_id);

-- The network door asks these three and no other: it cannot tell why a record is held, nor from what kind of case.
GRANT SELECT, INSERT ON holds, hold_versions, hold_followers TO jukinet_office;
GRANT SELECT ON holds, hold_versions, hold_followers TO jukinet_network;

-- Why, for those alone who may know it.
CREATE TABLE hold_reasons (
    hold_id    bigint NOT NULL,
    version_no integer NOT NULL,
    reason     text NOT NULL,
    PRIMARY KEY (hold_id, version_no),
    FOREIGN KEY (hold_id, version_no) REFERENCES hold_versions
);
GRANT SELECT, INSERT ON hold_reasons TO jukinet_office;

-- 一時解除: for one operator, until a moment or until one act. It ends by itself; it is never sent anywhere.
CREATE TABLE hold_lifts (
    lift_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hold_id  bigint NOT NULL REFERENCES holds,
    operator text NOT NULL,
    one_act  boolean NOT NULL,
    until    timestamptz NOT NULL,
    reason   text NOT NULL,
    given_at timestamptz NOT NULL,
    given_by text NOT NULL,
    terminal text
);
CREATE INDEX hold_lifts_hold ON hold_lifts (hold_id);
-- The act that used a lift up: the key lets only one.
CREATE TABLE hold_lift_uses (
    lift_id bigint PRIMARY KEY REFERENCES hold_lifts,
    used_at timestamptz NOT NULL
);
GRANT SELECT, INSERT ON hold_lifts, hold_lift_uses TO jukinet_office;

CREATE TABLE support_measures (
    measure_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    applied_on date NOT NULL
);
CREATE TABLE support_measure_versions (
    measure_id  bigint NOT NULL REFERENCES support_measures,
    version_no  integer NOT NULL CHECK (version_no >= 1),
    step        text NOT NULL,
    starts_on   date,
    ends_on     date,
    ended_on    date,
    ended_for   text,
    recorded_on date NOT NULL,
    recorded_at timestamptz NOT NULL,
    operator    text NOT NULL,
    terminal    text,
    PRIMARY KEY (measure_id, version_no)
);
-- What the application says (addresses, offender, offices), and what later steps add.
CREATE TABLE support_measure_details (
    measure_id bigint NOT NULL,
    version_no integer NOT NULL,
    details    jsonb NOT NULL,
    PRIMARY KEY (measure_id, version_no),
    FOREIGN KEY (measure_id, version_no) REFERENCES support_measure_versions
);
-- The applicant and those joined (併せて支援を求める者), each with the hold that keeps their copies back.
CREATE TABLE support_measure_persons (
    measure_id   bigint NOT NULL REFERENCES support_measures,
    resident_id  bigint NOT NULL REFERENCES residents,
    hold_id      bigint NOT NULL UNIQUE REFERENCES holds,
    applicant    boolean NOT NULL,
    relationship text,
    PRIMARY KEY (measure_id, resident_id)
);
CREATE INDEX support_measure_persons_resident ON support_measure_persons (resident_id);
CREATE TABLE support_measure_forwards (
    forward_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    measure_id   bigint NOT NULL REFERENCES support_measures,
    municipality text NOT NULL,
    forwarded_on date NOT NULL,
    recorded_at  timestamptz NOT NULL,
    operator     text NOT NULL,
    terminal     text
);
CREATE INDEX support_measure_forwards_measure ON support_measure_forwards (measure_id);
GRANT SELECT, INSERT ON support_measures, support_measure_versions, support_measure_details,
    support_measure_persons, support_measure_forwards TO jukinet_office;

-- A household is shown with those who were deleted from it (消除された世帯構成員).
CREATE INDEX residents_household_left ON residents (household_no) WHERE NOT present;
