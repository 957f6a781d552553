-- Which versions one act wrote, so that all that it did can be undone at once (specification 4.6.0.1). Versions of before
-- this step, and those of a register taken in, have no number: each of them is undone by itself.
CREATE SEQUENCE register_act_serial;
GRANT USAGE ON SEQUENCE register_act_serial TO jukinet_office, jukinet_network, jukinet_worker;
ALTER TABLE resident_versions ADD COLUMN act_no bigint;
CREATE INDEX resident_versions_acts ON resident_versions (act_no) WHERE act_no IS NOT NULL;
