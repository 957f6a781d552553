-- name: of_residents
SELECT DISTINCT ON (resident_id) resident_id, household_number, place
  FROM household_places WHERE resident_id = ANY (%(resident_ids)s)
 ORDER BY resident_id, place_id DESC

-- name: put
INSERT INTO household_places (resident_id, household_number, place, recorded_at, operator, terminal)
VALUES (%(resident_id)s, %(household_number)s, %(place)s, %(at)s, %(operator)s, %(terminal)s)
