"""traind from Python.

`traind.Client` is the plain client and `traind.aio.Client` its asyncio twin; `traind.keras` and `traind.sklearn` are
faces that Keras's and scikit-learn's users know. `traind.v1` has the messages of the wire contract.
"""
from traind.client import Client, default_client, set_default_client
from traind.connection import Connection, Tls
from traind.errors import *

__version__ = "0.1.0"
