-- name: premises
-- What every decision rests on besides the request.
SELECT (SELECT pinned FROM business_clock) AS pinned, l.state, l.taken_at, l.measure_no, l.reason,
       (SELECT coalesce(array_agg(kind || ' ' || subject), '{}') FROM supply_blocks
         WHERE ended_at IS NULL AND kind <> 'person') AS blocked,
       (SELECT json_agg(json_build_array(s.ground, s.works, s.first_day, s.last_day, r.resumed_on))
          FROM centre_stops s LEFT JOIN centre_resumptions r USING (stop_no)) AS stops,
       (SELECT json_agg(json_build_array(prefecture, first_day)) FROM delegation_ends) AS ends
  FROM (SELECT) AS always
  LEFT JOIN (SELECT s.state, s.taken_at, s.measure_no, m.reason
               FROM line_steps s JOIN line_measures m USING (measure_no)
              ORDER BY s.step_no DESC LIMIT 1) AS l ON true

-- name: answer
-- Everything that is done for the requests that waited together: limits are counted, persons looked up, what may be
-- said of each is settled (jukinet.law.supply.outcome), and its audit entry written with its leaf.
WITH came AS MATERIALIZED (
    SELECT a.* FROM json_to_recordset(%(asked)s::json) AS a (
        place int, actor text, terminal text, affair text, reference text, rules text[], permitted boolean,
        code text, birth_date text, name_key bigint, address_key bigint, sex text,
        keys int[], ranks int[], salt bytea, before_subject bytea, before_rules bytea,
        organ text, nonce text, nonce_ends timestamptz, mark text, tried boolean, replay_rules text[], left_out text[])
), spent AS (
    -- In one order everywhere: two transactions that wait for each other's nonces would wait for ever. Of those that come
    -- together with one nonce, the first counts.
    INSERT INTO request_nonces (organ, nonce, expires_at, mark)
    SELECT DISTINCT ON (organ, nonce) organ, nonce, nonce_ends, mark
      FROM came WHERE nonce IS NOT NULL ORDER BY organ, nonce, place
    ON CONFLICT DO NOTHING
    RETURNING organ, nonce
), replayed AS MATERIALIZED (
    -- Of the second try of a request that failed: was its nonce used by no other, the first try did commit.
    SELECT c.place,
           c.tried IS TRUE
           AND NOT EXISTS (SELECT FROM request_nonces n
                            WHERE n.organ = c.organ AND n.nonce = c.nonce AND n.mark IS DISTINCT FROM c.mark) AS lost
      FROM came c LEFT JOIN spent s USING (organ, nonce)
     WHERE c.nonce IS NOT NULL
       AND (s.nonce IS NULL
            OR EXISTS (SELECT FROM came e WHERE e.organ = c.organ AND e.nonce = c.nonce AND e.place < c.place))
), asked AS MATERIALIZED (
    SELECT c.place, c.actor, c.terminal, c.affair, c.reference, c.code, c.birth_date, c.name_key, c.address_key, c.sex,
           c.keys, c.ranks, c.salt, c.before_subject, c.before_rules, c.left_out,
           c.permitted AND r.place IS NULL AS permitted, r.place IS NOT NULL AS again, r.lost,
           CASE WHEN r.place IS NULL THEN c.rules ELSE c.replay_rules END AS rules
      FROM came c LEFT JOIN replayed r USING (place)
), keys AS MATERIALIZED (
    SELECT k.* FROM json_to_recordset(%(keys)s::json) AS k (
        key_no int, kind text, subject text, since timestamptz, added bigint, most bigint, rule text)
), counted AS (
    INSERT INTO supply_counts AS c (kind, subject, since, count)
    SELECT kind, subject, since, added FROM keys ORDER BY kind, subject
    -- What comes late, of the span before, counts in the one that has begun: it must not begin anew. A row further ahead was
    -- written by a clock that went wrong.
    ON CONFLICT (kind, subject) DO UPDATE
       SET since = CASE WHEN c.since > excluded.since + interval '1 hour' THEN excluded.since
                        ELSE greatest(c.since, excluded.since) END,
           count = excluded.count
                 + CASE WHEN c.since BETWEEN excluded.since AND excluded.since + interval '1 hour' THEN c.count ELSE 0 END
    RETURNING kind, subject, count
), full_keys AS MATERIALIZED (
    SELECT k.key_no, k.rule, k.most, c.count - k.added AS before
      FROM keys k JOIN counted c USING (kind, subject) WHERE c.count > k.most
), found AS (
    SELECT a.place, a.left_out, r.municipality, r.code, r.history_id, r.undetermined_from, r.superseded, r.retain_until, r.change_kind, r.reason,
           r.occurred_on, r.name, r.nickname, r.birth_date, r.sex, r.address_in, r.address, r.building
      FROM asked a JOIN identity_records r ON r.code = a.code
     WHERE a.permitted AND r.speaks
    UNION ALL
    SELECT a.place, a.left_out, r.municipality, r.code, r.history_id, r.undetermined_from, r.superseded, r.retain_until, r.change_kind, r.reason,
           r.occurred_on, r.name, r.nickname, r.birth_date, r.sex, r.address_in, r.address, r.building
      FROM asked a JOIN identity_records r ON r.birth_date = a.birth_date AND r.name_key = a.name_key
     WHERE a.permitted AND r.speaks AND NOT r.superseded AND r.address_key = a.address_key AND r.sex = a.sex
    UNION ALL
    SELECT a.place, a.left_out, r.municipality, r.code, r.history_id, r.undetermined_from, r.superseded, r.retain_until, r.change_kind, r.reason,
           r.occurred_on, r.name, r.nickname, r.birth_date, r.sex, r.address_in, r.address, r.building
      FROM asked a JOIN identity_records r ON r.birth_date = a.birth_date AND r.nickname_key = a.name_key
     WHERE a.permitted AND r.speaks AND NOT r.superseded AND r.address_key = a.address_key AND r.sex = a.sex
       AND r.name_key <> a.name_key
), standing AS (
    -- Those of whom nothing may be said, and who are no part of the question, are left out before it is counted how many
    -- match.
    SELECT DISTINCT ON (place) f.*, count(*) OVER (PARTITION BY place) AS matches
      FROM found f
     WHERE (f.retain_until IS NULL OR f.retain_until >= %(on)s)
       AND (f.left_out IS NULL OR left(f.municipality, 2) <> ALL (f.left_out))
       AND NOT EXISTS (SELECT FROM supply_blocks b
                        WHERE b.kind = 'person' AND b.subject = f.code AND b.ended_at IS NULL)
), judged AS MATERIALIZED (
    SELECT s.*, a.place AS asked_place, coalesce(a.code, CASE WHEN s.matches = 1 THEN s.code END) AS person,
           CASE WHEN a.lost THEN 'lost'
                WHEN a.again THEN 'replayed'
                WHEN NOT a.permitted THEN 'refused'
                WHEN s.matches IS NULL THEN 'none'
                WHEN s.matches > 1 THEN 'ambiguous'
                WHEN s.superseded THEN 'superseded'
                WHEN s.undetermined_from <= %(on)s THEN 'undetermined'
                ELSE 'found' END AS result
      FROM asked a LEFT JOIN standing s ON s.place = a.place
), batched AS MATERIALIZED (
    -- The rows of batches that were answered today; those of one batch stand together.
    SELECT 'urn:jukinet:organ:' || b.organ AS actor, p.batch_no, min(p.first_row) AS first_row, max(p.last_row) AS last_row
      FROM supply_batch_parts p JOIN supply_batches b USING (batch_no)
     WHERE p.at >= %(today)s GROUP BY b.organ, p.batch_no
), limited AS MATERIALIZED (
    SELECT a.place, CASE WHEN EXISTS (SELECT FROM full_keys) THEN
               ARRAY(SELECT f.rule FROM unnest(a.keys, a.ranks) AS t (key_no, rank) JOIN full_keys f USING (key_no)
                      WHERE f.before + t.rank > f.most ORDER BY f.rule)
           ELSE '{}' END
           || CASE WHEN row_number() OVER (PARTITION BY a.actor, j.person ORDER BY a.place) + (
               SELECT count(*) FROM (
                   SELECT FROM audit_entries e
                    WHERE e.subject_code = j.person AND e.actor = a.actor AND e.at >= %(today)s
                      AND e.event = %(event)s AND e.outcome <> 'refused' LIMIT %(person_most)s) AS told)
               + CASE WHEN EXISTS (SELECT FROM batched d WHERE d.actor = a.actor) THEN (
                   SELECT count(*) FROM batched d
                     JOIN supply_batch_rows r ON r.batch_no = d.batch_no AND r.row_no BETWEEN d.first_row AND d.last_row
                    WHERE d.actor = a.actor AND r.subject_code = j.person) ELSE 0 END
               > %(person_most)s AND j.person IS NOT NULL THEN ARRAY[%(person_rule)s::text] ELSE '{}' END AS rules
      FROM asked a JOIN judged j ON j.asked_place = a.place
     WHERE a.permitted
), settled AS (
    SELECT a.*, j.person, j.code AS found_code, CASE WHEN l.rules <> '{}' THEN 'limited' ELSE j.result END AS result,
           CASE WHEN l.rules <> '{}' THEN l.rules ELSE a.rules END AS told_rules,
           j.history_id, j.change_kind, j.reason, j.occurred_on, j.name, j.nickname, j.birth_date AS born, j.sex AS is_sex,
           j.address_in, j.address, j.building
      FROM asked a JOIN judged j ON j.asked_place = a.place LEFT JOIN limited l ON l.place = a.place
), entries AS MATERIALIZED (
    -- Where one person alone is found the entry names them, also where nothing is told, or not now: it is about them.
    SELECT s.*, o.outcome, s.person AS subject
      FROM settled s,
   LATERAL (SELECT CASE WHEN s.result IN ('found', 'superseded') THEN 'done'
                        WHEN s.result IN ('refused', 'replayed', 'limited') THEN 'refused' ELSE 'none' END) AS o (outcome)
), leaves AS MATERIALIZED (
    SELECT e.place, sha256('\x00'::bytea || e.salt || %(before_outcome)s
               || '\x01'::bytea || int4send(length(e.outcome)) || convert_to(e.outcome, 'UTF8')
               || e.before_subject
               || coalesce('\x01'::bytea || int4send(length(e.subject)) || convert_to(e.subject, 'UTF8'), '\x00'::bytea)
               || e.before_rules || '\x01'::bytea || int4send(length(r.utf8)) || r.utf8) AS leaf
      FROM entries e, LATERAL (SELECT convert_to(array_to_string(e.told_rules, E'\n'), 'UTF8')) AS r (utf8)
), written AS (
    INSERT INTO audit_entries (at, business_on, event, outcome, actor, terminal, subject_code, affair, reference, rules,
                               salt, leaf)
    SELECT %(at)s, %(on)s, %(event)s, e.outcome, e.actor, e.terminal, e.subject, e.affair, e.reference, e.told_rules,
           e.salt, l.leaf
      FROM entries e JOIN leaves l USING (place) WHERE e.result <> 'lost' ORDER BY e.place
)
SELECT e.result, e.told_rules, l.leaf, e.found_code, e.change_kind, e.reason, e.occurred_on::text, e.name, e.nickname, e.born,
       e.is_sex, e.address_in, e.address, e.building,
       CASE WHEN e.outcome = 'done' THEN (
           SELECT json_agg(json_build_array(h.code, h.change_kind, h.reason, h.occurred_on, h.name, h.nickname, h.birth_date,
                                            h.sex, h.address_in, h.address, h.building, h.received_on, h.next_on)
                           ORDER BY h.history_id)
             FROM (SELECT n.history_id, n.municipality, n.code, n.change_kind, n.reason, n.occurred_on, n.name, n.nickname,
                          n.birth_date, n.sex, n.address_in, n.address, n.building, n.received_on,
                          lead(n.received_on) OVER (ORDER BY n.history_id) AS next_on
                     FROM identity_history n
                    WHERE n.code = e.found_code
                      -- Of a code that two had by mistake (Act Art. 30-2(2)) the chains of notices are told apart, one of each
                      -- municipality: those of one person have a birth date and sex in common with that of the record told.
                      AND (n.birth_date = e.born AND n.sex = e.is_sex
                           OR EXISTS (SELECT FROM identity_history t
                                        JOIN identity_history o ON o.code = t.code AND o.municipality = t.municipality
                                        JOIN identity_history c ON c.code = o.code AND c.birth_date = o.birth_date AND c.sex = o.sex
                                       WHERE t.history_id = e.history_id AND c.municipality = n.municipality))) AS h
            WHERE (e.result = 'superseded' OR h.history_id <> e.history_id)
              AND (e.left_out IS NULL OR left(h.municipality, 2) <> ALL (e.left_out)))::text END AS history
  FROM entries e JOIN leaves l USING (place)
 ORDER BY e.place
