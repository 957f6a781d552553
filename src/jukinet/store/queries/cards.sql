-- name: hold
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || %(what)s, 0))

-- name: insert
INSERT INTO cards (resident_id, number, issued_on, form)
VALUES (%(resident_id)s, %(number)s, %(issued_on)s, %(form)s)
RETURNING card_id

-- name: insert_version
INSERT INTO card_versions (card_id, version_no, resident_id, event, happened_on, state, expires_on, wait_until,
                           lost_on, lapse, lapsed_on, returned_on, told, shows, recorded_at, operator, terminal)
VALUES (%(card_id)s, %(version_no)s, %(resident_id)s, %(event)s, %(happened_on)s, %(state)s, %(expires_on)s,
        %(wait_until)s, %(lost_on)s, %(lapse)s, %(lapsed_on)s, %(returned_on)s, %(told)s, %(shows)s, %(recorded_at)s,
        %(operator)s, %(terminal)s)

-- name: shows
SELECT max(shows) AS history_no FROM card_versions WHERE card_id = %(card_id)s

-- name: last_event
-- The newest of these events, of any of the cards, and which version of the record stands on that card.
SELECT c.number, v.event, v.happened_on,
       (SELECT max(w.shows) FROM card_versions w WHERE w.card_id = v.card_id AND w.version_no <= v.version_no) AS shows
  FROM cards c JOIN card_versions v USING (card_id)
 WHERE c.resident_id = %(resident_id)s AND v.event = ANY(%(events)s)
 ORDER BY v.recorded_at DESC, v.card_id DESC, v.version_no DESC LIMIT 1

-- name: of_resident
SELECT DISTINCT ON (c.card_id)
       c.card_id, c.resident_id, c.number, c.issued_on, c.form, v.version_no, v.event, v.state, v.expires_on, v.wait_until,
       v.lost_on, v.lapse, v.lapsed_on, v.returned_on
  FROM cards c JOIN card_versions v USING (card_id)
 WHERE c.resident_id = %(resident_id)s
 ORDER BY c.card_id, v.version_no DESC

-- name: with_number
SELECT DISTINCT ON (c.card_id)
       c.card_id, c.resident_id, c.number, c.issued_on, c.form, v.version_no, v.event, v.state, v.expires_on, v.wait_until,
       v.lost_on, v.lapse, v.lapsed_on, v.returned_on, r.code
  FROM cards c JOIN card_versions v USING (card_id) JOIN residents r ON r.resident_id = c.resident_id
 WHERE c.number = %(number)s
 ORDER BY c.card_id, v.version_no DESC

-- name: lapsing
SELECT DISTINCT r.resident_id, r.resident_no
  FROM card_versions v JOIN residents r USING (resident_id)
 WHERE (v.state IN ('live', 'left') AND v.expires_on < %(on)s OR v.state = 'left' AND v.wait_until < %(on)s)
   AND NOT EXISTS (SELECT FROM card_versions w WHERE w.card_id = v.card_id AND w.version_no > v.version_no)
   AND r.resident_id > %(after)s
 ORDER BY r.resident_id
 LIMIT %(most)s
