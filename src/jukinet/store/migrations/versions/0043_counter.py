"""What is shown at the counter: about who is represented, and for a card; the mayor's enquiries."""

from jukinet.store.schema import run_files

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    run_files(revision)
