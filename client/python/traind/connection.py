"""Where a traind is and how to reach it: address, TLS, token, and how long to wait."""
from __future__ import annotations

import dataclasses
import ipaddress
import os
import pathlib
from typing import Optional, Union

import grpc

DEFAULT_ADDRESS = "127.0.0.1:50051"

_CHANNEL_OPTIONS = [
    # 100,000 predictions with the probabilities of many classes.
    ("grpc.max_receive_message_length", 1 << 30),
    # gRPC's own default waits up to two minutes before it tries again to connect.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 1000),
    ("grpc.max_reconnect_backoff_ms", 5000),
]

PathLike = Union[str, "os.PathLike[str]"]


@dataclasses.dataclass(frozen=True)
class Tls:
    """An encrypted connection. All files are PEM; each may be left out.

    Attributes:
        ca: certificates of the authorities that the server's is checked against; None: the system's.
        certificate: the client's certificate, for a server that asks for one (mTLS), with its `private_key`.
        private_key: that of `certificate`.
        server_name: the name expected in the server's certificate, where it is not the address's.
    """

    ca: Optional[PathLike] = None
    certificate: Optional[PathLike] = None
    private_key: Optional[PathLike] = None
    server_name: Optional[str] = None

    def __post_init__(self):
        if (self.certificate is None) != (self.private_key is None):
            raise ValueError("Tls: certificate and private_key go together; give both or none")

    @classmethod
    def from_environment(cls) -> Optional["Tls"]:
        """What trainctl's variables say: TRAIND_TLS=1 for TLS, TRAIND_TLS_CA, TRAIND_TLS_CERTIFICATE,
        TRAIND_TLS_PRIVATE_KEY and TRAIND_TLS_SERVER_NAME for the fields, which imply it. None: no TLS."""
        given = {
            field.name: os.environ.get(f"TRAIND_TLS_{field.name.upper()}") or None for field in dataclasses.fields(cls)
        }
        return cls(**given) if _is_set("TRAIND_TLS") or any(given.values()) else None

    def credentials(self) -> grpc.ChannelCredentials:
        """Reads the files. OSError: one cannot be read."""
        ca, certificate, key = (
            None if path is None else pathlib.Path(path).read_bytes()
            for path in (self.ca, self.certificate, self.private_key)
        )
        return grpc.ssl_channel_credentials(root_certificates=ca, private_key=key, certificate_chain=certificate)


@dataclasses.dataclass(frozen=True)
class Connection:
    """What a client is told. Times are in seconds.

    Attributes:
        address: HOST:PORT, or any other name that gRPC resolves. Default: the environment's TRAIND_SERVER, or
            127.0.0.1:50051.
        token: sent as `authorization: Bearer TOKEN` with every call; "" for none. Default: what is in the file that the
            environment's TRAIND_TOKEN_FILE names, or else its TRAIND_TOKEN, or none.
        tls: encryption; True for the system's authorities, False for none. Default: what the environment says, by
            Tls.from_environment, or none.
        timeout: how long a unary call may take, attempts to reach the server included; then DEADLINE_EXCEEDED, or
            UNAVAILABLE if no attempt reached it.
        connect_timeout: how long a server that never answered this client is tried for.
        patience: how long a watch or an upload outlasts a server that is away: a restart, say.
        silence: a watch that brings neither an event nor a heartbeat for so long is given up as broken, and reopened.
        first_backoff, last_backoff: waits between attempts, doubled from the first to the last, each drawn from its
            upper half.
        token_in_clear: whether the token may go without TLS to another machine than this one. Default: whether the
            environment's TRAIND_TOKEN_IN_CLEAR says so.
    """

    address: str = ""
    token: Optional[str] = dataclasses.field(default=None, repr=False)
    tls: Union[Tls, None, bool] = None
    timeout: float = 30.0
    connect_timeout: float = 5.0
    patience: float = 120.0
    silence: float = 60.0
    first_backoff: float = 0.1
    last_backoff: float = 5.0
    token_in_clear: Optional[bool] = None

    def __post_init__(self):
        object.__setattr__(self, "address", self.address or os.environ.get("TRAIND_SERVER") or DEFAULT_ADDRESS)
        if self.token is None:
            object.__setattr__(self, "token", _token_of_environment())
        if self.token_in_clear is None:
            object.__setattr__(self, "token_in_clear", _is_set("TRAIND_TOKEN_IN_CLEAR"))
        if self.tls is None:
            object.__setattr__(self, "tls", Tls.from_environment())
        elif isinstance(self.tls, bool):
            object.__setattr__(self, "tls", Tls() if self.tls else None)
        for name in ("timeout", "connect_timeout", "patience", "silence", "first_backoff", "last_backoff"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name}: is {getattr(self, name)}; it must be above 0 seconds")
        if self.token and not all("!" <= character <= "~" for character in self.token):
            raise ValueError("token: has blanks, line ends or other characters that are not printable ASCII")
        if self.token and not self.tls and not self.token_in_clear and not _is_this_machine(self.address):
            raise ValueError(
                f"token: {self.address} is another machine and would get it without TLS, for everybody on the "
                "way to take; give tls=Tls(...), or token_in_clear=True if you trust the network"
            )

    @property
    def metadata(self):
        """What goes with every call."""
        return (("authorization", f"Bearer {self.token}"),) if self.token else ()

    def open(self, api):
        """A channel; `api` is `grpc` or `grpc.aio`. It connects at the first call."""
        options = list(_CHANNEL_OPTIONS)
        if _is_this_machine(self.address):
            # Through a proxy it would leave the machine, a token and all.
            options.append(("grpc.enable_http_proxy", 0))
        if self.tls is None:
            return api.insecure_channel(self.address, options=options)
        if self.tls.server_name:
            options.append(("grpc.ssl_target_name_override", self.tls.server_name))
        return api.secure_channel(self.address, self.tls.credentials(), options=options)

    def next_step(self, why: str) -> str:
        """What to do about a server that never answered, given what gRPC says of it. Of TLS that is what OpenSSL or the
        other side said, and no more."""
        if "certificate verify failed" in why:
            return (
                "TLS: the server's certificate is not signed by whom Tls(ca=...), or else the system, trusts, or has "
                "expired"
            )
        if "is not in peer certificate" in why:
            return (
                "TLS: the server's certificate is for other names; call it by one of them, or give Tls(server_name=...)"
            )
        if "wrong version number" in why:
            return "the server does not speak TLS: leave tls and TRAIND_TLS away"
        if "Socket closed" in why and not self.tls:
            return "does the server speak TLS? Then give tls=Tls(ca=...), or tls=True if the system trusts it"
        if "Socket closed" in why:
            return "TLS: does the server ask for a certificate? Then give one: Tls(certificate=..., private_key=...)"
        return "start a server with `traind --data_dir=DIR`, or name another by TRAIND_SERVER or the client's address"


def _is_set(variable: str) -> bool:
    return os.environ.get(variable, "").lower() not in ("", "0", "false", "off")


def _token_of_environment() -> Optional[str]:
    file = os.environ.get("TRAIND_TOKEN_FILE")
    return pathlib.Path(file).read_text().strip() if file else os.environ.get("TRAIND_TOKEN") or None


def _is_this_machine(address: str) -> bool:
    if address.startswith(("unix:", "unix-abstract:")):
        return True
    host = address.rpartition(":")[0].strip("[]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
