"""Settings: every gap is told, all at once, and secrets never show."""

import base64
import re

import pytest

from config.settings import Settings, SettingsError

GOOD = {
    "DATABASE_URL": "postgresql+psycopg://portal_app:wachtwoord-a@db/portaal", "PUBLIC_URL": "https://portaal.example/",
    "SECRET_KEY": "s" * 32, "FILE_STORE_URL": "s3://emmer", "SMTP_URL": "smtp://u:wachtwoord-b@post.example?starttls=1",
    "CLAMD": "/run/clamd.ctl", "ZEGEL_DATABASE_URL": "postgresql://z:wachtwoord-c@db/p", "ZEGEL_KEY": "07" * 32,
    "MAIL_SENDER": "Samenportaal <portaal@voorbeeld.example>",
}
# What the demo and the tests may do without.
DEMO = {"PORTAL_ENV": "demo", "CLAMD": "", "ZEGEL_DATABASE_URL": "", "ZEGEL_KEY": "", "MAIL_SENDER": ""}


def gaps(**changes) -> str:
    env = {name: value for name, value in (GOOD | changes).items() if value is not None}
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment(env)
    return str(refused.value)


def test_a_complete_environment_is_read():
    settings = Settings.from_environment(GOOD)
    assert settings.environment == "productie" and settings.secure and not settings.is_demo
    assert settings.public_url == "https://portaal.example"
    assert settings.jobs_url == settings.database_url
    assert settings.upload_limit == 200 * 2**20
    assert settings.proxies == 0 and Settings.from_environment(GOOD | {"PROXIES": "2"}).proxies == 2
    assert settings.zegel_url == "postgresql+psycopg://z:wachtwoord-c@db/p" and settings.zegel_key == b"\x07" * 32
    assert settings.mail_sender == GOOD["MAIL_SENDER"] and settings.oidc_secret("zwolle") is None


def test_the_demo_does_without_seals_and_a_sender_of_its_own():
    settings = Settings.from_environment(GOOD | DEMO)
    assert settings.zegel_url is None and settings.zegel_key is None
    assert settings.mail_sender == "Samenportaal <portaal@samenportaal.example>"


@pytest.mark.parametrize("name", ["DATABASE_URL", "PUBLIC_URL", "SECRET_KEY", "FILE_STORE_URL", "SMTP_URL", "CLAMD",
                                  "ZEGEL_DATABASE_URL", "ZEGEL_KEY", "MAIL_SENDER"])
@pytest.mark.parametrize("empty", [None, "", "   "])
def test_what_is_missing_is_named(name, empty):
    told = gaps(**{name: empty})
    assert f"{name} ontbreekt: " in told
    assert told.count("ontbreekt") == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"PORTAL_ENV": "staging"}, "PORTAL_ENV is productie, demo of test."),
        ({"DATABASE_URL": "mysql://db/x"}, "DATABASE_URL begint met postgresql://."),
        ({"DATABASE_URL": "db.example"}, "DATABASE_URL begint met postgresql://."),
        ({"DATABASE_JOBS_URL": "redis://db"}, "DATABASE_JOBS_URL begint met postgresql://."),
        ({"PUBLIC_URL": "portaal.example"}, "PUBLIC_URL begint met http:// of https://."),
        ({"PUBLIC_URL": "http://portaal.example"}, "PUBLIC_URL begint in productie met https://."),
        ({"SECRET_KEY": "kort"}, "SECRET_KEY is te kort: ten minste 32 tekens."),
        ({"FILE_STORE_URL": "/var/lib"}, "FILE_STORE_URL begint met file:// of s3:// of az:// of gs://."),
        ({"SMTP_URL": "post.example:25"}, "SMTP_URL begint met smtp:// of smtps://."),
        ({"SCAN_OPTIONAL": "1"}, "SCAN_OPTIONAL mag niet in productie."),
        ({"UPLOAD_LIMIT_MB": "veel"}, "UPLOAD_LIMIT_MB is een heel getal boven 0."),
        ({"UPLOAD_LIMIT_MB": "0"}, "UPLOAD_LIMIT_MB is een heel getal boven 0."),
        ({"GEZONDHEID_TOKEN": "kort"}, "GEZONDHEID_TOKEN is te kort: ten minste 32 tekens."),
        ({"PROXIES": "ja"}, "PROXIES is het aantal"),
        ({"PROXIES": "-1"}, "PROXIES is het aantal"),
        ({"ZEGEL_DATABASE_URL": "postgresql://z@db/p", "ZEGEL_KEY": "07"}, "ZEGEL_KEY is een sleutel van 32 bytes"),
        ({"ZEGEL_DATABASE_URL": "postgresql://z@db/p", "ZEGEL_KEY": "zz" * 32}, "ZEGEL_KEY is een sleutel van 32 bytes"),
        (DEMO | {"ZEGEL_KEY": "07" * 32}, "horen bij elkaar"),
        (DEMO | {"ZEGEL_DATABASE_URL": "postgresql://z@db/p"}, "horen bij elkaar"),
        ({"ZEGEL_PUBLIC_KEYS": "2024:kapot"}, "ZEGEL_PUBLIC_KEYS is een sleutel van 32 bytes"),
        ({"ZEGEL_PUBLIC_KEYS": "2024"}, "ZEGEL_PUBLIC_KEYS is een sleutel van 32 bytes"),
        ({"SECRET_KEY_FILE": "/bestaat/niet"}, "SECRET_KEY_FILE wijst naar een bestand dat wij niet kunnen lezen"),
    ],
)
def test_what_is_wrong_is_told(changes, sentence):
    assert sentence in gaps(**changes)


