-- name: lock
-- Two people who set or end one block do so one after the other.
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' block ' || %(kind)s || ' ' || %(subject)s, 0))

-- name: standing
SELECT block_no FROM supply_blocks WHERE kind = %(kind)s AND subject = %(subject)s AND ended_at IS NULL

-- name: set
INSERT INTO supply_blocks (kind, subject, reason, set_by, set_at)
VALUES (%(kind)s, %(subject)s, %(reason)s, %(by)s, %(at)s)
RETURNING block_no

-- name: pass_on
INSERT INTO supply_blocks (kind, subject, reason, set_by, set_at, follows)
SELECT kind, %(code)s, reason, set_by, set_at, block_no
  FROM supply_blocks WHERE kind = 'person' AND subject = %(previous)s AND ended_at IS NULL
ON CONFLICT DO NOTHING

-- name: end
-- With those that went over from it to later codes of the person.
WITH RECURSIVE ended AS (
    SELECT block_no FROM supply_blocks WHERE block_no = %(block_no)s
    UNION
    SELECT b.block_no FROM supply_blocks b JOIN ended e ON b.follows = e.block_no
)
UPDATE supply_blocks SET end_reason = %(reason)s, ended_by = %(by)s, ended_at = %(at)s
 WHERE block_no IN (SELECT block_no FROM ended) AND ended_at IS NULL

-- name: all_standing
SELECT block_no, kind, subject, reason, set_by, set_at FROM supply_blocks WHERE ended_at IS NULL ORDER BY block_no

-- name: of_persons
SELECT count(*) AS put, count(ended_at) AS ended FROM supply_blocks WHERE kind = 'person'
