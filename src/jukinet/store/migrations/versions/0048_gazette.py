"""The country's address dictionary, by codes of eleven digits."""

from jukinet.store.schema import run_files

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    run_files(revision)
