-- name: of_one_code
SELECT array_agg(resident_id ORDER BY resident_id) AS ids
  FROM residents WHERE code IS NOT NULL
 GROUP BY code HAVING count(DISTINCT (birth_date, sex)) > 1
 ORDER BY 1 LIMIT %(most)s

-- name: of_one_person
SELECT DISTINCT ids FROM (
    SELECT array_agg(resident_id ORDER BY resident_id) AS ids
      FROM (SELECT resident_id, birth_date, sex, unnest(name_keys) AS key FROM residents WHERE present) AS named
     GROUP BY birth_date, sex, key HAVING count(DISTINCT resident_id) > 1) AS found
 ORDER BY ids LIMIT %(most)s

-- name: doubtful
SELECT code, undetermined_from FROM identity_records
 WHERE undetermined_from IS NOT NULL ORDER BY undetermined_from, code LIMIT %(most)s

-- name: live_of
SELECT code, municipality, event_on, birth_date, sex FROM identity_records
 WHERE code = ANY (%(codes)s) AND live ORDER BY code, event_on, municipality
