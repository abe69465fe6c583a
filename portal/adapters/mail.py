"""Mail that says a message waits, and never what it says; only of what everybody may read it says what happened.

`render_mail` makes the words, `Mailer.send` hands them to an SMTP server. A mail holds a link to a page with a button
and nothing of the case: mail boxes are shared, forwarded and scanned.
"""

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from portal.kernel import clock

PORTAL = Path(__file__).parent.parent
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

# What each kind of mail may say. A name outside this list is refused, so that no case content can slip in.
KINDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "bericht": frozenset({"afzender", "link"}),
        "inloglink": frozenset({"afzender", "link", "minuten", "waarvoor"}),
        "uitnodiging": frozenset({"afzender", "link", "organisatie", "dagen"}),
        # Of a page that everybody may read, to who asked for it.
        "volgnieuws": frozenset({"afzender", "titel", "nieuws", "link", "stoppen"}),
    }
)


class MailRefused(ValueError):
    """This mail can never be sent as it is: a bad address, a forbidden character, a refusal by the server (5xx)."""


class MailUnavailable(RuntimeError):
    """The server cannot take this mail now (no connection, 4xx): try again later with the same Message-ID."""


@dataclass(frozen=True)
class Mail:
    """The words of one mail: subject, plain text and HTML."""

    subject: str
    text: str
    html: str


def render_mail(kind: str, *, locale: str = "nl", **facts: str | int) -> Mail:
    """The words of a mail of this kind in this language.

    `facts` are exactly the names in KINDS[kind]; `link` is an absolute https address (http only on this machine).
    Raises MailRefused otherwise.
    """
    if (allowed := KINDS[kind]) != facts.keys():
        raise MailRefused(f"In een mail van de soort {kind} staat precies: {', '.join(sorted(allowed))}.")
    for fact in facts.values():
        _one_line(str(fact))
    _check_link(str(facts["link"]))
    words = _environment(locale)
    # The first line of the text is the subject, so that one file holds all words of a mail.
    subject, _, text = words.get_template(f"{kind}.txt").render(facts).partition("\n")
    html = words.get_template(f"{kind}.html").render(facts, subject=subject.strip(), language=locale.replace("_", "-"))
    return Mail(subject.strip(), text.strip() + "\n", html)


class Mailer:
    """Sends through one SMTP server.

    `smtp_url`: `smtp://[user:password@]host[:port][?starttls=1]` or `smtps://...`; `sender`: 'Name <address>' or an
    address. Timeouts are in seconds. A password over an open connection to another machine is refused.
    """

    def __init__(self, smtp_url: str, sender: str, *, timeout: float = 20.0):
        url = urlsplit(smtp_url)
        if url.scheme not in {"smtp", "smtps"} or not url.hostname:
            raise ValueError("Het adres van de mailserver begint met smtp:// of smtps:// en noemt een server.")
        options = parse_qs(url.query, keep_blank_values=True)
        if unknown := options.keys() - {"starttls"}:
            raise ValueError(f"De mailserver kent deze instelling niet: {', '.join(sorted(unknown))}.")
        self._tls = url.scheme == "smtps"
        self._starttls = options.get("starttls", ["0"])[-1] in {"1", "true"}
        self._host = url.hostname
        self._port = url.port or (465 if self._tls else 587 if self._starttls else 25)
        self._user = unquote(url.username or "")
        self._password = unquote(url.password or "")
        self._timeout = timeout
        if self._user and not (self._tls or self._starttls or self._host in LOOPBACK):
            raise ValueError("Een wachtwoord gaat alleen versleuteld naar de mailserver: gebruik smtps of starttls=1.")
        self._sender = _address(sender)

    def message_id(self, outbox_id: UUID) -> str:
        """The Message-ID of this outbox row: the same at every attempt, so that a second copy can be recognised."""
        return f"<{outbox_id}@{self._sender.domain}>"

    def send(self, to: str, subject: str, text: str, html: str | None = None, *, message_id: str) -> None:
        """Send one mail to one address.

        Raises MailRefused (never try again) or MailUnavailable (try again later).
        """
        message = self._message(to, subject, text, html, message_id)
        try:
            with self._connection() as server:
                server.send_message(message)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
            code = _code(error)
            if code >= 500:
                raise MailRefused(f"De mailserver weigert deze mail (code {code}).") from error
            raise MailUnavailable(f"De mailserver neemt deze mail nu niet aan (code {code}).") from error
        except smtplib.SMTPNotSupportedError as error:
            raise MailRefused("De mailserver kan deze mail niet versturen zoals wij dat vragen.") from error
        except (OSError, smtplib.SMTPException) as error:
            raise MailUnavailable("De mailserver is niet bereikbaar.") from error

    def _message(self, to: str, subject: str, text: str, html: str | None, message_id: str) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = self._sender
        message["To"] = _address(to)
        message["Subject"] = _one_line(subject)
        message["Message-ID"] = _one_line(message_id)
        message["Date"] = format_datetime(clock.now())
        # No out-of-office answers to a machine (RFC 3834).
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        if html is not None:
            message.add_alternative(html, subtype="html")
        return message

    def _connection(self) -> smtplib.SMTP:
        if self._tls:
            server = smtplib.SMTP_SSL(
                self._host, self._port, timeout=self._timeout, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        try:
            if self._starttls:
                server.starttls(context=ssl.create_default_context())
            if self._user:
                server.login(self._user, self._password)
        except BaseException:
            server.close()
            raise
        return server


def _code(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max(code for code, _ in error.recipients.values())
    # A refused password is a matter of settings, not of this mail: it waits until somebody mends it.
    return 454 if isinstance(error, smtplib.SMTPAuthenticationError) else error.smtp_code


def _address(text: str) -> Address:
    """One address, with or without a name before it. A list, a group or a line break is refused."""
    refused = MailRefused("Dit is niet één geldig mailadres.")
    # The name is split off here: the header parser reads "(fictief)" in it as a comment and drops it.
    name, bracket, spec = _one_line(text).rpartition("<")
    if bracket and not spec.endswith(">"):
        raise refused
    probe = EmailMessage(policy=SMTP)
    try:
        probe["To"] = spec.removesuffix(">")
        found = probe["To"]
        (group,) = found.groups
        (address,) = group.addresses
        domain = address.domain.encode("idna").decode("ascii")
    except (ValueError, IndexError, HeaderParseError) as error:
        raise refused from error
    if found.defects or group.display_name is not None or not domain:
        raise refused
    return Address(name.strip().strip('"'), address.username, domain)


def _one_line(text: str) -> str:
    if not text.strip() or any(ord(char) < 32 or ord(char) == 127 or char in "\x85\u2028\u2029" for char in text):
        raise MailRefused("Een adres of onderwerp van een mail is één regel tekst.")
    return text


def _check_link(link: str) -> None:
    url = urlsplit(link)
    safe = url.scheme == "https" or (url.scheme == "http" and url.hostname in LOOPBACK)
    if not (safe and url.hostname) or url.username or any(char.isspace() for char in link):
        raise MailRefused("De link in een mail begint met https:// en noemt een server.")


@cache
def _environment(locale: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(PORTAL / "templates" / "mail"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Dutch is the language of the templates; without a catalogue the words stay as they stand there.
    environment.install_gettext_translations(Translations.load(PORTAL / "translations", [locale]), newstyle=True)
    return environment
