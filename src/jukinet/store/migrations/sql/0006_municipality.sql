-- What the register API answered, so that a request that comes again is answered again and not done again.
-- One row for each key of a system, written in the transaction of the act. outcome holds resident numbers and
-- remarks, or the rules of a refusal. digest is of the whole request: the same key for another one is refused.
CREATE TABLE api_answers (
    answer_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    system      text NOT NULL,
    key         text NOT NULL,
    digest      bytea NOT NULL,
    outcome     jsonb NOT NULL,
    answered_at timestamptz NOT NULL,
    UNIQUE (system, key)
);
CREATE INDEX api_answers_age ON api_answers (answered_at);
GRANT SELECT, INSERT ON api_answers TO jukinet_office;
