-- An operator takes in the records of a municipality that joins.
GRANT INSERT ON identity_history TO jukinet_office;
GRANT SELECT, INSERT, UPDATE ON identity_records TO jukinet_office;
