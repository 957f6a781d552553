"""The segments of a municipality that joins are kept until it takes part."""

from jukinet.store.schema import run_files

revision = "0053"
down_revision = "0052"


def upgrade() -> None:
    run_files(revision)
