-- name: entered
-- Every version of a foreign resident's record that was written in a span of moments, but for those that say another one
-- anew, in the order of entry. Who will move out is told of on the day of it, when the record is deleted.
SELECT r.resident_id, r.resident_no, v.history_no, v.reason, v.effective_on, v.recorded_at, v.present, v.items::text AS items
  FROM resident_versions v JOIN residents r USING (resident_id)
 WHERE v.recorded_at >= %(begin)s AND v.recorded_at < %(end)s AND v.restates IS NULL AND v.items ->> 'kind' = 'foreign'
   AND v.reason <> 'move-out-filed'
 ORDER BY v.recorded_at, r.resident_no, v.history_no
