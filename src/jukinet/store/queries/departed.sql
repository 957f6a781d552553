-- name: without_notice
-- Who left for another municipality, or was deleted ex officio for having left, and is not reported from anywhere.
SELECT r.resident_no, (v.items -> 'move_out' -> 'destination' ->> 'municipality') AS municipality,
       coalesce((v.items -> 'move_out' ->> 'planned_on')::date, v.effective_on) AS left_on
  FROM residents r
  JOIN resident_versions v ON v.resident_id = r.resident_id AND v.history_no = r.last_history_no
 WHERE NOT r.present AND (%(resident_no)s::text IS NULL OR r.resident_no = %(resident_no)s)
   AND v.items ->> 'confirmed_move' IS NULL AND v.reason <> 'handed-over'
   AND (v.items -> 'move_out' -> 'destination' ->> 'municipality' IS NOT NULL
        OR (v.items ->> 'move_out' IS NULL AND v.items ->> 'deletion_cause' IN ('moved-out', 'not-living-here')))
   AND coalesce((v.items -> 'move_out' ->> 'planned_on')::date, v.effective_on) < %(before)s
 ORDER BY left_on, r.resident_no
 LIMIT %(most)s
