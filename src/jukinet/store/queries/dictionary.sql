-- name: add_edition
INSERT INTO dictionary_editions (areas, loaded_at) VALUES (%(areas)s, %(loaded_at)s) RETURNING edition

-- name: add_areas
COPY dictionary_areas (edition, area_code, valid_from, valid_to, area_names, area_kana, postcode) FROM STDIN

-- name: choices
-- One step down from ``under``: the codes of so many digits that begin with it, of the areas that hold on the day. ':'
-- stands behind the digits. Where one area alone is behind a code and it has no further name, the choice is made.
SELECT left(area_code, %(digits)s) AS code, area_names[%(step)s] AS area_name,
       array_to_string(area_names[1:%(step)s], '') AS address,
       count(*) = 1 AND bool_and(array_to_string(area_names[%(step)s + 1:], '') = '') AS ends,
       min(area_code) AS area_code, min(area_kana) AS area_kana, min(postcode) AS postcode,
       min(valid_from) AS valid_from, min(valid_to) AS valid_to
  FROM dictionary_areas
 WHERE edition = (SELECT max(edition) FROM dictionary_editions)
   AND area_code >= %(under)s AND area_code < %(under)s || ':'
   AND valid_from <= %(on)s AND coalesce(valid_to >= %(on)s, true)
 GROUP BY 1, 2, 3
 ORDER BY 1, 3
