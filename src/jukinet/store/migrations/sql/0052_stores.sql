-- A file that comes again is the same batch for a while, then a new one. Two that come at once wait for each other
-- (jukinet.services.supply.batches.enter), so that no index need keep them apart.

DROP INDEX supply_batches_same;
CREATE INDEX supply_batches_same ON supply_batches (organ, digest);
