-- name: newest
SELECT stands, on_day FROM guardianships WHERE resident_id = %(resident_id)s ORDER BY guardianship_id DESC LIMIT 1

-- name: add
INSERT INTO guardianships (resident_id, stands, on_day, source, recorded_at, operator, terminal)
VALUES (%(resident_id)s, %(stands)s, %(on_day)s, %(source)s, %(at)s, %(operator)s, %(terminal)s)
