-- name: add
INSERT INTO additions (resident_id, history_no, details)
VALUES (%(resident_id)s, %(history_no)s, %(details)s::jsonb)

-- name: of_resident
SELECT history_no, details::text AS details FROM additions WHERE resident_id = %(resident_id)s
