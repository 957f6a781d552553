"""Messages between nodes that the first release did not carry."""

from jukinet.store.schema import run_files

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    run_files(revision)
