"""What is added to a notification about insurance, pension and allowance."""

from jukinet.store.schema import run_files

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    run_files(revision)
