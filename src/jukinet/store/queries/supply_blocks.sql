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
-- To every code that the person had or has, as far as notices told: whoever is blocked under one is under all. Of a code
-- that two had by mistake (Act Art. 30-2(2)) birth date and sex tell who of them is meant: one who has it still, if
-- anybody has. A code that is another's is none to go over to, or from.
WITH RECURSIVE person (code, birth_date, sex) AS (
    SELECT code, birth_date, sex FROM identity_records WHERE code = %(code)s AND NOT superseded
    UNION
    SELECT %(code)s::text, birth_date, sex FROM identity_history
     WHERE (code = %(code)s OR previous_code = %(code)s)
       AND NOT EXISTS (SELECT FROM identity_records r WHERE r.code = %(code)s AND NOT r.superseded)
    UNION
    SELECT o.code, o.birth_date, o.sex
      FROM person p,
   LATERAL (SELECT n.code, n.birth_date, n.sex
              FROM identity_history h JOIN identity_history n ON n.code = h.code AND n.municipality = h.municipality
             WHERE h.code = p.code AND h.birth_date = p.birth_date AND h.sex = p.sex
            UNION ALL
            SELECT previous_code, birth_date, sex FROM identity_history
             WHERE code = p.code AND birth_date = p.birth_date AND sex = p.sex AND previous_code IS NOT NULL
            UNION ALL
            SELECT code, birth_date, sex FROM identity_history
             WHERE previous_code = p.code AND birth_date = p.birth_date AND sex = p.sex AND code IS NOT NULL) AS o
), codes AS (
    SELECT %(code)s::text AS code
    UNION
    SELECT p.code FROM person p
     WHERE NOT EXISTS (SELECT FROM identity_records r
                        WHERE r.code = p.code AND NOT r.superseded
                          AND (r.code, r.birth_date, r.sex) NOT IN (SELECT code, birth_date, sex FROM person))
), standing AS (
    SELECT b.block_no, b.kind, b.reason, b.set_by, b.set_at
      FROM supply_blocks b JOIN codes c ON b.subject = c.code
     WHERE b.kind = 'person' AND b.ended_at IS NULL ORDER BY b.block_no LIMIT 1
)
INSERT INTO supply_blocks (kind, subject, reason, set_by, set_at, follows)
SELECT s.kind, c.code, s.reason, s.set_by, s.set_at, s.block_no FROM standing s, codes c
 WHERE NOT EXISTS (SELECT FROM supply_blocks b WHERE b.kind = s.kind AND b.subject = c.code AND b.ended_at IS NULL)
ON CONFLICT DO NOTHING

-- name: keep
-- Where two stood under the previous code when it was blocked, nobody knows here who was meant: who has another code now
-- stays blocked too, by a block of its own that ends by itself. Not so who came under that code after the block.
INSERT INTO supply_blocks (kind, subject, reason, set_by, set_at)
SELECT b.kind, %(code)s, b.reason, b.set_by, b.set_at
  FROM supply_blocks b
 WHERE b.kind = 'person' AND b.subject = %(previous)s AND b.ended_at IS NULL
   AND (EXISTS (SELECT FROM identity_history h
                 WHERE h.code = b.subject AND h.received_at <= b.set_at
                   AND (h.municipality = %(municipality)s OR h.birth_date = %(birth_date)s AND h.sex = %(sex)s))
        OR NOT EXISTS (SELECT FROM identity_history h WHERE h.code = b.subject AND h.received_at <= b.set_at))
   AND NOT EXISTS (SELECT FROM supply_blocks o WHERE o.kind = b.kind AND o.subject = %(code)s AND o.ended_at IS NULL)
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
