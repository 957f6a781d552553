-- name: supplies
SELECT business_on, actor, affair, count(*) AS supplied
  FROM audit_entries
 WHERE event = 'supply:query:answered' AND outcome = 'done'
   AND business_on >= %(first)s AND business_on <= %(last)s
 GROUP BY business_on, actor, affair
 ORDER BY business_on, actor, affair
