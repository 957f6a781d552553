-- name: add_edition
INSERT INTO gazetteer_editions (towns, loaded_at) VALUES (%(towns)s, %(loaded_at)s) RETURNING edition

-- name: add_town
INSERT INTO town_areas (edition, town_code, valid_from, valid_to, town_name, town_kana, town_key, postcode)
VALUES (%(edition)s, %(town_code)s, %(valid_from)s, %(valid_to)s, %(town_name)s, %(town_kana)s, %(town_key)s,
        %(postcode)s)

-- name: add_lots
COPY town_lots (edition, town_code, lot_kind, lot_number, lot_key, lot_order, valid_from, valid_to) FROM STDIN

-- name: add_buildings
COPY town_buildings (edition, town_code, lot_number, lot_key, building, valid_from, valid_to) FROM STDIN

-- name: newest
SELECT edition, towns, loaded_at FROM gazetteer_editions ORDER BY edition DESC LIMIT 1

-- name: beginning
-- One row without a town where the last edition has none; no row where there is no edition.
SELECT t.town_code, t.town_name, t.town_kana, t.valid_from, t.valid_to, t.postcode
  FROM (SELECT edition FROM gazetteer_editions ORDER BY edition DESC LIMIT 1) AS e
  LEFT JOIN town_areas t ON t.edition = e.edition AND starts_with(%(key)s, t.town_key)

-- name: completing
-- Town areas whose names go on where a text ends.
SELECT town_code, town_name, town_kana, valid_from, valid_to, postcode
  FROM town_areas
 WHERE edition = (SELECT max(edition) FROM gazetteer_editions) AND starts_with(town_key, %(key)s)
 ORDER BY town_key, valid_from
 LIMIT %(most)s

-- name: lots
-- Of these town areas, in their order; ``key`` '': all of them.
SELECT town_code, lot_kind, lot_number, lot_key, valid_from, valid_to
  FROM town_lots
 WHERE edition = (SELECT max(edition) FROM gazetteer_editions)
   AND town_code = ANY(%(towns)s) AND starts_with(lot_key, %(key)s)
 ORDER BY town_code, lot_order, lot_number, valid_from
 LIMIT %(most)s

-- name: lots_of_address
SELECT count(*) AS listed,
       count(*) FILTER (WHERE lot_key = ANY(%(keys)s) AND valid_from <= %(on)s
                          AND coalesce(valid_to >= %(on)s, true)) AS holding
  FROM town_lots
 WHERE edition = (SELECT max(edition) FROM gazetteer_editions) AND town_code = ANY(%(towns)s)

-- name: buildings
SELECT town_code, lot_number, building, valid_from, valid_to
  FROM town_buildings
 WHERE edition = (SELECT max(edition) FROM gazetteer_editions)
   AND lot_key = ANY(%(keys)s) AND valid_from <= %(on)s AND coalesce(valid_to >= %(on)s, true)
 ORDER BY lot_number, building
 LIMIT %(most)s

-- name: add_postal_edition
INSERT INTO postal_editions (areas, loaded_at) VALUES (%(areas)s, %(loaded_at)s) RETURNING edition

-- name: add_postal_areas
COPY postal_areas (edition, postcode, municipality, area_name, area_kana, area_key) FROM STDIN

-- name: postal_beginning
SELECT postcode, municipality, area_name, area_kana, area_key
  FROM postal_areas
 WHERE edition = (SELECT max(edition) FROM postal_editions) AND area_key = ANY(%(keys)s)

-- name: country_begins
-- No row where no edition is loaded.
SELECT EXISTS (SELECT FROM postal_areas p WHERE p.edition = e.edition AND p.area_key = ANY(%(keys)s)) AS begins
  FROM (SELECT max(edition) AS edition FROM postal_editions) e
 WHERE e.edition IS NOT NULL

-- name: of_code
SELECT town_code, town_name, town_kana, valid_from, valid_to, postcode
  FROM town_areas
 WHERE edition = (SELECT max(edition) FROM gazetteer_editions) AND town_code = %(code)s
 ORDER BY valid_from

-- name: postal_by_postcode
SELECT postcode, municipality, area_name, area_kana
  FROM postal_areas
 WHERE edition = (SELECT max(edition) FROM postal_editions) AND postcode = %(postcode)s
 ORDER BY area_name
 LIMIT %(most)s

-- name: postal_by_kana
SELECT postcode, municipality, area_name, area_kana
  FROM postal_areas
 WHERE edition = (SELECT max(edition) FROM postal_editions) AND area_kana ~ %(pattern)s
 ORDER BY municipality, area_kana, area_name
 LIMIT %(most)s

-- name: postal_by_text
SELECT postcode, municipality, area_name, area_kana
  FROM postal_areas
 WHERE edition = (SELECT max(edition) FROM postal_editions)
   AND (starts_with(area_key, %(key)s) OR area_key = ANY(%(keys)s))
 ORDER BY municipality, area_kana, area_name
 LIMIT %(most)s
