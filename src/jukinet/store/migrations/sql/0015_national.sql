-- What a restored municipality lacks: its pool is void, and as many codes are designated anew, once for each of its lives.
CREATE TABLE pool_renewals (
    municipality  text NOT NULL,
    incarnation   integer NOT NULL,
    codes         integer NOT NULL,
    asked_at      timestamptz NOT NULL,
    designated_at timestamptz,
    PRIMARY KEY (municipality, incarnation)
);
GRANT SELECT, INSERT ON pool_renewals TO jukinet_network;
GRANT SELECT, UPDATE (designated_at) ON pool_renewals TO jukinet_worker;
GRANT SELECT, INSERT ON designations, designated_codes TO jukinet_worker;
GRANT SELECT ON identity_history TO jukinet_worker;
