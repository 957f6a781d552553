"""The register API: answers kept for a request that comes again."""

from jukinet.store.schema import run_files

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    run_files(revision)
