"""A real traind and a real Prometheus that scrapes it, on loopback, each with a folder of its own that goes with it."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

SOURCE = pathlib.Path(__file__).resolve().parents[3]
START_SECONDS = 60

# Whatever proxy the environment names, it is none for this machine.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def get(url):
    """The body that a GET of `url` answers."""
    with _opener.open(url, timeout=30) as answer:
        return answer.read().decode()


def wait_for(what, seconds=START_SECONDS):
    """Calls `what` until it returns something true, and returns that; None if nothing came of it in time."""
    until = time.monotonic() + seconds
    while True:
        try:
            if found := what():
                return found
        except (OSError, urllib.error.URLError):
            pass
        if time.monotonic() > until:
            return None
        time.sleep(0.1)


@contextlib.contextmanager
def process(command, log):
    """Runs `command` with its output in `log`; at the end it gets SIGTERM."""
    with open(log, "w") as output:
        running = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield running
    finally:
        running.terminate()
        try:
            running.wait(30)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


class Traind:
    """`binaries` is the folder of traind and trainctl. To be entered with `with`."""

    def __init__(self, binaries):
        self._binaries = pathlib.Path(binaries)
        self._exit = contextlib.ExitStack()

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            self.folder = pathlib.Path(folder)
            log = self.folder / "log"
            stack.enter_context(process([
                self._binaries / "traind", "--grpc_address=127.0.0.1:0", "--metrics_address=127.0.0.1:0",
                f"--data_dir={folder}/data"], log))
            ready = wait_for(lambda: re.search(r"ready grpc=(\S+) metrics=(\S+)", log.read_text()))
            if not ready:
                raise RuntimeError(f"traind does not start:\n{log.read_text()}")
            self.grpc, self.metrics = ready.groups()
            self._exit = stack.pop_all()
        return self

    def __exit__(self, *error):
        return self._exit.__exit__(*error)

    def command(self, *arguments):
        """A trainctl command line."""
        return [self._binaries / "trainctl", "--server", self.grpc, *arguments]

    def call(self, *arguments):
        """Runs trainctl, whether what it asks for succeeds or not."""
        return subprocess.run(self.command(*arguments), env=os.environ | {"no_proxy": "127.0.0.1"}, text=True,
                              capture_output=True, check=False)

    def page(self):
        return get(f"http://{self.metrics}/metrics")


class Prometheus:
    """Debian's, with the rules of deploy/prometheus, which scrapes `target` and judges every second."""

    def __init__(self, target):
        self._target = target

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
            config = (SOURCE / "deploy/prometheus/prometheus.yml").read_text()
            config, changed = re.subn(r"_interval: \w+", "_interval: 1s", config)
            assert changed == 2, config
            (folder / "prometheus.yml").write_text(config)
            (folder / "targets.yml").write_text(f"- targets: ['{self._target}']\n")
            shutil.copytree(SOURCE / "deploy/prometheus/rules", folder / "rules")
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.address = f"127.0.0.1:{free.getsockname()[1]}"
            stack.enter_context(process([
                "prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
                f"--web.listen-address={self.address}"], folder / "log"))
            if not wait_for(lambda: "Ready" in get(f"http://{self.address}/-/ready")):
                raise RuntimeError(f"Prometheus does not start:\n{(folder / 'log').read_text()}")
            self._exit = stack.pop_all()
        return self

    def __exit__(self, *error):
        return self._exit.__exit__(*error)

    def api(self, path, **parameters):
        """The `data` of an answer of its HTTP API."""
        answer = json.loads(get(f"http://{self.address}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"))
        assert answer["status"] == "success", answer
        return answer["data"]

    def values(self, query):
        """What a query gives now, without what is no number."""
        samples = self.api("query", query=query)["result"]
        return [float(sample["value"][1]) for sample in samples if sample["value"][1] != "NaN"]
