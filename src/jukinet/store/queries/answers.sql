-- Answers of the register API, by the key of the request.

-- name: hold
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' answer ' || %(system)s || ' ' || %(key)s, 0))

-- name: find
SELECT digest, outcome::text AS outcome FROM api_answers WHERE system = %(system)s AND key = %(key)s

-- name: keep
INSERT INTO api_answers (system, key, digest, outcome, answered_at)
VALUES (%(system)s, %(key)s, %(digest)s, %(outcome)s, %(answered_at)s)
