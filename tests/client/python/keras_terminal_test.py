"""fit on a terminal: the bar, and Ctrl-C."""
import os
import pty
import re
import select
import subprocess
import sys
import time

import pytest
from traind_process import TraindProcess

from traind import v1

PROGRAM = """
import fcntl, os, termios
if os.isatty(0):
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # so that Ctrl-C comes from it
import numpy as np
from traind.keras.models import Sequential
from traind.keras.layers import Dense
x = np.random.default_rng(0).normal(size=(20_000, 50)).astype(np.float32)
model = Sequential([Dense(WIDTH, "relu", input_shape=(50,)), Dense(WIDTH, "relu"), Dense(1)])
model.compile("adam", "mse")
try:
    model.fit(x, x[:, 0], epochs=EPOCHS, batch_size=16)
    print("ENDED")
except KeyboardInterrupt:
    print("INTERRUPTED", model.training_job)
"""


class Terminal:
    """A program on a terminal of its own; `text` is what it printed so far."""

    def __init__(self, server, epochs, width=32, **environment):
        self._end, other = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM.replace("EPOCHS", str(epochs)).replace("WIDTH", str(width))],
            stdin=other,
            stdout=other,
            stderr=other,
            env={**os.environ, "TRAIND_SERVER": server.address, **environment},
            start_new_session=True,
        )
        os.close(other)
        self._bytes = b""

    @property
    def text(self):
        return self._bytes.decode(errors="replace")

    def until(self, pattern):
        """Reads on until the text has the pattern, and returns the match."""
        deadline = time.monotonic() + 120
        while not (match := re.search(pattern, self.text)):
            assert time.monotonic() < deadline, self.text[-2000:]
            if select.select([self._end], [], [], 0.1)[0]:
                try:
                    self._bytes += os.read(self._end, 65536)
                except OSError:  # its other end is closed
                    deadline = 0
        return match

    def type(self, text):
        os.write(self._end, text.encode())

    def close(self):
        self._process.kill()
        self._process.wait()
        os.close(self._end)


@pytest.fixture(scope="module")
def server():
    """With a core for jobs: two threads that others keep waiting would make an epoch take seconds."""
    process = TraindProcess("--cores=1")
    yield process
    process.close()


@pytest.fixture
def terminal(server):
    opened = []

    def open_terminal(*arguments, **environment):
        opened.append(Terminal(server, *arguments, **environment))
        return opened[-1]

    yield open_terminal
    for each in opened:
        each.close()


def test_the_bar_grows_within_an_epoch_and_has_colours(terminal):
    screen = terminal(2, width=512)
    screen.until("ENDED")
    assert re.search(r"Epoch \d/2\r\n *\d+/1250 \x1b\[32m━*\x1b\[37m━+\x1b\[0m \d+s", screen.text)
    assert "\r\x1b[K1250/1250 \x1b[32m━" in screen.text and screen.text.count("loss: ") == 2


def test_no_color_is_honoured(terminal):
    screen = terminal(2, NO_COLOR="1")
    screen.until("ENDED")
    assert "\x1b[3" not in screen.text and "1250/1250 ━━━━━━━━━━━━━━━━━━━━" in screen.text


def test_ctrl_c_detaches_and_the_job_goes_on(terminal, client):
    screen = terminal(10_000)
    screen.until("Epoch 1/10000")
    screen.type("\x03")
    screen.until(r"\[d\]etach and let it go on, \[c\]ancel it, or follow it \[f\]urther")
    screen.type("d\n")
    job = screen.until(r"INTERRUPTED (\S+)").group(1)
    assert f"model.attach('{job}') follows it again" in screen.text
    assert client.get_training_job(job).state == v1.TrainingJob.RUNNING
    client.cancel_training_job(job)


def test_ctrl_c_follows_further_and_then_cancels(terminal, client):
    screen = terminal(10_000)
    screen.until("Epoch 2/10000")
    screen.type("\x03")
    screen.until("urther")
    screen.type("f\n")
    seen = len(screen.text)
    epoch = int(re.findall(r"Epoch (\d+)/", screen.text)[-1])
    screen.until(f"Epoch {epoch + 2}/")
    shown = [int(number) for number in re.findall(r"Epoch (\d+)/", screen.text)]
    assert shown == sorted(set(shown)), "an epoch was told twice"
    screen.type("\x03")
    screen.until(r"(?s)^.{%d}.*urther" % seen)
    screen.type("c\n")
    job = screen.until(r"INTERRUPTED (\S+)").group(1)
    assert client.get_training_job(job).state in (v1.TrainingJob.CANCELLING, v1.TrainingJob.CANCELLED)


def test_where_nobody_can_be_asked_it_detaches(server, client, tmp_path):
    with open(os.devnull) as nothing, open(tmp_path / "out", "w") as out:
        process = subprocess.Popen(
            [sys.executable, "-u", "-c", PROGRAM.replace("EPOCHS", "10000").replace("WIDTH", "32")],
            stdin=nothing,
            stdout=out,
            stderr=out,
            env={**os.environ, "TRAIND_SERVER": server.address},
        )
        deadline = time.monotonic() + 120
        while "loss" not in (tmp_path / "out").read_text():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(2)
        process.wait()
    job = re.search(r"INTERRUPTED (\S+)", (tmp_path / "out").read_text()).group(1)
    assert client.get_training_job(job).state == v1.TrainingJob.RUNNING
    client.cancel_training_job(job)
