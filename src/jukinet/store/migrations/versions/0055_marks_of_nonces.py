"""A nonce bears a mark of the request that used it up."""

from jukinet.store.schema import run_files

revision = "0055"
down_revision = "0054"


def upgrade() -> None:
    run_files(revision)
