-- The register of one municipality (住民基本台帳) and what it keeps for the network.

-- Every process of a municipality reports: the office its acts, the worker the move-outs that are due, the network
-- door those that a move-in notice completes. Prefectures only forward.
GRANT INSERT ON outbox TO jukinet_office, jukinet_network, jukinet_worker;

CREATE SEQUENCE resident_serial;
CREATE SEQUENCE household_serial;
GRANT USAGE ON SEQUENCE resident_serial, household_serial TO jukinet_office;

-- One row a resident: what is locked first by every act, and what the last version says, for finding.
-- It can be rebuilt from resident_versions at any time; the history is there and only there.
CREATE TABLE residents (
    resident_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    resident_no      text NOT NULL UNIQUE,
    present          boolean NOT NULL,
    code             text,
    household_no     text NOT NULL,
    foreign_resident boolean NOT NULL,
    birth_date       text NOT NULL,
    name_keys        bigint[] NOT NULL,
    move_out_on      date,
    last_history_no  integer NOT NULL
);
-- No code is held by two present residents (Act Art. 30-2(2)).
CREATE UNIQUE INDEX residents_code ON residents (code) WHERE present AND code IS NOT NULL;
CREATE INDEX residents_code_ever ON residents (code) WHERE NOT present AND code IS NOT NULL;
CREATE INDEX residents_household ON residents (household_no) WHERE present;
CREATE INDEX residents_move_out ON residents (move_out_on) WHERE present AND move_out_on IS NOT NULL;
CREATE INDEX residents_birth ON residents (birth_date);
CREATE INDEX residents_uncoded ON residents (resident_id) WHERE present AND code IS NULL;
GRANT SELECT, INSERT, UPDATE ON residents TO jukinet_office;
GRANT SELECT, UPDATE ON residents TO jukinet_network, jukinet_worker;

-- The history: append-only, a full snapshot a version. No stored end date, no UPDATE.
CREATE TABLE resident_versions (
    resident_id   bigint NOT NULL REFERENCES residents,
    history_no    integer NOT NULL CHECK (history_no >= 1),
    reason        text NOT NULL,
    effective_on  date NOT NULL,
    effective_seq integer NOT NULL,
    recorded_at   timestamptz NOT NULL,
    operator      text NOT NULL,
    terminal      text,
    notified_on   date,
    restates      integer,
    present       boolean NOT NULL,
    items         jsonb NOT NULL,
    PRIMARY KEY (resident_id, history_no)
);
GRANT SELECT, INSERT ON resident_versions TO jukinet_office, jukinet_network, jukinet_worker;

-- Codes designated to this municipality (M12). A code once drawn is never drawn again.
CREATE TABLE code_pool (
    code           text PRIMARY KEY,
    designation_id text NOT NULL,
    received_at    timestamptz NOT NULL,
    drawn_at       timestamptz
);
CREATE INDEX code_pool_free ON code_pool (code) WHERE drawn_at IS NULL;
GRANT SELECT, INSERT ON code_pool TO jukinet_network;
GRANT SELECT, UPDATE (drawn_at) ON code_pool TO jukinet_office;

-- The written notice of a code (Act Art. 30-2(3), 30-3(4)): what is to be printed and sent.
CREATE TABLE code_notices (
    notice_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    resident_id bigint NOT NULL REFERENCES residents,
    history_no  integer NOT NULL,
    kind        text NOT NULL,
    code        text NOT NULL,
    decided_on  date NOT NULL
);
GRANT SELECT, INSERT ON code_notices TO jukinet_office;

-- Nationwide copies issued here for residents of other municipalities. One application, one copy.
-- The pages are kept only so that a retry hands out the same ones (see the retention list).
CREATE TABLE nationwide_copies (
    application_id text PRIMARY KEY,
    input_digest   bytea NOT NULL,
    home           text NOT NULL,
    state          text NOT NULL,
    operator       text NOT NULL,
    applied_on     date NOT NULL,
    issue_no       text UNIQUE,
    refusal        text,
    pages          bytea,
    changed_at     timestamptz NOT NULL
);
CREATE SEQUENCE copy_serial;
GRANT USAGE ON SEQUENCE copy_serial TO jukinet_office;
GRANT SELECT, INSERT, UPDATE ON nationwide_copies TO jukinet_office;
