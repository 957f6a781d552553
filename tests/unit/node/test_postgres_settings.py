"""How much memory our own server takes of the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from jukinet.node.postgres_settings import buffers, memory_here, server_configuration

GIBIBYTE = 2**30


@pytest.mark.parametrize(
    ("memory", "megabytes"),
    [(GIBIBYTE // 2, 128), (GIBIBYTE, 128), (2 * GIBIBYTE, 256), (4 * GIBIBYTE, 512), (64 * GIBIBYTE, 512)],
)
def test_an_eighth_of_the_memory_is_for_buffers_within_bounds(memory: int, megabytes: int) -> None:
    assert buffers(memory) == megabytes


def test_a_container_has_what_it_is_given(tmp_path: Path) -> None:
    limit = tmp_path / "memory.max"
    whole = memory_here(limit)
    assert whole > 0
    limit.write_text("max\n")
    assert memory_here(limit) == whole
    limit.write_text(f"{2**62}\n")
    assert memory_here(limit) == whole
    limit.write_text("268435456\n")
    assert memory_here(limit) == 268435456


def test_the_settings_file_says_so() -> None:
    assert (
        f"shared_buffers = '{buffers(memory_here())}MB'" in server_configuration("/tmp/socket").splitlines()
    )
