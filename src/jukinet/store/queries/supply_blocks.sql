-- name: lock
-- Two people who set or end one block do so one after the other.
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' block ' || %(kind)s || ' ' || %(subject)s, 0))

-- name: standing
SELECT block_no FROM supply_blocks WHERE kind = %(kind)s AND subject = %(subject)s AND ended_at IS NULL

-- name: set
INSERT INTO supply_blocks (kind, subject, reason, set_by, set_at)
VALUES (%(kind)s, %(subject)s, %(reason)s, %(by)s, %(at)s)
RETURNING block_no

-- name: spread
-- To every code that the person had or has, as far as notices told: whoever is blocked under one is under all.
WITH RECURSIVE codes AS (
    SELECT %(code)s::text AS code
    UNION
    SELECT o.code FROM codes c,
   LATERAL (SELECT previous_code AS code FROM identity_history WHERE code = c.code AND previous_code IS NOT NULL
            UNION ALL
            SELECT code FROM identity_history WHERE previous_code = c.code) AS o
), standing AS (
    SELECT b.block_no, b.kind, b.reason, b.set_by, b.set_at
      FROM supply_blocks b JOIN codes c ON b.subject = c.code
     WHERE b.kind = 'person' AND b.ended_at IS NULL ORDER BY b.block_no LIMIT 1
)
INSERT INTO supply_blocks (kind, subject, reason, set_by, set_at, follows)
SELECT s.kind, c.code, s.reason, s.set_by, s.set_at, s.block_no FROM standing s, codes c
 WHERE NOT EXISTS (SELECT FROM supply_blocks b WHERE b.kind = s.kind AND b.subject = c.code AND b.ended_at IS NULL)
ON CONFLICT DO NOTHING

-- name: end
-- With those that went over from it to other codes of the person, and that from which it went over.
WITH RECURSIVE ended AS (
    SELECT block_no, follows FROM supply_blocks WHERE block_no = %(block_no)s
    UNION
    SELECT b.block_no, b.follows FROM supply_blocks b JOIN ended e ON b.follows = e.block_no OR b.block_no = e.follows
)
UPDATE supply_blocks SET end_reason = %(reason)s, ended_by = %(by)s, ended_at = %(at)s
 WHERE block_no IN (SELECT block_no FROM ended) AND ended_at IS NULL

-- name: all_standing
SELECT block_no, kind, subject, reason, set_by, set_at FROM supply_blocks WHERE ended_at IS NULL ORDER BY block_no

-- name: of_persons
SELECT count(*) AS put, count(ended_at) AS ended FROM supply_blocks WHERE kind = 'person'
