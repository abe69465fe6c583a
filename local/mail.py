"""A mail server that accepts everything for everybody and delivers nothing: each message becomes an .eml file. Only who is
called `onbestelbaar` is not known here, so that one can see what the portal says of an address that bounces.

    python -m local.mail --port 0 --folder var/demo/mail     # prints {"port": 40123}

Who it was really sent to stands in the headers X-MailFrom and X-RcptTo, as the envelope said.
"""

import argparse
import asyncio
import email
import email.policy
import itertools
import json
import signal
import time
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST_MESSAGE = 35 * 1024 * 1024  # bytes


class Mailbox:
    """Writes every message to `folder`; names sort in order of arrival."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._numbers = itertools.count()
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list) -> str:
        """Called by aiosmtpd for each receiver; everybody is known but one."""
        if address.startswith("onbestelbaar@"):
            return "550 5.1.1 Onbekend adres"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Goed"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called by aiosmtpd for each message; the answer tells the sender that it is kept."""
        envelope_lines = f"X-MailFrom: {envelope.mail_from}\r\nX-RcptTo: {', '.join(envelope.rcpt_tos)}\r\n"
        path = self.folder / f"{time.time_ns():020}-{next(self._numbers):06}.eml"
        draft = path.with_suffix(".part")  # a reader never meets half a message
        draft.write_bytes(envelope_lines.encode() + envelope.content)
        draft.rename(path)
        return "250 2.0.0 Bewaard"


def read_all(folder: Path) -> list[EmailMessage]:
    """All messages in a folder, in order of arrival; empty when the folder is not there."""
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted(Path(folder).glob("*.eml"))
    ]


async def serve(folder: Path, port: int = 0) -> None:
    """Listen on 127.0.0.1 until SIGTERM or SIGINT; `port` 0 takes a free one. Prints the port as a line of JSON."""
    loop = asyncio.get_running_loop()
    mailbox = Mailbox(folder)

    def connection() -> SMTP:
        return SMTP(mailbox, data_size_limit=LARGEST_MESSAGE, enable_SMTPUTF8=True, ident="Samenportaal")

    server = await loop.create_server(connection, "127.0.0.1", port)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()
    server.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Mailserver die alles aanneemt en niets verstuurt.")
    parser.add_argument("--port", type=int, default=0, help="0: een vrije poort")
    parser.add_argument("--folder", type=Path, required=True, help="hier komt elk bericht als .eml")
    options = parser.parse_args()
    asyncio.run(serve(options.folder, options.port))
