-- name: find
-- Each clause of a search is one bit. A clause that narrows is enumerated; who has every such bit is found. The other
-- clauses, of which almost everybody may fulfil one, are only looked at for those found. OFFSET 0 keeps the planner
-- from reading a whole table where a few rows are wanted; the count stops at its limit.
WITH numbered AS (
    SELECT resident_id, %(code_bit)s::bigint AS bit FROM residents WHERE present AND code = %(code)s
    UNION ALL
    SELECT resident_id, %(code_bit)s FROM residents WHERE NOT present AND code = %(code)s
    UNION ALL
    SELECT resident_id, %(number_bit)s FROM residents WHERE resident_no = ANY(%(numbers)s::text[])
    UNION ALL
    SELECT resident_id, %(household_bit)s FROM residents WHERE present AND household_no = %(household_no)s
    UNION ALL
    SELECT resident_id, %(household_bit)s FROM residents WHERE NOT present AND household_no = %(household_no)s
), keyed AS (
    SELECT k.resident_id, w.bit
      FROM unnest(%(bits)s::bigint[], %(kinds)s::text[], %(lows)s::text[], %(highs)s::text[], %(parts)s::text[])
           AS w (bit, kind, low, high, part)
     CROSS JOIN LATERAL (
           SELECT resident_id FROM resident_search_keys
            WHERE kind = w.kind AND key >= w.low AND key < w.high AND (%(past)s OR NOT past)
              AND (w.part = '' OR strpos(key, w.part) > 0)
           OFFSET 0) k
), found AS MATERIALIZED (
    -- Sorted before it is grouped: three times as fast as a hash where a whole part of the town is found.
    SELECT resident_id
      FROM (SELECT resident_id, bit FROM numbered
            UNION ALL
            SELECT resident_id, bit FROM keyed
             ORDER BY resident_id OFFSET 0) hits
     GROUP BY resident_id
    HAVING bit_or(bit) = %(every_bit)s
), kept AS NOT MATERIALIZED (
    SELECT f.resident_id
      FROM (SELECT resident_id FROM found ORDER BY resident_id OFFSET 0) f
     CROSS JOIN LATERAL (
           SELECT 1 FROM residents r
            WHERE r.resident_id = f.resident_id
              AND (%(deleted)s OR r.present) AND (%(sex)s::text IS NULL OR r.sex = %(sex)s)
              AND (NOT %(of_version)s OR EXISTS (
                   SELECT FROM resident_versions v
                    WHERE v.resident_id = r.resident_id AND v.history_no = r.last_history_no
                      AND (%(relationship)s::text IS NULL OR v.items ->> 'relationship' = %(relationship)s)
                      AND NOT EXISTS (SELECT FROM unnest(%(empty)s::text[]) e (path)
                                       WHERE v.items #>> e.path::text[] IS NOT NULL)))
              AND (%(deleted_by)s::text IS NULL OR NOT r.present AND %(deleted_by)s = (
                   -- The first that stands of those after which nobody was present any more.
                   WITH standing AS (
                       SELECT DISTINCT ON (effective_on, effective_seq) effective_on, effective_seq, present, reason
                         FROM resident_versions WHERE resident_id = r.resident_id
                        ORDER BY effective_on, effective_seq, history_no DESC)
                   SELECT s.reason FROM standing s
                    WHERE NOT EXISTS (SELECT FROM standing p WHERE p.present
                                         AND (p.effective_on, p.effective_seq) >= (s.effective_on, s.effective_seq))
                    ORDER BY s.effective_on, s.effective_seq LIMIT 1))
           OFFSET 0) r
     WHERE %(every_checked_bit)s = 0
        OR %(every_checked_bit)s = (
           SELECT coalesce(bit_or(c.bit), 0)
             FROM unnest(%(checked_bits)s::bigint[], %(checked_kinds)s::text[], %(checked_lows)s::text[],
                         %(checked_highs)s::text[], %(checked_parts)s::text[]) AS c (bit, kind, low, high, part)
            WHERE EXISTS (SELECT 1 FROM resident_search_keys k
                           WHERE k.resident_id = f.resident_id AND k.kind = c.kind AND k.key >= c.low
                             AND k.key < c.high AND (c.part = '' OR strpos(k.key, c.part) > 0)
                             AND (%(past)s OR NOT k.past)))
)
SELECT (SELECT count(*) FROM (SELECT 1 FROM kept LIMIT %(most_counted)s::bigint + 1) counted) AS total,
       ARRAY(SELECT resident_id FROM kept WHERE resident_id > %(after)s
              ORDER BY resident_id LIMIT %(most)s::bigint + 1) AS resident_ids

-- name: find_by_one
-- As ``find``, where one clause alone narrows and nothing is looked at but columns of the resident: no two clauses have
-- to meet, and of sixty thousand in one part of the town only the first have to be sorted. ``cut``: others were left out.
WITH found AS MATERIALIZED (
    SELECT resident_id, count(*) AS hits
      FROM (SELECT k.resident_id
              FROM unnest(%(kinds)s::text[], %(lows)s::text[], %(highs)s::text[]) AS w (kind, low, high)
             CROSS JOIN LATERAL (
                   SELECT resident_id FROM resident_search_keys
                    WHERE kind = w.kind AND key >= w.low AND key < w.high AND (%(past)s OR NOT past)
                   OFFSET 0) k
             ORDER BY k.resident_id LIMIT %(first_hits)s::bigint) hits
     GROUP BY resident_id
), kept AS NOT MATERIALIZED (
    SELECT f.resident_id
      FROM (SELECT resident_id FROM found ORDER BY resident_id OFFSET 0) f
     CROSS JOIN LATERAL (
           SELECT 1 FROM residents r
            WHERE r.resident_id = f.resident_id
              AND (%(deleted)s OR r.present) AND (%(sex)s::text IS NULL OR r.sex = %(sex)s)
           OFFSET 0) r
)
SELECT (SELECT count(*) FROM (SELECT 1 FROM kept LIMIT %(most_counted)s::bigint + 1) counted) AS total,
       ARRAY(SELECT resident_id FROM kept WHERE resident_id > %(after)s
              ORDER BY resident_id LIMIT %(most)s::bigint + 1) AS resident_ids,
       (SELECT coalesce(sum(hits), 0) FROM found) >= %(first_hits)s AS cut

-- name: matched
-- By which kinds of key the residents of a page fulfil each clause, and whether by past ones only.
SELECT p.resident_id, w.bit, w.kind, bool_and(k.past) AS past
  FROM unnest(%(resident_ids)s::bigint[]) AS p (resident_id)
 CROSS JOIN unnest(%(bits)s::bigint[], %(kinds)s::text[], %(lows)s::text[], %(highs)s::text[], %(parts)s::text[])
       AS w (bit, kind, low, high, part)
 CROSS JOIN LATERAL (
       SELECT past FROM resident_search_keys
        WHERE resident_id = p.resident_id AND kind = w.kind AND key >= w.low AND key < w.high
          AND (w.part = '' OR strpos(key, w.part) > 0) AND (%(past)s OR NOT past)
       OFFSET 0) k
 GROUP BY p.resident_id, w.bit, w.kind
