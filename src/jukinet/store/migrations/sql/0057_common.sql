-- What is not signed yet is found without reading all that was ever said, whether it has a number or none.
CREATE INDEX outbox_not_signed ON outbox (stream, addressee, number) WHERE NOT signed;
DROP INDEX outbox_unsigned;
