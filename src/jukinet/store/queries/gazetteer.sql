-- name: add_edition
INSERT INTO gazetteer_editions (towns, loaded_at) VALUES (%(towns)s, %(loaded_at)s) RETURNING edition

-- name: add_town
INSERT INTO town_areas (edition, town_code, valid_from, valid_to, town_name, town_kana, town_key)
VALUES (%(edition)s, %(town_code)s, %(valid_from)s, %(valid_to)s, %(town_name)s, %(town_kana)s, %(town_key)s)

-- name: newest
SELECT edition, towns, loaded_at FROM gazetteer_editions ORDER BY edition DESC LIMIT 1

-- name: beginning
-- One row without a town where the last edition has none; no row where there is no edition.
SELECT t.town_code, t.town_name, t.town_kana, t.valid_from, t.valid_to
  FROM (SELECT edition FROM gazetteer_editions ORDER BY edition DESC LIMIT 1) AS e
  LEFT JOIN town_areas t ON t.edition = e.edition AND starts_with(%(key)s, t.town_key)
