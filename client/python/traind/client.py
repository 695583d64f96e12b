"""The plain client, which blocks until a call is answered."""
from __future__ import annotations

import os
import threading
from typing import Optional

from traind.api import Api
from traind.blocking import Blocking


class Client(Api):
    """A traind.

        with traind.Client("127.0.0.1:50051") as client:
            dataset = client.create_dataset_from_csv("digits", "digits.csv", label="label")
            job = client.create_training_job(spec, dataset=dataset.name)
            for event in client.watch_training_job(job.name):
                ...

    Connects at the first call and again when it has to. Safe to use from several threads at once; not across a fork.
    """

    def __init__(self, address: str = "", **options):
        super().__init__(address, **options)
        self._transport = Blocking(self.connection)
        self._run = self._transport.run
        self._iterate = self._transport.iterate

    def close(self) -> None:
        """Ends the connection, and with it every call under way."""
        self._transport.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_) -> None:
        self.close()


_lock = threading.Lock()
_default: Optional[Client] = None
_default_pid = 0


def default_client() -> Client:
    """The client that the Keras and scikit-learn faces use unless they are given one.

    It is made when first asked for, anew in every process, with the environment's TRAIND_SERVER and TRAIND_TOKEN.
    """
    global _default, _default_pid
    with _lock:
        if _default is None or _default_pid != os.getpid():
            _default = Client()
            _default_pid = os.getpid()
        return _default


def set_default_client(client: Optional[Client]) -> None:
    """Makes `client` what default_client() returns in this process; None: a new one, when next asked for."""
    global _default, _default_pid
    with _lock:
        _default = client
        _default_pid = os.getpid()
