-- name: hold
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || 'minister notice ' || %(notice_id)s, 0))

-- name: digest_of
SELECT digest FROM minister_notices WHERE notice_id = %(notice_id)s

-- name: insert
INSERT INTO minister_notices (notice_id, digest, taken_at) VALUES (%(notice_id)s, %(digest)s, %(taken_at)s)
