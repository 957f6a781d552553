-- name: hold
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || 'minister notice ' || %(notice_id)s, 0))

-- name: digest_of
SELECT digest FROM minister_notices WHERE notice_id = %(notice_id)s

-- name: insert
INSERT INTO minister_notices (notice_id, digest, taken_at) VALUES (%(notice_id)s, %(digest)s, %(taken_at)s)

-- name: wait
INSERT INTO minister_notices_waiting (notice_id, rules, since) VALUES (%(notice_id)s, %(rules)s, %(at)s)
ON CONFLICT (notice_id) DO UPDATE SET rules = excluded.rules, over_at = NULL

-- name: over
UPDATE minister_notices_waiting SET over_at = %(at)s WHERE notice_id = %(notice_id)s AND over_at IS NULL

-- name: waiting
SELECT notice_id, rules, since FROM minister_notices_waiting WHERE over_at IS NULL ORDER BY since, notice_id
