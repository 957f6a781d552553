-- name: supplies
SELECT business_on, actor, affair, count(*) AS supplied
  FROM audit_entries
 WHERE event = 'supply:query:answered' AND outcome = 'done'
   AND business_on >= %(first)s AND business_on <= %(last)s
 GROUP BY business_on, actor, affair
 ORDER BY business_on, actor, affair

-- name: by_month
SELECT actor, date_trunc('month', business_on)::date AS month, count(*) AS supplied
  FROM audit_entries
 WHERE event = 'supply:query:answered' AND outcome = 'done' AND affair LIKE %(affairs)s
   AND business_on >= %(first)s AND business_on <= %(last)s
 GROUP BY actor, month
 ORDER BY actor, month
