-- name: facts
SELECT made_with, through, (SELECT coalesce(max(history_id), 0) FROM identity_history) AS newest FROM match_key_facts

-- name: set_made
UPDATE match_key_facts SET made_with = %(made_with)s, through = %(through)s

-- name: set_through
UPDATE match_key_facts SET through = %(through)s

-- name: batch
-- Two records may stand on one notice: they stay in one batch.
SELECT code, municipality, history_id, name, nickname, address, name_key, nickname_key, address_key
  FROM identity_records WHERE history_id > %(after)s
 ORDER BY history_id FETCH FIRST %(most)s ROWS WITH TIES

-- name: set_keys
-- Of what was written meanwhile the keys were made by whoever wrote it.
UPDATE identity_records r
   SET name_key = k.name_key, nickname_key = k.nickname_key, address_key = k.address_key
  FROM json_to_recordset(%(rows)s::json) AS k (code text, municipality text, history_id bigint, name_key bigint,
                                               nickname_key bigint, address_key bigint)
 WHERE r.code = k.code AND r.municipality = k.municipality AND r.history_id = k.history_id
