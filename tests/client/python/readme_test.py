"""The programs of client/python/README.md, one after the other, as a reader would run them."""
import os
import re
import subprocess
import sys

import pytest
from traind_process import SOURCE, TraindProcess

README = (SOURCE / "client/python/README.md").read_text()
PROGRAMS = re.findall(r"<!-- tested -->\n```python\n(.*?)```\n(?:\n```\n(.*?)```)?", README, re.DOTALL)


@pytest.fixture(scope="module")
def server():
    """Of its own: the programs choose names."""
    process = TraindProcess()
    yield process
    process.close()


def test_every_program_is_found():
    assert len(PROGRAMS) == README.count("<!-- tested -->") >= 3


@pytest.mark.parametrize("program, output", PROGRAMS, ids=range(len(PROGRAMS)))
def test_a_program_runs(server, program, output):
    environment = {**os.environ, "TRAIND_SERVER": server.address}
    ran = subprocess.run(
        [sys.executable, "-B", "-c", program], cwd=SOURCE, env=environment, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout
    if output:
        assert ran.stdout == output
