"""Keys by which the four items are matched."""

from jukinet.store.schema import run_files

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    run_files(revision)
