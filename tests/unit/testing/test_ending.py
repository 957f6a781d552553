"""What a measurement or a run of faults leaves where it is told to end."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from jukinet.testing import ending

PROGRAM = """
import sys, time
from pathlib import Path
from jukinet.testing.cluster import throwaway_directory
from jukinet.testing.ending import end_on_sigterm

end_on_sigterm()
with throwaway_directory(Path(sys.argv[1])) as place:
    print(place, flush=True)
    time.sleep(60)
"""


def test_a_program_that_is_told_to_end_removes_what_it_made(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        place = Path(process.stdout.readline().strip())
        assert place.is_dir()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == ending.ENDED == 143
    assert not place.exists()
