"""Who was asked for by an old code is followed to the codes that came after it."""

from jukinet.store.schema import run_files

revision = "0044"
down_revision = "0035"


def upgrade() -> None:
    run_files(revision)
