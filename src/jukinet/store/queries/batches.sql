-- name: add
INSERT INTO supply_batches (batch_id, organ, affair, operator, case_no, asked_by, format, way, brought_to, since,
                            asked_for, special_request, history, row_count, most_of_one, digest, secret, submitted_at, state)
VALUES (%(batch_id)s, %(organ)s, %(affair)s, %(operator)s, %(case_no)s, %(asked_by)s, %(format)s, %(way)s,
        %(brought_to)s, %(since)s, %(asked_for)s, %(special_request)s, %(history)s, %(row_count)s, %(most_of_one)s, %(digest)s, %(secret)s,
        %(submitted_at)s, %(state)s)

-- name: count
-- As the desk's statement counts, in the same rows.
WITH keys AS (
    SELECT k.kind, k.subject, k.since, k.added, k.most, k.rule
      FROM json_to_recordset(%(keys)s::json) AS k (
               kind text, subject text, since timestamptz, added bigint, most bigint, rule text)
), counted AS (
    INSERT INTO supply_counts AS c (kind, subject, since, count)
    SELECT kind, subject, since, added FROM keys ORDER BY kind, subject
    ON CONFLICT (kind, subject) DO UPDATE
       SET since = CASE WHEN c.since > excluded.since + interval '1 hour' THEN excluded.since
                        ELSE greatest(c.since, excluded.since) END,
           count = excluded.count
                 + CASE WHEN c.since BETWEEN excluded.since AND excluded.since + interval '1 hour' THEN c.count ELSE 0 END
    RETURNING kind, subject, count
)
SELECT k.rule FROM keys k JOIN counted c USING (kind, subject) WHERE c.count > k.most ORDER BY k.rule

-- name: hold
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' batches', 0))

-- name: same
SELECT batch_id FROM supply_batches
 WHERE organ = %(organ)s AND digest = %(digest)s AND affair = %(affair)s AND operator = %(operator)s
   AND case_no = %(case_no)s AND way = %(way)s
   AND coalesce(special_request, '') = coalesce(%(special_request)s::text, '')
   AND coalesce(since, 0) = coalesce(%(since)s::bigint, 0)
   AND coalesce(asked_for, '') = coalesce(%(asked_for)s::text, '') AND history = %(history)s
   AND state NOT IN ('refused', 'cancelled') AND (ended_at IS NULL OR ended_at > %(ended_after)s)
 ORDER BY batch_no DESC LIMIT 1

-- name: listed
SELECT b.batch_no, b.batch_id, b.organ, b.affair, b.operator, b.case_no, b.asked_by, b.format, b.way, b.since,
       b.asked_for, b.special_request, b.history, b.row_count, b.digest, b.secret, b.submitted_at, b.state, b.trouble, b.basis, b.rows_done, b.keys_offset,
       b.answer_length, b.people, b.counts, b.tree, b.root, b.ended_at, b.forgotten_at, b.leaf, b.leaf_log, b.promise,
       s.batch_id AS since_id
  FROM supply_batches b LEFT JOIN supply_batches s ON s.batch_no = b.since
 WHERE (%(batch_id)s::text IS NULL OR b.batch_id = %(batch_id)s) AND (%(organ)s::text IS NULL OR b.organ = %(organ)s)
 ORDER BY b.batch_no DESC LIMIT %(most)s

-- name: lock
SELECT batch_no FROM supply_batches WHERE batch_id = %(batch_id)s FOR UPDATE

-- name: waiting
SELECT batch_id FROM supply_batches WHERE state IN ('received', 'ready') ORDER BY batch_no

-- name: never_came
SELECT batch_id FROM supply_batches WHERE state = 'declared' AND submitted_at <= %(before)s FOR UPDATE

-- name: forgettable
SELECT batch_id FROM supply_batches
 WHERE forgotten_at IS NULL AND state IN ('refused', 'done', 'cancelled') AND ended_at <= %(before)s

-- name: turn
UPDATE supply_batches SET state = %(state)s, trouble = %(trouble)s WHERE batch_id = %(batch_id)s

-- name: end
UPDATE supply_batches SET state = %(state)s, trouble = %(trouble)s, root = %(root)s, ended_at = %(ended_at)s
 WHERE batch_id = %(batch_id)s

-- name: checked
UPDATE supply_batches SET state = 'ready', most_of_one = %(most_of_one)s WHERE batch_id = %(batch_id)s

