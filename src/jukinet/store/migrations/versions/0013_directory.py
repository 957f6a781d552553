"""The directory kept by the centre, and who is revoked."""

from jukinet.store.schema import run_files

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    run_files(revision)
