"""Who brought a notification, and how that person was identified."""

from jukinet.store.schema import run_files

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    run_files(revision)
