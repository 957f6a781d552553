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

-- name: residents_as_entered
-- As the register stood at a moment: the version of a resident that was written last is the present one.
WITH states AS (
    SELECT DISTINCT ON (resident_id) present, items
      FROM resident_versions
     WHERE recorded_at < %(end)s
     ORDER BY resident_id, history_no DESC
)
SELECT items ->> 'kind' AS kind, items ->> 'sex' AS sex, count(*) AS residents
  FROM states
 WHERE present
 GROUP BY 1, 2
 ORDER BY 1, 2

-- name: households_as_entered
WITH states AS (
    SELECT DISTINCT ON (resident_id) present, items
      FROM resident_versions
     WHERE recorded_at < %(end)s
     ORDER BY resident_id, history_no DESC
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

-- name: ages_as_entered
-- Years completed on the day, in fives; no birth date is made up where it is not wholly known. Compared as text, since
-- a register may hold a day that no calendar has.
WITH states AS (
    SELECT DISTINCT ON (resident_id) present, items ->> 'kind' AS kind, items ->> 'sex' AS sex,
           items ->> 'birth_date' AS birth_date
      FROM resident_versions
     WHERE recorded_at < %(end)s
     ORDER BY resident_id, history_no DESC
)
SELECT kind, sex,
       CASE WHEN birth_date ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
            THEN (%(year)s - left(birth_date, 4)::int - (right(birth_date, 5) > %(month_day)s)::int) / 5 * 5 END AS age_from,
       count(*) AS residents
  FROM states
 WHERE present
 GROUP BY 1, 2, 3
 ORDER BY 1, 2, 3 NULLS LAST

-- name: changes_as_entered
-- An act may re-state later versions, which keep their own reasons: what it changed is how its last one differs from
-- the last one of the act before. A version that takes the place of another for a reason of its own is an act: an undo.
WITH written AS (
    SELECT v.resident_id, v.history_no, v.recorded_at, v.reason, v.present, v.items ->> 'kind' AS kind,
           v.items ->> 'sex' AS sex,
           count(*) FILTER (WHERE v.restates IS NULL OR o.reason <> v.reason)
               OVER (PARTITION BY v.resident_id ORDER BY v.history_no) AS act
      FROM resident_versions v
      LEFT JOIN resident_versions o ON o.resident_id = v.resident_id AND o.history_no = v.restates
     WHERE v.recorded_at < %(end)s
), acts AS (
    SELECT DISTINCT ON (resident_id, act)
           resident_id, act, first_value(reason) OVER one AS reason, first_value(recorded_at) OVER one AS entered_at,
           present, kind, sex
      FROM written
    WINDOW one AS (PARTITION BY resident_id, act ORDER BY history_no)
     ORDER BY resident_id, act, history_no DESC
), steps AS (
    SELECT *, lag(present, 1, false) OVER (PARTITION BY resident_id ORDER BY act) AS before
      FROM acts
)
SELECT present, reason, kind, sex, count(*) AS residents
  FROM steps
 WHERE present <> before AND entered_at >= %(begin)s
 GROUP BY 1, 2, 3, 4
 ORDER BY 1 DESC, 2, 3, 4

-- name: notifications_as_entered
-- What foreign residents notified, by the class that they have since.
SELECT reason, items -> 'foreign' ->> 'stay' AS stay, count(*) AS residents
  FROM resident_versions
 WHERE recorded_at >= %(begin)s AND recorded_at < %(end)s AND restates IS NULL AND notified_on IS NOT NULL
   AND items ->> 'kind' = 'foreign' AND items -> 'foreign' ->> 'stay' IS NOT NULL
 GROUP BY 1, 2
 ORDER BY 1, 2