-- name: entered
UPDATE supply_batches SET root = %(root)s, leaf = %(leaf)s, leaf_log = %(log)s WHERE batch_id = %(batch_id)s

-- name: finish
UPDATE supply_batches SET state = 'done', trouble = '{}', promise = %(promise)s, ended_at = %(ended_at)s
 WHERE batch_id = %(batch_id)s

-- name: forget
UPDATE supply_batches SET forgotten_at = %(at)s WHERE batch_id = %(batch_id)s

-- name: advance
UPDATE supply_batches
   SET rows_done = %(rows_done)s, keys_offset = %(keys_offset)s, answer_length = %(answer_length)s,
       people = %(people)s, counts = %(counts)s, tree = %(tree)s, basis = %(basis)s
 WHERE batch_id = %(batch_id)s

-- name: add_part
INSERT INTO supply_batch_parts (batch_no, first_row, last_row, people, at, business_on, basis, encoding)
VALUES (%(batch_no)s, %(first_row)s, %(last_row)s, %(people)s, %(at)s, %(business_on)s, %(basis)s, %(encoding)s)

-- name: parts
SELECT first_row, last_row, people, at, business_on, basis, encoding FROM supply_batch_parts
 WHERE batch_no = %(batch_no)s ORDER BY first_row

-- name: rows
SELECT row_no, subject_code, history_id FROM supply_batch_rows
 WHERE batch_no = %(batch_no)s AND row_no BETWEEN %(first_row)s AND %(last_row)s ORDER BY row_no

-- name: by_index
SELECT set_config(name, 'off', true)
  FROM unnest(ARRAY['enable_hashjoin', 'enable_mergejoin', 'enable_seqscan', 'jit']) AS name

-- name: may_wait
-- A part is idle until the one before it is written.
SELECT set_config('idle_in_transaction_session_timeout', '10min', true)

-- name: by_hash
-- Where two sets of one size meet, and neither has an index.
SELECT set_config('enable_hashjoin', 'on', true)

-- name: stage
SELECT supply_batch_stage(%(first)s)

-- name: copy_codes
COPY batch_asked (code, fault) FROM STDIN

-- name: copy_items
COPY batch_asked (birth_date, name_key, address_key, sex, fault) FROM STDIN

-- name: answer_codes
-- The keys sorted and looked up one by one: a hash join would read all of Japan for each part. Who is blocked is one set,
-- made once for the part, however many they are.
INSERT INTO batch_answers
SELECT q.row_no,
       CASE WHEN q.fault IS NOT NULL THEN 'unreadable'
            WHEN r.code IS NULL OR r.superseded THEN 'none'
            WHEN r.undetermined_from <= %(on)s THEN 'undetermined'
            ELSE 'found' END,
       CASE WHEN q.fault IS NOT NULL THEN q.fault WHEN r.superseded THEN 'superseded' END,
       r.code IS NOT NULL AND (r.superseded OR (r.undetermined_from <= %(on)s) IS NOT TRUE),
       r.code, r.history_id, r.name, r.nickname, r.birth_date, r.sex, r.address_in, r.address, r.building,
       r.change_kind, r.reason, r.occurred_on
  FROM (SELECT row_no, code, fault FROM batch_asked ORDER BY code) q
  LEFT JOIN identity_records r
    ON r.code = q.code AND r.speaks AND (r.retain_until < %(on)s) IS NOT TRUE
   AND left(r.municipality, 2) <> ALL (%(left_out)s::text[])
   AND r.code NOT IN (SELECT b.subject FROM supply_blocks b WHERE b.kind = 'person' AND b.ended_at IS NULL)

