"""Certificates that must not be trusted, signed by an authority that is."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

CONFIG = """
[ca]
default_ca = house
[house]
dir = {folder}
database = {folder}/index
new_certs_dir = {folder}
serial = {folder}/serial
certificate = {folder}/ca.pem
private_key = {folder}/ca.key
default_md = sha256
policy = anything
copy_extensions = copy
x509_extensions = leaf
[leaf]
authorityKeyIdentifier = keyid
subjectKeyIdentifier = hash
[anything]
commonName = supplied
"""
# What CPython 3.13 insists on (VERIFY_X509_STRICT); openssl adds the other extensions of an authority by itself.
SIGNS = ["-addext", "keyUsage=critical,keyCertSign,cRLSign"]
KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
LONG_AGO = ("20200101000000Z", "20200201000000Z")
LONG = ("20200101000000Z", "20991231000000Z")


class Authority:
    """Makes server certificates in ``folder``; ``file`` is what ``ca_file`` has to name to trust them."""

    def __init__(self, folder: Path) -> None:
        found = shutil.which("openssl")
        if found is None:
            pytest.skip("the openssl command makes the test certificates, and is not installed")
        self._openssl = found
        self._folder = folder
        self.file = folder / "ca.pem"
        (folder / "index").touch()
        (folder / "serial").write_text("01")
        (folder / "config").write_text(CONFIG.format(folder=folder))
        key = ["-keyout", str(folder / "ca.key"), "-out", str(self.file)]
        self._run("req", "-x509", *KEY, "-days", "9999", "-subj", "/CN=House Authority", *SIGNS, *key)

    def server(self, name: str, *, address: str, valid: tuple[str, str] = LONG) -> ssl.SSLContext:
        """A server's side of TLS with a certificate for ``address`` (``IP:127.0.0.1``), valid from and until."""
        key, request, public = (self._folder / f"{name}.{kind}" for kind in ("key", "csr", "crt"))
        subject = ["-subj", f"/CN={name}", "-addext", f"subjectAltName={address}"]
        self._run("req", *KEY, *subject, "-keyout", str(key), "-out", str(request))
        dates = ["-startdate", valid[0], "-enddate", valid[1]]
        config = ["-config", str(self._folder / "config")]
        self._run("ca", "-batch", *config, *dates, "-in", str(request), "-out", str(public), "-notext")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(public, key)
        return context

    def self_signed(self) -> ssl.SSLContext:
        """A server's side of TLS with a certificate for 127.0.0.1 that nobody else has signed."""
        key, public = self._folder / "own.key", self._folder / "own.crt"
        subject = ["-subj", "/CN=own", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
        self._run("req", "-x509", *KEY, *subject, "-keyout", str(key), "-out", str(public))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(public, key)
        return context

    def _run(self, *command: str) -> None:
        subprocess.run([self._openssl, *command], check=True, capture_output=True, cwd=self._folder)
