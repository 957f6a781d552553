-- Identity-verification information (本人確認情報) as prefectures and the centre hold it: present and history.

-- Every notice as it was applied: facts and change information. Append-only. What ends its term (Ord. 30-6,
-- 30-11) is the next notice about the person, which stands here too.
CREATE TABLE identity_history (
    history_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    statement_id    text NOT NULL UNIQUE,
    code            text,
    municipality    text NOT NULL,
    change_kind     text NOT NULL,
    reason          text NOT NULL,
    occurred_on     date NOT NULL,
    foreign_record  boolean NOT NULL,
    previous_code   text,
    name            text NOT NULL,
    nickname        text,
    birth_date      text NOT NULL,
    sex             text NOT NULL,
    address_in      text NOT NULL,
    address         text NOT NULL,
    building        text,
    received_on     date NOT NULL,
    received_at     timestamptz NOT NULL
);
CREATE INDEX identity_history_code ON identity_history (code, history_id);
GRANT SELECT, INSERT ON identity_history TO jukinet_network;
GRANT SELECT ON identity_history TO jukinet_supply, jukinet_office;

-- State per (code, municipality). which of a code's records answers for it, and from when the answer is
-- undetermined, are computed when a notice is applied (jukinet.law.present_place), so that a look-up only reads.
-- retain_until of a deleted record is worked out at its deletion, and anew when a further notice or a
-- move-out confirmation about the person comes (Ord. 30-6(ii), 30-11(ii)).
CREATE TABLE identity_records (
    code              text NOT NULL,
    municipality      text NOT NULL,
    live              boolean NOT NULL,
    event_on          date NOT NULL,
    recorded_on       date NOT NULL,
    history_id        bigint NOT NULL REFERENCES identity_history,
    change_kind       text NOT NULL,
    reason            text NOT NULL,
    occurred_on       date NOT NULL,
    speaks            boolean NOT NULL,
    undetermined_from date,
    superseded        boolean NOT NULL DEFAULT false,
    retain_until      date,
    name              text NOT NULL,
    nickname          text,
    birth_date        text NOT NULL,
    sex               text NOT NULL,
    address_in        text NOT NULL,
    address           text NOT NULL,
    building          text,
    name_key          bigint NOT NULL,
    nickname_key      bigint,
    address_key       bigint NOT NULL,
    PRIMARY KEY (code, municipality)
);
CREATE INDEX identity_records_name ON identity_records (birth_date, name_key);
CREATE INDEX identity_records_nickname ON identity_records (birth_date, nickname_key) WHERE nickname_key IS NOT NULL;
GRANT SELECT, INSERT, UPDATE ON identity_records TO jukinet_network;
GRANT SELECT ON identity_records TO jukinet_supply, jukinet_office;
