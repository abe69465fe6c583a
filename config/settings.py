"""Settings from the environment, typed and checked at start: all gaps are told at once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit


class SettingsError(Exception):
    """One sentence per gap."""


@dataclass(frozen=True)
class Settings:
    """Everything the portal needs to know about where it runs."""

    database_url: str
    jobs_url: str
    zegel_url: str | None
    file_store_url: str
    smtp_url: str
    mail_sender: str
    public_url: str
    secret_key: bytes
    previous_secret_keys: tuple[bytes, ...]
    zegel_key: bytes | None
    zegel_key_id: str
    environment: str
    clamd: str | None
    scan_optional: bool
    oidc_secrets: Mapping[str, str] = field(repr=False)
    oidc_secret_default: str | None = field(repr=False)
    upload_limit: int

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
        """Read and check; raises SettingsError with every gap in one message."""
        gaps: list[str] = []

        def need(name: str, why: str) -> str:
            value = env.get(name, "").strip()
            if not value:
                gaps.append(f"{name} ontbreekt: {why}.")
            return value

        environment = env.get("PORTAL_ENV", "productie")
        if environment not in ("productie", "demo", "test"):
            gaps.append("PORTAL_ENV is productie, demo of test.")
        database_url = need("DATABASE_URL", "het adres van de database, als rol portal_app")
        public_url = need("PUBLIC_URL", "het adres waarop mensen het portaal bezoeken")
        secret = need("SECRET_KEY", "een willekeurig geheim van ten minste 32 tekens")
        if secret and len(secret) < 32:
            gaps.append("SECRET_KEY is te kort: ten minste 32 tekens.")
        file_store = need("FILE_STORE_URL", "waar bestanden staan, zoals file:///var/lib/portaal of s3://emmer")
        smtp = need("SMTP_URL", "de mailserver, zoals smtp://127.0.0.1:25")
        if public_url and urlsplit(public_url).scheme not in ("http", "https"):
            gaps.append("PUBLIC_URL begint met https:// (of http:// op de eigen computer).")
        if environment == "productie" and public_url and urlsplit(public_url).scheme != "https":
            gaps.append("PUBLIC_URL begint in productie met https://.")
        clamd = env.get("CLAMD") or None
        scan_optional = env.get("SCAN_OPTIONAL") == "1"
        if environment == "productie" and not clamd:
            gaps.append("CLAMD ontbreekt: het adres van de virusscanner (pad of host:poort).")
        if environment == "productie" and scan_optional:
            gaps.append("SCAN_OPTIONAL mag niet in productie.")
        try:
            limit = int(env.get("UPLOAD_LIMIT_MB", "200")) * 1024 * 1024
        except ValueError:
            gaps.append("UPLOAD_LIMIT_MB is een heel getal.")
            limit = 0
        zegel_key = env.get("ZEGEL_KEY")
        if zegel_key:
            try:
                if len(bytes.fromhex(zegel_key)) != 32:
                    raise ValueError
            except ValueError:
                gaps.append("ZEGEL_KEY is een Ed25519-sleutel van 64 hexadecimale tekens.")
                zegel_key = None
        if gaps:
            raise SettingsError("Het portaal kan niet starten. " + " ".join(gaps))
        prefix = "OIDC_SECRET_"
        return cls(
            database_url=database_url, jobs_url=env.get("DATABASE_JOBS_URL") or database_url,
            zegel_url=env.get("ZEGEL_DATABASE_URL"), file_store_url=file_store, smtp_url=smtp,
            mail_sender=env.get("MAIL_SENDER", "Samenportaal <portaal@samenportaal.example>"),
            public_url=public_url.rstrip("/"), secret_key=secret.encode(),
            previous_secret_keys=tuple(k.encode() for k in env.get("PREVIOUS_SECRET_KEYS", "").split() if k),
            zegel_key=bytes.fromhex(zegel_key) if zegel_key else None, zegel_key_id=env.get("ZEGEL_KEY_ID", "1"),
            environment=environment, clamd=clamd, scan_optional=scan_optional, upload_limit=limit,
            oidc_secrets={k[len(prefix):].lower().replace("_", "-"): v for k, v in env.items() if k.startswith(prefix)},
            oidc_secret_default=env.get("OIDC_CLIENT_SECRET"),
        )
