-- name: state
SELECT state FROM joining

-- name: manifest
SELECT manifest FROM joining

-- name: begin
INSERT INTO joining (state) VALUES ('codes') ON CONFLICT DO NOTHING

-- name: advance
UPDATE joining SET state = %(state)s, manifest = coalesce(%(manifest)s, manifest)

-- name: keep_segment
INSERT INTO joining_segments (name, data) VALUES (%(name)s, %(data)s)

-- name: segment
SELECT data FROM joining_segments WHERE name = %(name)s

-- name: forget_segments
SELECT joining_forget_segments()

-- name: hold_register
-- Acts in flight end first; those that come wait, and see what is written with this.
LOCK TABLE residents IN SHARE MODE

-- name: has_reported
SELECT EXISTS (SELECT 1 FROM sent_copies) OR EXISTS (SELECT 1 FROM outbox WHERE kind = 'identity-notice') AS found

-- name: count_uncoded
SELECT count(*) AS residents FROM residents WHERE present AND code IS NULL

-- name: holds_records_of
SELECT EXISTS (SELECT 1 FROM identity_records WHERE municipality = %(municipality)s) AS found
