"""Parquet at the two ends of a batch, by DuckDB: columns of text into lines, and lines into columns of text.

The reader parses what an organ sends, so it is kept in: little memory, the two files and no other, no extension.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from jukinet.domain.errors import ErrorKind, JukinetError

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": "512MB",
    "threads": 1,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "preserve_insertion_order": True,
}


@contextmanager
def _engine(*files: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config=_SETTINGS) as engine:
        engine.execute("SET temp_directory = ''")
        engine.execute("SET allowed_paths = ?", [[str(file) for file in files]])
        engine.execute("SET enable_external_access = false")
        engine.execute("SET lock_configuration = true")
        yield engine


def to_csv(source: Path, out: Path, columns: Sequence[str], *, quoted: bool = False) -> None:
    """Write the rows of a Parquet file as CSV with a header, every text ``quoted`` or only what must be.

    Raises MALFORMED unless it has these columns of text.
    """
    out.unlink(missing_ok=True)
    with _engine(source, out) as engine:
        try:
            found = engine.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(source)]).fetchall()
            if [(name, kind) for name, kind, *_ in found] != [(name, "VARCHAR") for name in columns]:
                raise JukinetError(
                    ErrorKind.MALFORMED,
                    f"The columns must be {', '.join(columns)}, in this order, each of texts.",
                )
            force = ", FORCE_QUOTE *" if quoted else ""
            engine.execute(
                f"COPY (SELECT * FROM read_parquet($source)) TO $out (FORMAT csv, HEADER{force})",
                {"source": str(source), "out": str(out)},
            )
        except duckdb.IOException:
            raise OSError(errno.EIO, "could not be read, or its lines not written", str(source)) from None
        except duckdb.Error:
            # Its own words may repeat what stands in the file.
            raise JukinetError(
                ErrorKind.MALFORMED, "The file is not a Parquet file that can be read."
            ) from None


def from_csv(source: Path, out: Path, columns: Sequence[str]) -> None:
    """Write lines of CSV with a header as a Parquet file with these columns of text; empty fields are null."""
    out.unlink(missing_ok=True)
    with _engine(source, out) as engine:
        try:
            engine.execute(
                "COPY (SELECT * FROM read_csv($source, header = true, all_varchar = true, delim = ',', quote = '\"',"
                " escape = '\"', strict_mode = true, names = $names)) TO $out (FORMAT parquet, COMPRESSION zstd)",
                {"source": str(source), "out": str(out), "names": list(columns)},
            )
        except duckdb.IOException:
            raise OSError(errno.EIO, "could not be written", str(out)) from None
