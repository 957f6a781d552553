"""Which versions one act wrote."""

from jukinet.store.schema import run_files

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    run_files(revision)