def test_all_gaps_come_in_one_message():
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({"PORTAL_ENV": "x", "UPLOAD_LIMIT_MB": "x", "ZEGEL_KEY": "x"})
    told = str(refused.value)
    assert told.startswith("Het portaal kan niet starten. ")
    for name in ("PORTAL_ENV", "DATABASE_URL", "PUBLIC_URL", "SECRET_KEY", "FILE_STORE_URL", "SMTP_URL", "UPLOAD_LIMIT_MB",
                 "ZEGEL_KEY"):
        assert len(re.findall(rf"(?<![A-Z_]){name} (?:ontbreekt|is)", told)) == 1, name


def test_demo_and_test_need_no_scanner_and_no_https():
    for name in ("demo", "test"):
        settings = Settings.from_environment(GOOD | {"PORTAL_ENV": name, "PUBLIC_URL": "http://localhost:8000", "CLAMD": "",
                                                     "SCAN_OPTIONAL": "1"})
        assert settings.scan_optional and not settings.secure and settings.clamd is None


@pytest.mark.parametrize("written", ["postgres://u:p@h/d", "postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"])
def test_a_database_address_always_gets_our_driver(written):
    assert Settings.from_environment(GOOD | {"DATABASE_URL": written}).database_url == "postgresql+psycopg://u:p@h/d"


def test_a_sealing_key_may_be_hexadecimal_or_base64():
    raw = bytes(range(224, 256))
    pair = {"ZEGEL_DATABASE_URL": "postgresql://z@db/p"}
    for written in (raw.hex(), base64.urlsafe_b64encode(raw).decode().rstrip("=")):
        assert Settings.from_environment(GOOD | pair | {"ZEGEL_KEY": written}).zegel_key == raw


def test_keys_of_before_stay_known():
    settings = Settings.from_environment(GOOD | {
        "ZEGEL_PUBLIC_KEYS": f"2024:{'01' * 32}  2025:{'02' * 32}", "PREVIOUS_SECRET_KEYS": f"{'a' * 32} {'b' * 32}"})
    assert settings.zegel_public_keys == {"2024": b"\x01" * 32, "2025": b"\x02" * 32}
    assert settings.previous_secret_keys == (b"a" * 32, b"b" * 32)


def test_a_secret_may_stand_in_a_file(tmp_path):
    (tmp_path / "geheim").write_text("g" * 40 + "\n")
    settings = Settings.from_environment({n: v for n, v in GOOD.items() if n != "SECRET_KEY"} | {
        "SECRET_KEY_FILE": str(tmp_path / "geheim"), "OIDC_SECRET_ZWARTE_WATERLAND_FILE": str(tmp_path / "geheim")})
    assert settings.secret_key == b"g" * 40
    assert settings.oidc_secret("zwarte-waterland") == "g" * 40


def test_login_secrets_go_by_slug_with_one_for_the_rest():
    settings = Settings.from_environment(GOOD | {"OIDC_SECRET_OLST_WIJHE": "eigen", "OIDC_CLIENT_SECRET": "rest"})
    assert settings.oidc_secret("olst-wijhe") == "eigen" and settings.oidc_secret("zwolle") == "rest"


def test_printing_settings_shows_no_secret():
    settings = Settings.from_environment(GOOD | {
        "ZEGEL_DATABASE_URL": "postgresql://z:wachtwoord-c@db/p", "ZEGEL_KEY": "07" * 32, "OIDC_SECRET_ZWOLLE": "wachtwoord-d",
        "OIDC_CLIENT_SECRET": "wachtwoord-e", "PREVIOUS_SECRET_KEYS": "wachtwoord-f" * 3,
        "DATABASE_JOBS_URL": "postgresql://j:wachtwoord-g@db/p", "SECRET_KEY": "wachtwoord-h" * 3})
    shown = repr(settings)
    assert "wachtwoord" not in shown and repr(settings.zegel_key) not in shown
    assert "s3://emmer" in shown
