-- name: node_id
SELECT node_id FROM node_facts

-- name: pinned_date
SELECT pinned FROM business_clock

-- name: pin_date
UPDATE business_clock SET pinned = %(pinned)s

-- name: operator
SELECT operator_id, name, permissions, valid_from, valid_to, unit FROM operators WHERE operator_id = %(operator_id)s

-- name: operators
SELECT operator_id, name, permissions, valid_from, valid_to, unit FROM operators ORDER BY unit NULLS LAST, operator_id

-- name: lock_operators
LOCK TABLE operators IN SHARE ROW EXCLUSIVE MODE

-- name: count_operators
SELECT count(*) AS operators FROM operators

-- name: enrol
INSERT INTO operators (operator_id, name, permissions, enrolled_at, valid_from, valid_to, unit)
VALUES (%(operator_id)s, %(name)s, %(permissions)s, %(at)s, %(valid_from)s, %(valid_to)s, %(unit)s)
ON CONFLICT (operator_id) DO UPDATE
   SET name = excluded.name, permissions = excluded.permissions,
       valid_from = excluded.valid_from, valid_to = excluded.valid_to, unit = excluded.unit

-- name: directory
SELECT bundle FROM signed_directory

-- name: keep_directory
INSERT INTO signed_directory (version, bundle, fetched_at) VALUES (%(version)s, %(bundle)s, %(at)s)
ON CONFLICT (one) DO UPDATE
   SET version = excluded.version, bundle = excluded.bundle, fetched_at = excluded.fetched_at
 WHERE signed_directory.bundle = %(held)s::bytea

-- name: is_standby
SELECT pg_is_in_recovery() AS standby

-- name: schema_version
SELECT version_num FROM schema_version
