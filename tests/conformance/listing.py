"""The list of cases for whoever is not running them: the generated pages, and the tests about the cases.

A process of its own collects them, as a run would: what pytest collects is what there is.
"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

from tests.conformance.cases import Case
from tests.conformance.citations import citations

ROOT = Path(__file__).resolve().parents[2]


@cache
def every_case() -> tuple[Case, ...]:
    """Every case of the rings and of the claims, in the law's order. Raises where one cannot be read."""
    command = [sys.executable, "-m", "tests.conformance", "--list"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if not ran.stdout:
        raise RuntimeError(f"the cases cannot be collected: {ran.stderr.strip()}")
    told = json.loads(ran.stdout)
    if told["broken"]:
        raise RuntimeError("\n".join(["the cases cannot be collected:", *told["broken"]]))
    return tuple(sorted((_case(one) for one in told["cases"]), key=lambda case: case.order))


def _case(told: dict[str, list[str]]) -> Case:
    cites = tuple(cited for text in told["cites"] for cited in citations(text))
    return Case(str(told["test"]), cites, tuple(told["refused"]), tuple(told["permitted"]))
