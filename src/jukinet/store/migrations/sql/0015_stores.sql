-- The worker of a restored store applies what the centre gives back.
GRANT SELECT, INSERT ON identity_history TO jukinet_worker;
GRANT SELECT, INSERT, UPDATE ON identity_records TO jukinet_worker;
GRANT SELECT, INSERT ON card_statuses TO jukinet_worker;
