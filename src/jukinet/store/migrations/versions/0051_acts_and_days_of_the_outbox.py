"""What an act put into the outbox, and what was put there since a day, is found without reading all of it."""

from jukinet.store.schema import run_files

revision = "0051"
down_revision = "0050"


def upgrade() -> None:
    run_files(revision)