-- name: answer_items
INSERT INTO batch_answers
SELECT q.row_no,
       CASE WHEN q.fault IS NOT NULL THEN 'unreadable'
            WHEN r.code IS NULL THEN 'none'
            WHEN r.matches > 1 THEN 'ambiguous'
            WHEN r.undetermined_from <= %(on)s THEN 'undetermined'
            ELSE 'found' END,
       q.fault,
       coalesce(r.matches = 1 AND (r.undetermined_from <= %(on)s) IS NOT TRUE, false),
       r.code, r.history_id, r.name, r.nickname, r.birth_date, r.sex, r.address_in, r.address, r.building,
       r.change_kind, r.reason, r.occurred_on
  FROM (SELECT row_no, birth_date, name_key, address_key, sex, fault FROM batch_asked ORDER BY birth_date, name_key) q
  LEFT JOIN LATERAL (
        SELECT m.code, m.history_id, m.undetermined_from, m.name, m.nickname, m.birth_date, m.sex,
               m.address_in, m.address, m.building, m.change_kind, m.reason, m.occurred_on, count(*) OVER () AS matches
          FROM (SELECT n.code, n.history_id, n.undetermined_from, n.name, n.nickname, n.birth_date, n.sex,
                       n.address_in, n.address, n.building, n.change_kind, n.reason, n.occurred_on,
                       n.address_key, n.speaks, n.superseded, n.retain_until, n.municipality
                  FROM identity_records n
                 WHERE n.birth_date = q.birth_date AND n.name_key = q.name_key
                UNION ALL
                SELECT n.code, n.history_id, n.undetermined_from, n.name, n.nickname, n.birth_date, n.sex,
                       n.address_in, n.address, n.building, n.change_kind, n.reason, n.occurred_on,
                       n.address_key, n.speaks, n.superseded, n.retain_until, n.municipality
                  FROM identity_records n
                 WHERE n.birth_date = q.birth_date AND n.nickname_key = q.name_key AND n.name_key <> q.name_key) m
         WHERE m.address_key = q.address_key AND m.sex = q.sex AND m.speaks AND NOT m.superseded
           AND (m.retain_until < %(on)s) IS NOT TRUE
           AND left(m.municipality, 2) <> ALL (%(left_out)s::text[])
           AND m.code NOT IN (SELECT b.subject FROM supply_blocks b WHERE b.kind = 'person' AND b.ended_at IS NULL)
         LIMIT 1) r ON true

-- name: leave_unchanged
UPDATE batch_answers a SET result = 'unchanged'
  FROM supply_batch_rows e
 WHERE a.result = 'found' AND e.batch_no = %(since)s AND e.subject_code = a.code AND e.history_id = a.history_id

-- name: most_looks
-- How often the organ can have been told of one person today at most, once this batch is done: by single requests, and by
-- all its batches of today, this one among them. Mostly far from the limit: then no row is looked at for it.
SELECT coalesce((SELECT max(one.looks)
                   FROM (SELECT count(*) AS looks FROM audit_entries e
                          WHERE e.at >= %(today)s AND e.actor = %(actor)s AND e.event = %(event)s
                            AND e.outcome <> 'refused' AND e.subject_code IS NOT NULL
                          GROUP BY e.subject_code) AS one), 0)
     + coalesce((SELECT sum(coalesce(b.most_of_one, b.row_count)) FROM supply_batches b
                  WHERE b.organ = %(organ)s
                    AND b.batch_no IN (SELECT p.batch_no FROM supply_batch_parts p WHERE p.at >= %(today)s
                                       UNION SELECT %(batch_no)s)), 0) AS looks

-- name: limit_looks
-- As the desk's statement counts. The first rows of a person are told, in their order.
WITH single AS (
    SELECT e.subject_code, count(*) AS looks FROM audit_entries e
     WHERE e.at >= %(today)s AND e.actor = %(actor)s AND e.event = %(event)s AND e.outcome <> 'refused'
     GROUP BY e.subject_code
), batched AS MATERIALIZED (
    SELECT p.batch_no, min(p.first_row) AS first_row, max(p.last_row) AS last_row
      FROM supply_batch_parts p JOIN supply_batches b USING (batch_no)
     WHERE p.at >= %(today)s AND b.organ = %(organ)s GROUP BY p.batch_no
), before AS (
    SELECT t.code, coalesce(max(s.looks), 0) + (
               SELECT count(*) FROM batched d
                 JOIN supply_batch_rows r ON r.batch_no = d.batch_no AND r.row_no BETWEEN d.first_row AND d.last_row
                WHERE r.subject_code = t.code) AS looks
      FROM batch_answers t LEFT JOIN single s ON s.subject_code = t.code
     WHERE t.told GROUP BY t.code
)
UPDATE batch_answers a SET result = 'limited', reason = %(rule)s, told = false
  FROM (SELECT row_no, code, row_number() OVER (PARTITION BY code ORDER BY row_no) AS place
          FROM batch_answers WHERE told) AS ranked
  JOIN before USING (code)
 WHERE a.row_no = ranked.row_no AND a.told AND before.looks + ranked.place > %(most)s

-- name: leave_earlier
-- Of a row that is limited nothing is told, nor of its earlier notices.
UPDATE batch_answers SET reason = %(rule)s
 WHERE result = 'earlier' AND row_no IN (SELECT row_no FROM batch_answers WHERE result = 'limited')

