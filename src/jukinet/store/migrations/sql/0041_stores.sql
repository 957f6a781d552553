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
