"""Throwaway certificates: an authority, and the parties it names."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from jukinet.transport.tls import TlsFiles

LONG = timedelta(days=30)


class Authority:
    """A CA with a directory of its own; ``issue`` writes a certificate and its key there."""

    def __init__(self, directory: Path, name: str = "test authority") -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(name)
        now = datetime.now(UTC)
        certificate = (
            _builder(self._name, self._name, self._key, now, now + LONG)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.ca = directory / "ca.pem"
        self.ca.write_bytes(_pem(certificate))

    def issue(
        self,
        name: str,
        *uris: str,
        dns: Iterable[str] = ("localhost",),
        ends: datetime | None = None,
        ca: Path | None = None,
    ) -> TlsFiles:
        """A certificate for both ends of TLS with these URI SANs. Issuing a name again replaces its files.

        ``ca`` is whom the holder trusts, if not this authority.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        names: list[x509.GeneralName] = [x509.UniformResourceIdentifier(uri) for uri in uris]
        names += [x509.DNSName(host) for host in dns]
        names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
        now = datetime.now(UTC)
        certificate = (
            _builder(_name(name), self._name, key, now, ends or now + LONG)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]),
                critical=False,
            )
            .sign(self._key, hashes.SHA256())
        )
        files = TlsFiles(self.directory / f"{name}.pem", self.directory / f"{name}.key", ca or self.ca)
        _replace(files.key, _private(key))
        _replace(files.cert, _pem(certificate))
        return files


def serial_of(pem: Path) -> int:
    """The serial number of a certificate file."""
    return x509.load_pem_x509_certificate(pem.read_bytes()).serial_number


def serial_of_der(der: bytes) -> int:
    return x509.load_der_x509_certificate(der).serial_number


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(ends)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_suffix(path.suffix + ".new")
    temporary.touch(mode=0o600)
    temporary.write_bytes(content)
    temporary.replace(path)
