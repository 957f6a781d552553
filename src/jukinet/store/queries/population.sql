-- name: residents
-- A version that another restates or undoes stands at the same place in time: the last one written there holds.
WITH states AS (
    SELECT DISTINCT ON (resident_id) present, items
      FROM resident_versions
     WHERE effective_on <= %(on)s
     ORDER BY resident_id, effective_on DESC, effective_seq DESC, history_no DESC
)
SELECT items ->> 'kind' AS kind, items ->> 'sex' AS sex, count(*) AS residents
  FROM states
 WHERE present
 GROUP BY 1, 2
 ORDER BY 1, 2

-- name: households
WITH states AS (
    SELECT DISTINCT ON (resident_id) present, items
      FROM resident_versions
     WHERE effective_on <= %(on)s
     ORDER BY resident_id, effective_on DESC, effective_seq DESC, history_no DESC
), homes AS (
    SELECT bool_or(items ->> 'kind' = 'japanese') AS japanese, bool_or(items ->> 'kind' = 'foreign') AS foreigners
      FROM states
     WHERE present
     GROUP BY items ->> 'household_number'
)
SELECT count(*) FILTER (WHERE NOT foreigners) AS japanese,
       count(*) FILTER (WHERE NOT japanese) AS foreigners,
       count(*) FILTER (WHERE japanese AND foreigners) AS mixed
  FROM homes

-- name: changes
WITH places AS (
    SELECT DISTINCT ON (resident_id, effective_on, effective_seq)
           resident_id, effective_on, effective_seq, present, reason, items ->> 'kind' AS kind
      FROM resident_versions
     WHERE effective_on <= %(last)s
     ORDER BY resident_id, effective_on, effective_seq, history_no DESC
), steps AS (
    SELECT effective_on, present, reason, kind,
           lag(present, 1, false) OVER (PARTITION BY resident_id ORDER BY effective_on, effective_seq) AS before
      FROM places
)
SELECT present, reason, kind, count(*) AS residents
  FROM steps
 WHERE present <> before AND effective_on >= %(first)s
 GROUP BY 1, 2, 3
 ORDER BY 1 DESC, 2, 3
