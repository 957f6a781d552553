-- name: heads
-- Years completed on the day, in fives; nobody's birth date is made up where it is not wholly known. Compared as text,
-- since a register may hold a day that no calendar has.
SELECT municipality, sex,
       CASE WHEN birth_date ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
            THEN (%(year)s - left(birth_date, 4)::int - (right(birth_date, 5) > %(month_day)s)::int) / 5 * 5 END AS age_from,
       count(*) AS persons
  FROM identity_records
 WHERE speaks AND live AND NOT superseded AND left(municipality, 2) <> ALL (%(left_out)s::text[])
 GROUP BY 1, 2, 3
 ORDER BY 1, 2, 3 NULLS LAST

-- name: heads_of_register
-- The same of a register.
SELECT v.items ->> 'sex' AS sex,
       CASE WHEN r.birth_date ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
            THEN (%(year)s - left(r.birth_date, 4)::int - (right(r.birth_date, 5) > %(month_day)s)::int) / 5 * 5 END
         AS age_from,
       count(*) AS persons
  FROM residents r JOIN resident_versions v ON v.resident_id = r.resident_id AND v.history_no = r.last_history_no
 WHERE r.present
 GROUP BY 1, 2
 ORDER BY 1, 2 NULLS LAST