-- name: add_earlier
-- The person's notices that the code had before, as a single request is told them (there it is said which are the
-- person's), and as jukinet.law.retention.kept_until keeps them. Of a code that was replaced all are earlier ones.
INSERT INTO batch_answers
SELECT a.row_no, 'earlier', NULL, false, h.code, h.history_id, h.name, h.nickname, h.birth_date, h.sex, h.address_in, h.address,
       h.building, h.change_kind, h.reason, h.occurred_on
  FROM batch_answers a
  JOIN LATERAL (SELECT n.code, n.history_id, n.municipality, n.name, n.nickname, n.birth_date, n.sex, n.address_in, n.address,
                       n.building, n.change_kind, n.reason, n.occurred_on, n.received_on,
                       lead(n.received_on) OVER (ORDER BY n.history_id) AS next_on
                  FROM identity_history n
                 WHERE n.code = a.code
                   AND (n.birth_date = a.birth_date AND n.sex = a.sex
                        OR EXISTS (SELECT FROM identity_history t
                                     JOIN identity_history o ON o.code = t.code AND o.municipality = t.municipality
                                     JOIN identity_history c ON c.code = o.code AND c.birth_date = o.birth_date AND c.sex = o.sex
                                    WHERE t.history_id = a.history_id AND c.municipality = n.municipality))) h ON true
 WHERE a.told AND a.result <> 'unchanged' AND (a.result <> 'found' OR h.history_id <> a.history_id)
   AND left(h.municipality, 2) <> ALL (%(left_out)s::text[])
   AND CASE WHEN h.change_kind <> 'deletion' THEN coalesce(h.next_on > %(replaced)s, true)
            WHEN h.reason = 'death' THEN h.received_on > %(died)s
            ELSE h.received_on > %(deleted)s
                 OR (coalesce(h.next_on >= %(on)s, true) AND h.received_on > %(longest)s) END

-- name: add_rows
-- In the order of one of its two indexes: that of rows has few pages of its own at a time anyhow.
INSERT INTO supply_batch_rows (batch_no, row_no, history_id, subject_code)
SELECT %(batch_no)s, row_no, history_id, code FROM batch_answers WHERE told ORDER BY code

-- name: told
-- One value of 27 bytes a row: fetching rows would take longer than finding them.
SELECT string_agg(int8send(row_no) || int8send(history_id) || code::bytea, ''::bytea ORDER BY row_no) AS told FROM batch_answers WHERE told

-- name: counts
SELECT result, count(*) AS number FROM batch_answers WHERE result <> 'earlier' GROUP BY result

-- name: copy_csv
-- Only who is found is told of, whatever else was looked at; behind a row the earlier records that it asks for.
COPY (SELECT row_no, result, reason, name, nickname, birth_date, sex, address_in, address, building, code, change_kind,
             change_reason, occurred_on
        FROM (SELECT row_no, result, reason, name, nickname, birth_date, sex, address_in, address, building, code, change_kind,
                     change_reason, occurred_on, CASE result WHEN 'earlier' THEN history_id ELSE 0 END AS place
                FROM batch_answers WHERE result = 'found' OR (result = 'earlier' AND reason IS NULL)
              UNION ALL
              SELECT row_no, result, reason, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0
                FROM batch_answers WHERE result NOT IN ('found', 'earlier', 'unchanged')) AS told
       ORDER BY row_no, place)
  TO STDOUT WITH (FORMAT csv)

-- name: copy_ndjson
-- Quote and delimiter are characters that JSON never holds: what stands in the row leaves as it is.
COPY (SELECT line
        FROM (SELECT row_no, json_strip_nulls(json_build_object(
                         'row', row_no, 'result', result, 'name', name, 'nickname', nickname,
                         'birth_date', birth_date, 'sex', sex, 'address_municipality', address_in,
                         'address_text', address, 'address_building', building, 'code', code,
                         'change_kind', change_kind, 'change_reason', change_reason,
                         'change_occurred_on', occurred_on)) AS line,
                     CASE result WHEN 'earlier' THEN history_id ELSE 0 END AS place
                FROM batch_answers WHERE result = 'found' OR (result = 'earlier' AND reason IS NULL)
              UNION ALL
              SELECT row_no, json_strip_nulls(json_build_object('row', row_no, 'result', result, 'reason', reason)), 0
                FROM batch_answers WHERE result NOT IN ('found', 'earlier', 'unchanged')) AS told
       ORDER BY row_no, place)
  TO STDOUT WITH (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')
