"""Mail: sent to a real SMTP server on this machine, and holding nothing of the case."""

import datetime
import ipaddress
import socket
import ssl
import uuid
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from bs4 import BeautifulSoup
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from portal.adapters import mail
from portal.adapters.mail import Mailer, MailRefused, MailUnavailable, render_mail
from portal.kernel import clock

SENDER = "Samenportaal (fictief) <portaal@zwolle.example>"
LINK = "https://portaal.example/berichten/7?van=mail&taal=nl"
FACTS = {
    "bericht": {"afzender": "Gemeente Zwolle (fictief)", "link": LINK},
    "inloglink": {"afzender": "Gemeente Zwolle (fictief)", "link": LINK, "minuten": 15, "waarvoor": "U vroeg om een link."},
    "uitnodiging": {
        "afzender": "Gemeente Zwolle (fictief)",
        "link": LINK,
        "organisatie": "De Linde (fictief)",
        "dagen": 14,
    },
    "volgnieuws": {
        "afzender": "Gemeente Zwolle (fictief)",
        "titel": "Samen koken (fictief)",
        "nieuws": "De gemeente zei ja. Bewoners en gemeente maken een afspraak.",
        "link": LINK,
        "stoppen": f"{LINK}&stop=ja",
    },
}
every_kind = pytest.mark.parametrize("kind", FACTS)


