-- name: by_codes
SELECT r.code, r.history_id, r.undetermined_from, r.superseded, r.retain_until, r.change_kind, r.reason,
       r.occurred_on, r.name, r.nickname, r.birth_date, r.sex, r.address_in, r.address, r.building
  FROM identity_records r
 WHERE r.code = ANY(%(codes)s) AND r.speaks

-- name: by_items
SELECT q.place, r.code, r.history_id, r.undetermined_from, r.superseded, r.retain_until, r.change_kind,
       r.reason, r.occurred_on, r.name, r.nickname, r.birth_date, r.sex, r.address_in, r.address, r.building
  FROM unnest(%(places)s::int[], %(births)s::text[], %(names)s::bigint[], %(addresses)s::bigint[], %(sexes)s::text[])
       AS q (place, birth_date, name_key, address_key, sex)
  JOIN identity_records r
    ON r.birth_date = q.birth_date AND r.name_key = q.name_key
 WHERE r.address_key = q.address_key AND r.sex = q.sex AND r.speaks AND NOT r.superseded
UNION
SELECT q.place, r.code, r.history_id, r.undetermined_from, r.superseded, r.retain_until, r.change_kind,
       r.reason, r.occurred_on, r.name, r.nickname, r.birth_date, r.sex, r.address_in, r.address, r.building
  FROM unnest(%(places)s::int[], %(births)s::text[], %(names)s::bigint[], %(addresses)s::bigint[], %(sexes)s::text[])
       AS q (place, birth_date, name_key, address_key, sex)
  JOIN identity_records r
    ON r.birth_date = q.birth_date AND r.nickname_key = q.name_key
 WHERE r.address_key = q.address_key AND r.sex = q.sex AND r.speaks AND NOT r.superseded

-- name: histories
SELECT code, history_id, received_on, change_kind, reason, occurred_on, name, nickname, birth_date, sex, address_in,
       address, building
  FROM identity_history WHERE code = ANY(%(codes)s) ORDER BY code, history_id

-- name: pinned_date
SELECT pinned FROM business_clock
