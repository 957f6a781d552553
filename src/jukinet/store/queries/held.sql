-- name: standing
SELECT h.hold_id, h.household_no, r.resident_no, v.process, v.level, v.from_on, v.to_on
  FROM holds h LEFT JOIN residents r USING (resident_id)
 CROSS JOIN LATERAL (SELECT v.process, v.level, v.from_on, v.to_on, v.ended FROM hold_versions v
                      WHERE v.hold_id = h.hold_id ORDER BY v.version_no DESC LIMIT 1) v
 WHERE NOT v.ended
 ORDER BY h.hold_id
