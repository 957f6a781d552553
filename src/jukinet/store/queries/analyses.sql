-- name: by_operator
-- What operators did outside office hours, and what was turned away at the gate, by day in Japan.
SELECT (at AT TIME ZONE INTERVAL '9 hours')::date AS day, actor,
       count(*) FILTER (WHERE NOT gate AND closed) AS holiday,
       count(*) FILTER (WHERE NOT gate AND NOT closed AND (hour >= %(night_from)s OR hour < %(night_until)s)) AS night,
       count(*) FILTER (WHERE gate) AS turned_away
  FROM (SELECT at, actor, extract(hour FROM at AT TIME ZONE INTERVAL '9 hours') AS hour,
               (at AT TIME ZONE INTERVAL '9 hours')::date = ANY(%(closed)s::date[]) AS closed,
               outcome = 'refused' AND (event = %(gate)s OR rules && %(gate_rules)s::text[]) AS gate
          FROM audit_entries
         WHERE at >= %(since)s AND at < %(until)s AND (actor LIKE 'operator:%%' OR event = %(gate)s)) AS e
 GROUP BY day, actor
 ORDER BY day, actor

-- name: people_by_one
-- An organ names its operator before the case (``jukinet.services.supply.desk``).
SELECT (at AT TIME ZONE INTERVAL '9 hours')::date AS day, actor,
       CASE WHEN actor LIKE 'operator:%%' THEN NULL ELSE split_part(terminal, ' / ', 1) END AS operator,
       count(DISTINCT coalesce(subject_code, resident_no)) AS people
  FROM audit_entries
 WHERE at >= %(since)s AND at < %(until)s AND event = ANY(%(looks)s::text[])
   AND (actor LIKE 'operator:%%' OR actor LIKE 'urn:jukinet:organ:%%')
 GROUP BY day, actor, operator

-- name: people_by_batches
-- Row by row: a person who stands in a batch twice was looked at twice.
SELECT (p.at AT TIME ZONE INTERVAL '9 hours')::date AS day, 'urn:jukinet:organ:' || b.organ AS actor, b.operator,
       sum(p.people)::bigint AS people
  FROM supply_batch_parts p JOIN supply_batches b USING (batch_no)
 WHERE p.at >= %(since)s AND p.at < %(until)s AND p.people > 0
 GROUP BY day, actor, operator

-- name: looks_at_one
SELECT (at AT TIME ZONE INTERVAL '9 hours')::date AS day, max(entry_id) AS entry, count(*) AS looks
  FROM audit_entries
 WHERE at >= %(since)s AND at < %(until)s AND event = ANY(%(looks)s::text[])
   AND coalesce(subject_code, resident_no) IS NOT NULL
 GROUP BY day, coalesce(subject_code, resident_no) HAVING count(*) >= %(least)s
 ORDER BY day, entry

-- name: looks_at_one_with_batches
-- The same at a store, where a row of a batch is a look that no entry of its own tells of.
SELECT day, max(entry) AS entry, count(*) AS looks
  FROM (SELECT (at AT TIME ZONE INTERVAL '9 hours')::date AS day, entry_id AS entry, subject_code AS who
          FROM audit_entries
         WHERE at >= %(since)s AND at < %(until)s AND event = ANY(%(looks)s::text[]) AND subject_code IS NOT NULL
        UNION ALL
        SELECT (p.at AT TIME ZONE INTERVAL '9 hours')::date, NULL, r.subject_code
          FROM supply_batch_parts p
          JOIN supply_batch_rows r ON r.batch_no = p.batch_no AND r.row_no BETWEEN p.first_row AND p.last_row
         WHERE p.at >= %(since)s AND p.at < %(until)s) AS looks
 GROUP BY day, who HAVING count(*) >= %(least)s
 ORDER BY day, entry NULLS LAST
