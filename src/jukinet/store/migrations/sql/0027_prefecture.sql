-- A governor's batches are decided as single requests are: also on the Minister's notices (Act Art. 30-27(2)).
GRANT SELECT ON alone_notices, alone_ends TO jukinet_worker;
