-- name: supplies
SELECT business_on, actor, affair, count(*) AS supplied
  FROM audit_entries
 WHERE event = 'supply:query:answered' AND outcome = 'done'
   AND business_on >= %(first)s AND business_on <= %(last)s
 GROUP BY business_on, actor, affair
 ORDER BY business_on, actor, affair

-- name: batch_supplies
-- Part by part: a batch may be answered over more than one day.
SELECT p.business_on, 'urn:jukinet:organ:' || b.organ AS actor, b.affair, b.way, sum(p.people)::bigint AS supplied
  FROM supply_batch_parts p JOIN supply_batches b USING (batch_no)
 WHERE p.people > 0 AND p.business_on >= %(first)s AND p.business_on <= %(last)s
 GROUP BY p.business_on, b.organ, b.affair, b.way

-- name: by_month
SELECT actor, date_trunc('month', business_on)::date AS month, count(*) AS supplied
  FROM audit_entries
 WHERE event = 'supply:query:answered' AND outcome = 'done' AND affair LIKE %(affairs)s
   AND business_on >= %(first)s AND business_on <= %(last)s
 GROUP BY actor, month
 ORDER BY actor, month

-- name: batches_by_month
SELECT 'urn:jukinet:organ:' || b.organ AS actor, date_trunc('month', p.business_on)::date AS month, b.way,
       sum(p.people)::bigint AS supplied
  FROM supply_batch_parts p JOIN supply_batches b USING (batch_no)
 WHERE p.people > 0 AND b.affair LIKE %(affairs)s AND p.business_on >= %(first)s AND p.business_on <= %(last)s
 GROUP BY b.organ, month, b.way

-- name: kept
-- What of the book is left of entries and batches that were erased after their term.
SELECT on_day AS business_on, organ AS actor, affair, way, persons AS supplied
  FROM supply_book
 WHERE on_day >= %(first)s AND on_day <= %(last)s

-- name: kept_by_month
SELECT organ AS actor, date_trunc('month', on_day)::date AS month, way, sum(persons)::bigint AS supplied
  FROM supply_book
 WHERE affair LIKE %(affairs)s AND on_day >= %(first)s AND on_day <= %(last)s
 GROUP BY organ, month, way
