"""X.509 certificates for TLS between the parties of the network.

Owns what stands in a certificate. Who a party is, is the one URI among its alternative names; the host
names beside it only please ordinary TLS clients. All keys are EC P-256.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

BACKDATED = timedelta(hours=1)
"""Certificates and keys are valid a little before they are made, for peers whose clock is behind."""

LOCAL_HOSTS = ("localhost", "127.0.0.1")


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority in memory."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @classmethod
    def load(cls, key_pem: bytes, certificate_pem: bytes) -> Authority:
        """Raises ``ValueError`` if they are not the two halves of an authority."""
        key = load_pem_private_key(key_pem, password=None)
        certificate = x509.load_pem_x509_certificate(certificate_pem)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or certificate.public_key() != key.public_key():
            raise ValueError("must be an EC key and its certificate")
        return cls(key, certificate)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A party's key and certificate, as the contents of two files."""

    key_pem: bytes
    certificate_pem: bytes
    expires: datetime


def make_authority(name: str, now: datetime, lifetime: timedelta) -> Authority:
    """A self-signed authority that may sign leaves and nothing else."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(name)
    builder = _builder(subject, subject, key, now, now + lifetime)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_key_usage(ca=True), critical=True)
    return Authority(key, builder.sign(key, hashes.SHA256()))


def issue_leaf(
    authority: Authority,
    name: str,
    uri: str,
    now: datetime,
    lifetime: timedelta,
    *,
    hosts: Iterable[str] = (),
    serves: bool,
) -> Leaf:
    """A new key and its certificate for the party ``uri``; only one that ``serves`` may be a TLS server."""
    key = ec.generate_private_key(ec.SECP256R1())
    # A certificate that outlives its authority would fail on the day the authority ends, without a warning.
    expires = min(now + lifetime, authority.certificate.not_valid_after_utc)
    builder = _builder(_name(name), authority.certificate.subject, key, now, expires)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_key_usage(ca=False), critical=True)
    uses = [ExtendedKeyUsageOID.CLIENT_AUTH] + ([ExtendedKeyUsageOID.SERVER_AUTH] if serves else [])
    builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
    names = [x509.UniformResourceIdentifier(uri), *(_host_name(host) for host in dict.fromkeys(hosts))]
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False
    )
    certificate = builder.sign(authority.key, hashes.SHA256())
    key_pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Leaf(key_pem, certificate.public_bytes(Encoding.PEM), certificate.not_valid_after_utc)


def private_key_pem(authority: Authority) -> bytes:
    return authority.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def host_of(url: str) -> str:
    """The host name or address in a door's URL."""
    return urlsplit(url).hostname or ""


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    expires: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(expires)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _host_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _key_usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )
