-- A governor sends a file for an organ of a municipality (Act Art. 30-7(6)), or asks for media by a paper (30-7(7)).
ALTER TABLE supply_batches ADD COLUMN asked_for text, ADD COLUMN special_request text;
DROP INDEX supply_batches_same;
CREATE UNIQUE INDEX supply_batches_same
    ON supply_batches (organ, affair, digest, coalesce(since, 0), coalesce(asked_for, ''))
    WHERE state NOT IN ('refused', 'cancelled');

-- Codes and the consultation on them stand still too (Art. 30-10(1)(i), (ii)).
ALTER TABLE centre_stops DROP CONSTRAINT centre_stops_works_check,
    ADD CONSTRAINT centre_stops_works_check
    CHECK (works <@ ARRAY['i', 'ii', 'iii', 'v', 'vi', 'vii'] AND works <> '{}');

-- The book of supplies outlives the entries and batches that it is drawn from (Reg. 31(2)): what is erased of them is counted
-- here, with the erasing or not at all.
CREATE TABLE supply_book (
    on_day  date NOT NULL,
    organ   text NOT NULL,
    affair  text NOT NULL,
    way     text NOT NULL CHECK (way IN ('by-line', 'on-media')),
    persons bigint NOT NULL,
    PRIMARY KEY (on_day, organ, affair, way)
);
GRANT SELECT ON supply_book TO jukinet_office;

CREATE FUNCTION retention_keep_book() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO supply_book AS b (on_day, organ, affair, way, persons)
    SELECT business_on, actor, affair, 'by-line', count(*) FROM gone
     WHERE event = 'supply:query:answered' AND outcome = 'done'
     GROUP BY 1, 2, 3
    ON CONFLICT (on_day, organ, affair, way) DO UPDATE SET persons = b.persons + excluded.persons;
    RETURN NULL;
END
$$;
CREATE TRIGGER audit_entries_book AFTER DELETE ON audit_entries
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION retention_keep_book();

CREATE FUNCTION retention_keep_batch_book() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO supply_book AS b (on_day, organ, affair, way, persons)
    SELECT p.business_on, 'urn:jukinet:organ:' || s.organ, s.affair, s.way, sum(p.people)::bigint
      FROM gone p JOIN supply_batches s USING (batch_no)
     WHERE p.people > 0
     GROUP BY 1, 2, 3, 4
    ON CONFLICT (on_day, organ, affair, way) DO UPDATE SET persons = b.persons + excluded.persons;
    RETURN NULL;
END
$$;
CREATE TRIGGER supply_batch_parts_book AFTER DELETE ON supply_batch_parts
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION retention_keep_batch_book();
SELECT retention_close();
