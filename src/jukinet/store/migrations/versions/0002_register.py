"""The register beyond its first form: what lifecycle acts keep beside the versions."""

from jukinet.store.schema import run_files

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run_files(revision)