class Inbox:
    """An SMTP server that keeps what it gets, and answers as the test asks."""

    def __init__(self):
        self.received = []
        self.answer = "250 OK"
        self.seen_user = None

    async def handle_RCPT(self, server, session, envelope, address, options):  # the name is fixed by aiosmtpd
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server, session, envelope):
        self.received.append((envelope, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"

    def authenticate(self, server, session, envelope, mechanism, data):
        self.seen_user = (data.login.decode(), data.password.decode())
        return AuthResult(success=data.password == b"g@heim", handled=False)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def port(inbox):
    server = Controller(
        inbox,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=inbox.authenticate,
        auth_require_tls=False,
        enable_SMTPUTF8=True,
    )
    server.start()
    yield server.port
    server.stop()


def test_a_mail_arrives_whole(inbox, port):
    mailer = Mailer(f"smtp://127.0.0.1:{port}", SENDER)
    outbox_id = uuid.uuid4()
    words = render_mail("bericht", **FACTS["bericht"])
    sent_id = mailer.message_id(outbox_id)
    mailer.send("Zorggroep De Linde <info@linde.example>", words.subject, words.text, words.html, message_id=sent_id)
    envelope, message = inbox.received[0]
    assert envelope.rcpt_tos == ["info@linde.example"]
    assert message["Subject"] == "Er staat een bericht voor u klaar"
    assert message["From"].addresses[0].display_name == "Samenportaal (fictief)"
    assert message["Message-ID"] == f"<{outbox_id}@zwolle.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert abs((message["Date"].datetime - clock.now()).total_seconds()) < 60
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert LINK in message.get_body(("plain",)).get_content()


def test_a_second_attempt_has_the_same_message_id(inbox, port):
    outbox_id = uuid.uuid4()
    for _ in range(2):
        mailer = Mailer(f"smtp://127.0.0.1:{port}", SENDER)
        mailer.send("info@linde.example", "Bericht", "Tekst", message_id=mailer.message_id(outbox_id))
    assert inbox.received[0][1]["Message-ID"] == inbox.received[1][1]["Message-ID"]


def test_a_text_mail_has_one_part(inbox, port):
    Mailer(f"smtp://127.0.0.1:{port}", SENDER).send("a@b.example", "Kop – é", "Eén regel", message_id="<1@b.example>")
    message = inbox.received[0][1]
    assert not message.is_multipart()
    assert message["Subject"] == "Kop – é" and "Eén regel" in message.get_content()


@pytest.mark.parametrize(
    "to",
    [
        "a@b.example\r\nBcc: c@d.example",
        "a@b.example\nBcc: c@d.example",
        "a@b.example, c@d.example",
        "groep: a@b.example, c@d.example;",
        "groep: a@b.example;",
        "",
        "a@",
        "@b.example",
        "geen adres",
    ],
)
def test_only_one_plain_address(inbox, port, to):
    with pytest.raises(MailRefused):
        Mailer(f"smtp://127.0.0.1:{port}", SENDER).send(to, "Kop", "Tekst", message_id="<1@b.example>")
    assert inbox.received == []


@pytest.mark.parametrize("field", ["subject", "message_id"])
@pytest.mark.parametrize("evil", ["Kop\r\nBcc: c@d.example", "Kop\nX: y", "Kop\x00", "Kop\u2028Bcc: c@d.example"])
def test_no_second_header_in_a_header(inbox, port, field, evil):
    words = {"subject": "Kop", "message_id": "<1@b.example>"} | {field: evil}
    with pytest.raises(MailRefused):
        Mailer(f"smtp://127.0.0.1:{port}", SENDER).send("a@b.example", text="Tekst", **words)
    assert inbox.received == []


@pytest.mark.parametrize(
    ("answer", "error"), [("550 onbekend", MailRefused), ("451 later", MailUnavailable), ("421 dicht", MailUnavailable)]
)
def test_the_answer_of_the_server_says_whether_to_try_again(inbox, port, answer, error):
    inbox.answer = answer
    with pytest.raises(error):
        Mailer(f"smtp://127.0.0.1:{port}", SENDER).send("a@b.example", "Kop", "Tekst", message_id="<1@b.example>")
    assert inbox.received == []


def test_no_server_means_later():
    with pytest.raises(MailUnavailable):
        Mailer(f"smtp://127.0.0.1:{free_port()}", SENDER, timeout=2).send(
            "a@b.example", "Kop", "Tekst", message_id="<1@b.example>"
        )


def test_a_server_that_says_nothing_is_given_up():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mailer = Mailer(f"smtp://127.0.0.1:{silent.getsockname()[1]}", SENDER, timeout=0.3)
        with pytest.raises(MailUnavailable):
            mailer.send("a@b.example", "Kop", "Tekst", message_id="<1@b.example>")


def test_a_server_without_starttls_is_refused_when_it_is_asked(inbox, port):
    mailer = Mailer(f"smtp://127.0.0.1:{port}?starttls=1", SENDER, timeout=2)
    with pytest.raises(MailRefused):
        mailer.send("a@b.example", "Kop", "Tekst", message_id="<1@b.example>")
    assert inbox.received == []


def test_user_and_password_come_from_the_address(inbox, port):
    Mailer(f"smtp://portaal:g%40heim@127.0.0.1:{port}", SENDER).send(
        "a@b.example", "Kop", "Tekst", message_id="<1@b.example>"
    )
    assert inbox.seen_user == ("portaal", "g@heim") and len(inbox.received) == 1
    with pytest.raises(MailUnavailable):
        Mailer(f"smtp://portaal:fout@127.0.0.1:{port}", SENDER).send(
            "a@b.example", "Kop", "Tekst", message_id="<1@b.example>"
        )


@pytest.fixture
def certificate(tmp_path):
    """A certificate for 127.0.0.1 that signs itself, and the key beside it in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail (fictief)")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "mail.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
@pytest.mark.parametrize("trusted", [True, False])
def test_tls_with_a_certificate_that_is_checked(inbox, certificate, monkeypatch, scheme, trusted):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    tls = {"ssl_context": context} if scheme == "smtps" else {"tls_context": context, "require_starttls": True}
    server = Controller(inbox, hostname="127.0.0.1", port=free_port(), **tls)

    def knock():
        trusting = ssl.create_default_context(cafile=certificate)
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as line:
            with trusting.wrap_socket(line, server_hostname="127.0.0.1") as greeted:
                greeted.recv(100)

    if scheme == "smtps":
        # The controller tries its own server before it reports ready, and must trust it for that.
        monkeypatch.setattr(server, "_trigger_server", knock)
    server.start()
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    options = "" if scheme == "smtps" else "?starttls=1"
    try:
        mailer = Mailer(f"{scheme}://127.0.0.1:{server.port}{options}", SENDER, timeout=5)
        if trusted:
            mailer.send("a@b.example", "Kop", "Tekst", message_id="<1@b.example>")
        else:
            with pytest.raises(MailUnavailable):
                mailer.send("a@b.example", "Kop", "Tekst", message_id="<1@b.example>")
    finally:
        server.stop()
    assert len(inbox.received) == (1 if trusted else 0)


@pytest.mark.parametrize(
    "url",
    ["http://mail.example", "smtp://", "smtp://mail.example?tls=1", "smtp://u:p@mail.example", "mail.example:25"],
)
def test_a_wrong_server_address_is_refused_at_the_start(url):
    with pytest.raises(ValueError, match=r"mailserver"):
        Mailer(url, SENDER)


def test_every_kind_has_both_templates():
    on_disk = {path.name for path in (mail.PORTAL / "templates" / "mail").iterdir()} - {"_mail.html"}
    assert on_disk == {f"{kind}.{ending}" for kind in mail.KINDS for ending in ("txt", "html")}
    assert set(FACTS) == set(mail.KINDS)


@every_kind
def test_words_hold_the_link_and_nothing_that_loads(kind):
    words = render_mail(kind, **FACTS[kind])
    page = BeautifulSoup(words.html, "html5lib")
    assert [a["href"] for a in page.find_all("a")] == [LINK]
    assert page.html["lang"] == "nl" and page.title.string == words.subject == page.h1.string
    assert not page.find_all(["img", "script", "link", "iframe", "form", "style"])
    assert LINK in words.text and "\n" not in words.subject
    assert "Gemeente Zwolle (fictief)" in words.text
    assert "{{" not in words.text + words.html


@every_kind
def test_markup_in_a_name_stays_text(kind):
    words = render_mail(kind, **FACTS[kind] | {"afzender": "<b>{{ 7*7 }}</b> 100%s"})
    assert "&lt;b&gt;{{ 7*7 }}&lt;/b&gt; 100%s" in words.html
    assert "<b>{{ 7*7 }}</b> 100%s" in words.text


@pytest.mark.parametrize(
    "change",
    [
        {"onderwerp": "Uw aanvraag beschermd wonen"},
        {"link": "javascript:alert(1)"},
        {"link": "http://portaal.example/"},
        {"link": "https://portaal.example@kwaad.example/"},
        {"link": "https://portaal.example/ x"},
        {"afzender": "Zwolle\nBel dit nummer"},
    ],
)
def test_a_mail_says_no_more_than_its_kind(change):
    with pytest.raises(MailRefused):
        render_mail("bericht", **FACTS["bericht"] | change)


def test_a_mail_says_no_less_than_its_kind():
    with pytest.raises(MailRefused):
        render_mail("inloglink", afzender="Zwolle", waarvoor="U vroeg om een link.", link=LINK)
