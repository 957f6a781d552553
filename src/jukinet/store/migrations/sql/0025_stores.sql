-- Nonces of signed requests: each counts once for its organ, until the signature that names it has ended anyway.

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

CREATE TABLE request_nonces (
    organ      text NOT NULL,
    nonce      text NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (organ, nonce)
);
CREATE INDEX request_nonces_by_end ON request_nonces (expires_at);
GRANT SELECT, INSERT ON request_nonces TO jukinet_supply;

-- The worker forgets them, and can forget none whose signature still counts: the server's own clock has a word in it.
CREATE FUNCTION request_nonces_forget(p_before timestamptz) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    WITH forgotten AS (
        DELETE FROM request_nonces WHERE expires_at < least(p_before, now()) RETURNING 1
    )
    SELECT count(*) FROM forgotten
$$;
REVOKE ALL ON FUNCTION request_nonces_forget(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION request_nonces_forget(timestamptz) TO jukinet_worker;
