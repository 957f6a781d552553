-- name: notices
-- Whoever is asked for by an old code is followed to the codes that came after it, which are not told.
WITH RECURSIVE lives AS (
    SELECT asked, asked AS code FROM unnest(%(codes)s::text[]) AS c (asked)
    UNION
    SELECT l.asked, h.code FROM lives l JOIN identity_history h ON h.previous_code = l.code
)
SELECT l.asked, h.change_kind, h.reason, h.received_on
  FROM lives l
  JOIN identity_history h ON h.code = l.code
 WHERE h.received_on >= %(since)s
   AND left(h.municipality, 2) <> ALL (%(left_out)s::text[])
   AND h.code NOT IN (SELECT b.subject FROM supply_blocks b WHERE b.kind = 'person' AND b.ended_at IS NULL)
 ORDER BY l.asked, h.history_id
