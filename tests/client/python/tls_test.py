"""TLS and mTLS against a server that speaks it."""
import subprocess

import pytest
from traind_process import TraindProcess

import traind


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def authority(folder, name):
    openssl(
        folder,
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
        "-subj",
        f"/CN={name}",
        "-keyout",
        f"{name}.key",
        "-out",
        f"{name}.pem",
    )


def certificate(folder, name, by, alternatives):
    openssl(
        folder,
        "req",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-subj",
        f"/CN={name}",
        "-keyout",
        f"{name}.key",
        "-out",
        f"{name}.csr",
    )
    (folder / f"{name}.ext").write_text(f"subjectAltName={alternatives}\n")
    openssl(
        folder,
        "x509",
        "-req",
        "-in",
        f"{name}.csr",
        "-CA",
        f"{by}.pem",
        "-CAkey",
        f"{by}.key",
        "-CAcreateserial",
        "-days",
        "2",
        "-extfile",
        f"{name}.ext",
        "-out",
        f"{name}.pem",
    )


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    for name in ("ca", "stranger"):
        authority(folder, name)
    certificate(folder, "server", "ca", "DNS:traind.example,DNS:localhost,IP:127.0.0.1")
    certificate(folder, "elsewhere", "ca", "DNS:traind.example")
    certificate(folder, "client", "ca", "DNS:client")
    certificate(folder, "impostor", "stranger", "DNS:client")
    return folder


@pytest.fixture(scope="module")
def server(files):
    process = TraindProcess(f"--tls_certificate={files}/server.pem", f"--tls_private_key={files}/server.key")
    yield process
    process.close()


def health(address, **options):
    with traind.Client(address, connect_timeout=0.5, **options) as client:
        return client.check_health()


def test_a_client_that_knows_the_authority(server, files, monkeypatch):
    assert health(server.address, tls=traind.Tls(ca=files / "ca.pem")) == "SERVING"
    monkeypatch.setenv("TRAIND_TLS_CA", str(files / "ca.pem"))
    assert health(server.address) == "SERVING"


def test_one_that_does_not_is_told(server, files):
    for tls in (traind.Tls(ca=files / "stranger.pem"), True):
        with pytest.raises(traind.Unavailable, match="certificate is not signed by"):
            health(server.address, tls=tls)


def test_plaintext_is_refused(server):
    with pytest.raises(traind.Unavailable, match="does the server speak TLS"):
        health(server.address, tls=False)


def test_tls_to_a_server_without_it(own_server, files):
    with pytest.raises(traind.Unavailable, match="does not speak TLS"):
        health(own_server.address, tls=traind.Tls(ca=files / "ca.pem"))


def test_the_name_in_the_certificate_counts(files):
    process = TraindProcess(f"--tls_certificate={files}/elsewhere.pem", f"--tls_private_key={files}/elsewhere.key")
    with pytest.raises(traind.Unavailable, match="for other names"):
        health(process.address, tls=traind.Tls(ca=files / "ca.pem"))
    assert health(process.address, tls=traind.Tls(ca=files / "ca.pem", server_name="traind.example")) == "SERVING"
    process.close()


def test_a_server_that_asks_for_the_client_s_certificate(files):
    process = TraindProcess(
        f"--tls_certificate={files}/server.pem",
        f"--tls_private_key={files}/server.key",
        f"--tls_client_ca={files}/ca.pem",
    )
    own = traind.Tls(ca=files / "ca.pem", certificate=files / "client.pem", private_key=files / "client.key")
    assert health(process.address, tls=own) == "SERVING"
    for wrong in (
        traind.Tls(ca=files / "ca.pem"),
        traind.Tls(ca=files / "ca.pem", certificate=files / "impostor.pem", private_key=files / "impostor.key"),
    ):
        with pytest.raises(traind.Unavailable, match="ask for a certificate"):
            health(process.address, tls=wrong)
    process.close()
