"""The catch-all mail server keeps every message, whoever it is for."""

import json
import signal
import smtplib
import subprocess
import sys
from email.message import EmailMessage

import pytest

from local import PROJECT
from local.mail import read_all


@pytest.fixture
def mail_server(tmp_path):
    command = [sys.executable, "-m", "local.mail", "--folder", tmp_path / "mail"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT)
    port = json.loads(process.stdout.readline())["port"]
    yield process, port, tmp_path / "mail"
    process.kill()
    process.wait()
    process.stdout.close()


def message(subject, to="inwoner@voorbeeld.example"):
    letter = EmailMessage()
    letter["Subject"], letter["From"], letter["To"] = subject, "portaal@regio.example", to
    letter.set_content("Er staat een bericht klaar: één regel.\n.\nEn nog een.")
    return letter


def test_keeps_messages_in_order_with_envelope(mail_server):
    _, port, folder = mail_server
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        for number in range(3):
            client.send_message(message(f"Bericht {number}"), to_addrs=["a@b.example", "c@d.example"])
    kept = read_all(folder)
    assert [letter["Subject"] for letter in kept] == ["Bericht 0", "Bericht 1", "Bericht 2"]
    assert kept[0]["X-RcptTo"] == "a@b.example, c@d.example"
    assert kept[0].get_content().splitlines() == ["Er staat een bericht klaar: één regel.", ".", "En nog een."]


def test_stops_at_once_when_asked(mail_server):
    process, port, _ = mail_server
    with smtplib.SMTP("127.0.0.1", port, timeout=10):
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    assert read_all(tmp_path / "nergens") == []
