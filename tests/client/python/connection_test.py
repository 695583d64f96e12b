"""Address, token, TLS."""
import pathlib

import pytest

import traind
from traind import client as clients


def test_the_environment_is_read(monkeypatch, tmp_path):
    monkeypatch.setenv("TRAIND_SERVER", "127.0.0.1:7")
    monkeypatch.setenv("TRAIND_TOKEN", "secret")
    connection = traind.Connection()
    assert connection.address == "127.0.0.1:7" and connection.metadata == (("authorization", "Bearer secret"),)
    assert "secret" not in repr(connection)
    assert traind.Connection("127.0.0.1:8", token="").metadata == ()
    assert connection.tls is None
    (tmp_path / "token").write_text("of-a-file\n")
    monkeypatch.setenv("TRAIND_TOKEN_FILE", str(tmp_path / "token"))
    assert traind.Connection().token == "of-a-file"
    monkeypatch.setenv("TRAIND_TLS_CA", "ca.pem")
    monkeypatch.setenv("TRAIND_TLS_SERVER_NAME", "traind")
    assert traind.Connection().tls == traind.Tls(ca="ca.pem", server_name="traind")
    assert traind.Connection(tls=False).tls is None


def test_defaults():
    assert traind.Connection().address == "127.0.0.1:50051" and traind.Connection().metadata == ()


@pytest.mark.parametrize("address", ["127.0.0.1:1", "localhost:1", "[::1]:1", "unix:/tmp/a"])
def test_a_token_goes_to_this_machine_as_it_is(address):
    assert traind.Connection(address, token="secret").token == "secret"


def test_a_token_goes_to_no_other_machine_without_tls(monkeypatch):
    with pytest.raises(ValueError, match="without TLS"):
        traind.Connection("10.0.0.1:50051", token="secret")
    traind.Connection("10.0.0.1:50051", token="secret", token_in_clear=True)
    traind.Connection("10.0.0.1:50051", token="secret", tls=traind.Tls())
    monkeypatch.setenv("TRAIND_TOKEN_IN_CLEAR", "1")
    traind.Connection("10.0.0.1:50051", token="secret")


def test_a_token_that_cannot_be_sent_is_not_repeated():
    with pytest.raises(ValueError, match="printable ASCII") as raised:
        traind.Connection(token="my secret\n")
    assert "secret" not in str(raised.value)


def test_certificate_and_key_go_together():
    with pytest.raises(ValueError, match="go together"):
        traind.Tls(certificate="a.pem")
    with pytest.raises(FileNotFoundError):
        traind.Client("127.0.0.1:1", tls=traind.Tls(ca=pathlib.Path("/nowhere.pem")))


def test_waits_are_above_zero():
    with pytest.raises(ValueError, match="timeout: is 0; it must be above 0"):
        traind.Client("127.0.0.1:1", timeout=0)


def test_the_default_client_is_one_and_can_be_set(server, monkeypatch):
    monkeypatch.setenv("TRAIND_SERVER", server.address)
    traind.set_default_client(None)
    assert traind.default_client() is traind.default_client()
    assert traind.default_client().check_health() == "SERVING"
    monkeypatch.setattr(clients, "_default_pid", 0)  # as after a fork
    before = clients._default
    assert traind.default_client() is not before
    mine = traind.Client(server.address)
    traind.set_default_client(mine)
    assert traind.default_client() is mine
    traind.set_default_client(None)
