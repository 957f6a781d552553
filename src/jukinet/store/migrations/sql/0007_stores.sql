-- Codes with two live records, for the people who look into them (Act Art. 30-11(5)): only what tells that they are two.
CREATE INDEX identity_records_doubt ON identity_records (undetermined_from, code) WHERE undetermined_from IS NOT NULL;
GRANT SELECT (code, municipality, live, event_on, undetermined_from, birth_date, sex) ON identity_records
    TO jukinet_office;
