-- A person at the governor's reports errors to municipalities, and tells the centre what came of its reports (M16).
GRANT INSERT ON outbox TO jukinet_office;
