-- How the leaves of a part were made: those of new ones hold also by which notice the record stood so. What is there already, and
-- what a process of the release before still answers, says 1.
ALTER TABLE supply_batch_parts ADD COLUMN encoding smallint NOT NULL DEFAULT 1 CHECK (encoding IN (1, 2));

-- Whether a mayor is told a code here depends on what the centre does no more, and on who ended the delegation.
GRANT SELECT ON centre_stops, centre_resumptions, delegation_ends TO jukinet_network;
