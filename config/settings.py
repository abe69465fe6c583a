"""Settings from the environment, typed and checked at start: all gaps are told at once."""

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from click import ClickException


class SettingsError(ClickException):
    """One sentence per gap; `flask` prints it without a trace."""


def _hidden(**options):
    """A value that never shows where settings are printed: a secret, or an address with a password."""
    return field(repr=False, **options)


@dataclass(frozen=True)
class Settings:
    """Everything the portal needs to know about where it runs."""

    database_url: str = _hidden()
    jobs_url: str = _hidden()
    zegel_url: str | None = _hidden()
    file_store_url: str
    smtp_url: str = _hidden()
    mail_sender: str
    public_url: str
    secret_key: bytes = _hidden()
    previous_secret_keys: tuple[bytes, ...] = _hidden()
    # Ed25519, 32 bytes. The id goes with every signature; `zegel_public_keys` holds the keys of before, by their id.
    zegel_key: bytes | None = _hidden()
    zegel_key_id: str
    environment: str
    clamd: str | None
    scan_optional: bool
    oidc_secrets: Mapping[str, str] = _hidden()
    oidc_secret_default: str | None = _hidden()
    upload_limit: int
    # Who shows it hears how every part of the portal stands; without it only the command line tells.
    gezondheid_token: str | None = _hidden(default=None)
    # How many proxies of our own stand before the portal; only what they add to X-Forwarded-For is believed.
    proxies: int = 0
    zegel_public_keys: Mapping[str, bytes] = field(default_factory=dict)
    # What closes citizen service numbers: 32 bytes by name, the first one closes; and what they are found by. Both or neither.
    bsn_keys: Mapping[str, bytes] = _hidden(default_factory=dict)
    bsn_search_key: bytes | None = _hidden(default=None)

    @property
    def is_demo(self) -> bool:
        """Demo: invented people, a movable clock, a banner on every page."""
        return self.environment == "demo"

    @property
    def secure(self) -> bool:
        """https outside: then cookies carry `__Host-` and HSTS is sent."""
        return urlsplit(self.public_url).scheme == "https"

    def oidc_secret(self, slug: str) -> str | None:
        """The client secret of one login provider."""
        return self.oidc_secrets.get(slug, self.oidc_secret_default)

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read and check; raises SettingsError with every gap in one message.

        A value may also stand in a file: `SECRET_KEY_FILE=/run/secrets/key` gives SECRET_KEY.
        """
        read = _Reader(env)
        environment = read.get("PORTAL_ENV", "productie")
        if environment not in ("productie", "demo", "test"):
            read.gaps.append("PORTAL_ENV is productie, demo of test.")
        production = environment == "productie"
        database_url = read.database("DATABASE_URL", "het adres van de database, als rol portal_app")
        jobs_url = read.database("DATABASE_JOBS_URL")
        zegel_url = read.database("ZEGEL_DATABASE_URL")
        zegel_key = read.key("ZEGEL_KEY", read.get("ZEGEL_KEY"))
        public_url = read.url("PUBLIC_URL", "het adres waarop mensen het portaal bezoeken", "http", "https")
        file_store = read.url("FILE_STORE_URL", "waar bestanden staan, zoals file:///var/lib/portaal of s3://emmer",
                              "file", "s3", "az", "gs")
        smtp = read.url("SMTP_URL", "de mailserver, zoals smtp://127.0.0.1:25", "smtp", "smtps")
        secret = read.need("SECRET_KEY", "een willekeurig geheim van ten minste 32 tekens")
        if secret and len(secret) < 32:
            read.gaps.append("SECRET_KEY is te kort: ten minste 32 tekens.")
        clamd = read.get("CLAMD") or None
        scan_optional = read.get("SCAN_OPTIONAL") == "1"
        sender = read.get("MAIL_SENDER")
        if production:
            read.need("ZEGEL_DATABASE_URL", "het adres van de database, als rol portal_zegel, om de historie te verzegelen")
            read.need("ZEGEL_KEY", "de sleutel waarmee het portaal de historie verzegelt")
            read.need("MAIL_SENDER", "wie de mail verstuurt, zoals Samenportaal <portaal@uw-gemeente.nl>")
            if urlsplit(public_url).scheme == "http":
                read.gaps.append("PUBLIC_URL begint in productie met https://.")
            if not clamd:
                read.gaps.append("CLAMD ontbreekt: het adres van de virusscanner (pad of host:poort).")
            if scan_optional:
                read.gaps.append("SCAN_OPTIONAL mag niet in productie.")
        elif bool(zegel_url) != bool(read.get("ZEGEL_KEY")):
            read.gaps.append("ZEGEL_DATABASE_URL en ZEGEL_KEY horen bij elkaar: geef ze allebei.")
        gezondheid_token = read.get("GEZONDHEID_TOKEN") or None
        if gezondheid_token and len(gezondheid_token) < 32:
            read.gaps.append("GEZONDHEID_TOKEN is te kort: ten minste 32 tekens.")
        bsn_keys, bsn_search_key = read.keys("BSN_SLEUTELS"), read.key("BSN_ZOEKSLEUTEL", read.get("BSN_ZOEKSLEUTEL"))
        if bool(bsn_keys) != bool(bsn_search_key):
            read.gaps.append("BSN_SLEUTELS en BSN_ZOEKSLEUTEL horen bij elkaar: geef ze allebei.")
        limit = read.get("UPLOAD_LIMIT_MB", "200")
        if not (limit.isascii() and limit.isdecimal() and int(limit) > 0):
            read.gaps.append("UPLOAD_LIMIT_MB is een heel getal boven 0.")
            limit = "0"
        proxies = read.get("PROXIES", "0")
        if not (proxies.isascii() and proxies.isdecimal() and int(proxies) < 10):
            read.gaps.append("PROXIES is het aantal eigen proxy's voor het portaal: 0 tot en met 9.")
            proxies = "0"
        prefix = "OIDC_SECRET_"
        names = {name.removesuffix("_FILE") for name in env if name.startswith(prefix)}
        settings = cls(
            database_url=database_url, jobs_url=jobs_url or database_url, zegel_url=zegel_url or None,
            file_store_url=file_store, smtp_url=smtp,
            mail_sender=sender or "Samenportaal <portaal@samenportaal.example>",
            public_url=public_url.rstrip("/"), secret_key=secret.encode(),
            previous_secret_keys=tuple(k.encode() for k in read.get("PREVIOUS_SECRET_KEYS").split()),
            zegel_key=zegel_key, zegel_key_id=read.get("ZEGEL_KEY_ID", "1"),
            zegel_public_keys=read.keys("ZEGEL_PUBLIC_KEYS"), bsn_keys=bsn_keys, bsn_search_key=bsn_search_key,
            environment=environment, clamd=clamd, scan_optional=scan_optional, upload_limit=int(limit) * 1024 * 1024,
            proxies=int(proxies),
            oidc_secrets={name[len(prefix):].lower().replace("_", "-"): read.get(name) for name in sorted(names)},
            oidc_secret_default=read.get("OIDC_CLIENT_SECRET") or None, gezondheid_token=gezondheid_token,
        )
        if read.gaps:
            raise SettingsError("Het portaal kan niet starten. " + " ".join(read.gaps))
        return settings


class _Reader:
    """Reads values and gathers what is wrong with them."""

    def __init__(self, env: Mapping[str, str]):
        self._env = env
        self.gaps: list[str] = []

    def get(self, name: str, default: str = "") -> str:
        if path := self._env.get(f"{name}_FILE"):
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                gap = f"{name}_FILE wijst naar een bestand dat wij niet kunnen lezen: {path}."
                self.gaps += [] if gap in self.gaps else [gap]
                return ""
        return self._env.get(name, "").strip() or default

    def need(self, name: str, why: str) -> str:
        value = self.get(name)
        if not value:
            self.gaps.append(f"{name} ontbreekt: {why}.")
        return value

    def url(self, name: str, why: str, *schemes: str) -> str:
        value = self.need(name, why)
        if value and urlsplit(value).scheme not in schemes:
            self.gaps.append(f"{name} begint met {' of '.join(f'{scheme}://' for scheme in schemes)}.")
        return value

    def database(self, name: str, why: str | None = None) -> str:
        """The address with the driver that the portal uses, however the operator wrote it."""
        value = self.need(name, why) if why else self.get(name)
        scheme, found, rest = value.partition("://")
        if value and (not found or scheme not in ("postgresql", "postgres", "postgresql+psycopg")):
            self.gaps.append(f"{name} begint met postgresql://.")
        return f"postgresql+psycopg://{rest}" if found else ""

    def key(self, name: str, value: str) -> bytes | None:
        """32 bytes, in hexadecimal or in base64 for URLs."""
        if not value:
            return None
        try:
            raw = bytes.fromhex(value) if len(value) == 64 else base64.b64decode(value + "=", b"-_", validate=True)
        except ValueError:
            raw = b""
        if len(raw) != 32:
            self.gaps.append(f"{name} is een sleutel van 32 bytes: 64 hexadecimale tekens of 43 tekens base64.")
            return None
        return raw

    def keys(self, name: str) -> dict[str, bytes]:
        """`id:key id:key`: the public keys that signed before."""
        pairs = [word.partition(":") for word in self.get(name).split()]
        return {key_id: key for key_id, _, value in pairs if (key := self.key(name, value or "-"))}
