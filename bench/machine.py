"""What a figure was measured on: a rate means little without it, and ratios move with it too."""

from __future__ import annotations

import os
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SECONDS = 0.5
"""How long the yardstick is laid on."""


def told(seconds: float = SECONDS) -> str:
    """Processors and memory of this machine, and how many Ed25519 signatures one thread verifies in a second."""
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{len(os.sched_getaffinity(0))} processors ({_model()}), {gigabytes:.0f} GB,"
        f" {round(_verifications(seconds), -2):,.0f} Ed25519 verifications a second in one thread"
    )


def _model() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return os.uname().machine


def _verifications(seconds: float) -> float:
    key, message = Ed25519PrivateKey.generate(), b"x" * 100
    signature, public, count = key.sign(message), key.public_key(), 0
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        public.verify(signature, message)
        count += 1
    return count / (time.perf_counter() - began)
