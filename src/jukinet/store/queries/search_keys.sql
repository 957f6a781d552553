-- name: add
INSERT INTO resident_search_keys (resident_id, kind, key, past)
SELECT %(resident_id)s, kind, key, past
  FROM unnest(%(kinds)s::text[], %(keys)s::text[], %(pasts)s::boolean[]) AS k (kind, key, past)

-- name: change
-- What the record no longer says is past from now on; the two parts never touch one row.
WITH gone AS (
    UPDATE resident_search_keys s SET past = true
      FROM unnest(%(gone_kinds)s::text[], %(gone_keys)s::text[]) AS g (kind, key)
     WHERE s.resident_id = %(resident_id)s AND s.kind = g.kind AND s.key = g.key
)
INSERT INTO resident_search_keys (resident_id, kind, key, past)
SELECT %(resident_id)s, kind, key, past
  FROM unnest(%(kinds)s::text[], %(keys)s::text[], %(pasts)s::boolean[]) AS k (kind, key, past)
    ON CONFLICT (resident_id, kind, key) DO UPDATE SET past = EXCLUDED.past

-- name: lock_batch
SELECT resident_id FROM residents WHERE resident_id > %(after)s ORDER BY resident_id LIMIT %(most)s FOR UPDATE

-- name: versions
SELECT resident_id, items::text AS items
  FROM resident_versions WHERE resident_id = ANY(%(resident_ids)s::bigint[])
 ORDER BY resident_id, history_no

-- name: remove
DELETE FROM resident_search_keys WHERE resident_id = ANY(%(resident_ids)s::bigint[])

-- name: put
INSERT INTO resident_search_keys (resident_id, kind, key, past)
SELECT resident_id, kind, key, past
  FROM unnest(%(resident_ids)s::bigint[], %(kinds)s::text[], %(keys)s::text[], %(pasts)s::boolean[])
       AS k (resident_id, kind, key, past)

-- name: set_sexes
UPDATE residents r SET sex = s.sex
  FROM unnest(%(resident_ids)s::bigint[], %(sexes)s::text[]) AS s (resident_id, sex)
 WHERE r.resident_id = s.resident_id AND r.sex IS DISTINCT FROM s.sex

-- name: made_with
SELECT made_with FROM search_key_facts

-- name: set_made_with
UPDATE search_key_facts SET made_with = %(made_with)s
