"""A real traind on a loopback port, which can be killed and started again where it was."""
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[3]
BINARY = pathlib.Path(os.environ.get("TRAIND_BINARY_DIR", SOURCE / "build/release"))


class TraindProcess:
    """`address` is HOST:PORT and stays the same over restarts."""

    def __init__(self, *flags):
        self._flags = flags
        self.data_dir = tempfile.mkdtemp(prefix="traind-test-")
        self.address = "127.0.0.1:0"
        self._process = None
        self.start()

    def start(self):
        self._process = subprocess.Popen(
            [
                BINARY / "traind",
                f"--grpc_address={self.address}",
                "--metrics_address=127.0.0.1:0",
                f"--data_dir={self.data_dir}",
                *self._flags,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        ready = self._process.stdout.readline()
        assert "grpc=" in ready, f"traind did not start: {ready!r}"
        self.address = ready.split("grpc=")[1].split()[0]

    def kill(self):
        """As a crash: SIGKILL."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._process.stdout.close()

    def close(self):
        self.kill()
        shutil.rmtree(self.data_dir, ignore_errors=True)
