-- name: changed
-- Whose record was written in a span of moments: as it stood before, as at its end, and why it was last written.
WITH written AS (
    SELECT DISTINCT resident_id FROM resident_versions
     WHERE recorded_at >= %(begin)s AND recorded_at < %(end)s
)
SELECT r.resident_id, r.resident_no,
       b.present AS present_before, b.items::text AS items_before,
       a.present AS present_after, a.items::text AS items_after, w.reason, w.effective_on
  FROM written JOIN residents r USING (resident_id)
  LEFT JOIN LATERAL (
       SELECT present, items FROM resident_versions v
        WHERE v.resident_id = r.resident_id AND v.recorded_at < %(begin)s
        ORDER BY v.history_no DESC LIMIT 1) b ON true
 CROSS JOIN LATERAL (
       SELECT present, items FROM resident_versions v
        WHERE v.resident_id = r.resident_id AND v.recorded_at < %(end)s
        ORDER BY v.history_no DESC LIMIT 1) a
 CROSS JOIN LATERAL (
       SELECT reason, effective_on FROM resident_versions v
        WHERE v.resident_id = r.resident_id AND v.recorded_at < %(end)s AND v.restates IS NULL
        ORDER BY v.history_no DESC LIMIT 1) w
 ORDER BY r.resident_no
