"""Uploads against the real clamd, a real folder and, where memory and connections matter, a real server."""

import hashlib
import http.client
import io
import json
import os
import socket
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from local.clamav import PROBE
from portal.adapters.files import FileStore, StoreError
from portal.adapters.scan import Clamd, NoScanner
from portal.kernel.filetypes import FileRefused
from portal.web import uploads
from tests import files
from tests.clamav import running
from tests.web import upload_server

ROOT = Path(__file__).parents[2]
LIMIT = 2 * 2**20
MB = 2**20
CLEAN, HOSTILE, INFECTED = files.clean(), files.hostile(), files.infected()
LATER = timedelta(hours=1)


@pytest.fixture(scope="module")
def clamav():
    with running() as daemon:
        yield daemon


@pytest.fixture
def store(tmp_path):
    return FileStore((tmp_path / "files").as_uri())


@pytest.fixture
def client(clamav, tmp_path):
    return upload_server.create_app((tmp_path / "files").as_uri(), clamav.socket, LIMIT).test_client()


def keys(store: FileStore) -> list[str]:
    return [key for key, _modified in store.keys_older_than(datetime.now(UTC) + LATER)]


def on_disk(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def pieces(content: bytes, size: int = 100_000):
    return (content[at : at + size] for at in range(0, len(content), size))


def put(client, name: str, content: bytes):
    return client.put("/", data=content, headers={"X-File-Name": quote(name)}, content_type="application/octet-stream")


def form(name: str, content: bytes, before: str = "", after: str = "") -> tuple[bytes, str]:
    """A form as a browser without JavaScript sends it, with other parts around the file."""
    boundary = "grens7731"
    quoted = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    head = (
        f'{before}--{boundary}\r\nContent-Disposition: form-data; name="document"; filename="{quoted}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return head.encode() + content + f"\r\n{after}--{boundary}--\r\n".encode(), (
        f"multipart/form-data; boundary={boundary}"
    )


def field(name: str, text: str) -> str:
    return f'--grens7731\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'


def receive(content: bytes, store, scanner, *, name="plan.pdf", declared_size=None, limit=LIMIT):
    return uploads.receive(
        pieces(content), name=name, declared_size=declared_size, limit=limit, store=store, scanner=scanner
    )


# --- Kept ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CLEAN)
def test_clean_file_is_kept_byte_for_byte(client, store, name):
    answer = put(client, name, CLEAN[name])
    assert answer.status_code == 201, answer.json
    assert answer.json["sha256"] == hashlib.sha256(CLEAN[name]).hexdigest()
    assert (answer.json["size"], answer.json["name"], answer.json["verdict"]) == (len(CLEAN[name]), name, "schoon")
    assert keys(store) == [answer.json["key"]]
    assert b"".join(store.open(answer.json["key"])) == CLEAN[name]


def test_key_tells_nothing(client):
    first, second = (put(client, "geheim plan.pdf", files.PDF).json["key"] for _ in range(2))
    assert first != second
    assert "geheim" not in first
    assert "pdf" not in first


@pytest.mark.parametrize("name", ["plan.docx", 'het "plan" €.pdf', "foto.PNG"])
def test_form_without_javascript_equals_raw(client, name):
    content = {"plan.docx": files.word(), "foto.PNG": files.picture("PNG")}.get(name, files.PDF)
    body, content_type = form(name, content, before=field("soort", "Bijlage"), after=field("knop", "Versturen é"))
    raw, posted = put(client, name, content), client.post("/", data=body, content_type=content_type)
    assert (raw.status_code, posted.status_code) == (201, 201)
    for same in ("name", "size", "sha256", "verdict", "type"):
        assert raw.json[same] == posted.json[same]
    assert posted.json["field"] == "document"
    assert posted.json["fields"] == {"soort": "Bijlage", "knop": "Versturen é"}


def test_form_is_read_rightly_at_every_cut(monkeypatch):
    """The border between two reads may fall anywhere, also inside the boundary or a header."""
    content = files.PDF + b"\r\n--grens773\r\n--\r\n"
    body, content_type = form("plan.pdf", content, before=field("soort", "x"))
    for size in (*range(1, 60), len(body)):
        monkeypatch.setattr(uploads, "CHUNK", size)
        file = uploads.multipart_file(io.BytesIO(body), content_type)
        assert (file.field, file.name, file.fields) == ("document", "plan.pdf", {"soort": "x"})
        assert b"".join(file.chunks) == content


# --- Refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", [what for what in HOSTILE if "control" not in what])
def test_hostile_file_is_refused_and_not_kept(client, store, tmp_path, what):
    name, content = HOSTILE[what]
    answer = put(client, name, content)
    assert answer.status_code == 422
    assert "is niet bewaard. " in answer.json["sentence"]
    assert on_disk(tmp_path / "files") == []


@pytest.mark.parametrize("what", INFECTED)
def test_infected_file_is_refused_and_not_kept(client, tmp_path, what):
    name, content = INFECTED[what]
    answer = put(client, name, content)
    assert answer.status_code == 422
    assert f"Het bestand “{name}” is niet bewaard. De virusscanner vond" in answer.json["sentence"]
    assert answer.json["signature"].startswith("Portal.Test.")
    assert on_disk(tmp_path / "files") == []


def test_without_scanner_the_same_file_waits(store):
    """The control: it is the scanner that refuses, and nobody calls such a file clean."""
    name, content = INFECTED["probe"]
    assert receive(content, store, NoScanner(), name=name).verdict == "wacht"


def test_limit_is_exact(client, store, tmp_path):
    exact = files.PDF + b" " * (LIMIT - len(files.PDF))
    assert put(client, "net goed.pdf", exact).status_code == 201
    (kept,) = keys(store)
    for answer in (put(client, "te groot.pdf", exact + b" "), client.post("/", **_post("te groot.pdf", exact + b" "))):
        assert answer.status_code == 413
        assert answer.json["sentence"] == (
            "Het bestand “te groot.pdf” is niet bewaard. "
            "Het is groter dan 2 MB. Maak het kleiner of verdeel het over meer bestanden."
        )
    assert keys(store) == [kept]
    assert len(on_disk(tmp_path / "files")) == 1


def _post(name: str, content: bytes) -> dict:
    body, content_type = form(name, content)
    return {"data": body, "content_type": content_type}


def test_limit_is_kept_while_reading_not_afterwards(store):
    """A sender who announces nothing and never stops is stopped."""
    read = 0

    def endless():
        nonlocal read
        yield files.PDF
        while read < 100 * MB:
            read += MB
            yield bytes(MB)

    with pytest.raises(FileRefused) as refused:
        uploads.receive(
            endless(), name="plan.pdf", declared_size=None, limit=LIMIT, store=store, scanner=NoScanner()
        )
    assert refused.value.status == 413
    assert read <= 3 * LIMIT
    assert keys(store) == []


@pytest.mark.parametrize("declared", [len(files.PDF) - 1, len(files.PDF) + 1])
def test_other_size_than_announced_is_broken_off(store, clamav, tmp_path, declared):
    with pytest.raises(FileRefused, match="verbinding is verbroken") as refused:
        receive(files.PDF, store, Clamd(clamav.socket), declared_size=declared)
    assert refused.value.status == 400
    assert on_disk(tmp_path / "files") == []


def test_form_that_stops_before_its_end_is_broken_off(client, tmp_path):
    body, content_type = form("plan.pdf", files.PDF)
    for cut in (len(body) - 6, len(body) - 200, 60):
        answer = client.post("/", data=body[:cut], content_type=content_type)
        assert answer.status_code == 400, body[:cut]
        assert "verbroken" in answer.json["sentence"]
    assert on_disk(tmp_path / "files") == []


def test_form_with_two_files_or_none(client, tmp_path):
    second = '--grens7731\r\nContent-Disposition: form-data; name="b"; filename="b.pdf"\r\n\r\n%PDF-1.7\r\n'
    body, content_type = form("plan.pdf", files.PDF, after=second)
    answer = client.post("/", data=body, content_type=content_type)
    assert (answer.status_code, "één bestand tegelijk" in answer.json["sentence"]) == (422, True)
    for body in (form("", b"")[0], field("a", "x").encode() + b"--grens7731--\r\n"):
        answer = client.post("/", data=body, content_type=content_type)
        assert (answer.status_code, answer.json["sentence"]) == (422, uploads.CHOOSE)
    assert client.post("/", data=b"x", content_type="multipart/form-data").status_code == 400
    assert client.put("/", data=files.PDF, content_type="application/pdf").status_code == 400
    assert on_disk(tmp_path / "files") == []


def test_text_beside_a_file_is_bounded(client):
    long, many = field("a", "x" * uploads.FIELD_BYTES + "x"), "".join(field(str(n), "") for n in range(60))
    for before in (long, many):
        body, content_type = form("plan.pdf", files.PDF, before=before)
        assert client.post("/", data=body, content_type=content_type).status_code == 413


def test_raw_file_without_length_is_refused(client):
    headers = {"X-File-Name": "a.pdf", "Transfer-Encoding": "chunked"}
    assert client.put("/", data=files.PDF, headers=headers, content_type="application/pdf").status_code == 411


# --- The scanner --------------------------------------------------------------------------------------------------


def test_scanner_that_is_down_gives_wacht(store, tmp_path):
    down = Clamd(str(tmp_path / "nobody.sock"))
    assert down.ping() is False
    kept = receive(files.PDF, store, down)
    assert kept.verdict == "wacht"
    assert down.scan(store.open(kept.key)).state == "wacht"


def test_waiting_file_is_scanned_later(store, clamav):
    scanner = Clamd(clamav.socket)
    good = receive(files.PDF, store, NoScanner())
    bad = receive(files.PDF + PROBE, store, NoScanner())
    assert scanner.scan(store.open(good.key)).state == "schoon"
    assert scanner.scan(store.open(bad.key)).state == "besmet"


@pytest.mark.parametrize("dies_after", [0, 1, 300_000])
def test_scanner_that_dies_on_the_way_gives_wacht(store, dies_after):
    """A scanner that hangs up, before or in the middle of the stream, never makes a file clean."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def die():
            connection, _address = server.accept()
            with connection:
                connection.settimeout(10)
                left = dies_after
                while left > 0 and (piece := connection.recv(min(left, 65536))):
                    left -= len(piece)

        thread = threading.Thread(target=die)
        thread.start()
        kept = receive(files.PDF + b" " * MB, store, Clamd(f"127.0.0.1:{server.getsockname()[1]}"))
        thread.join(10)
    assert kept.verdict == "wacht"


def test_scanner_that_never_answers_gives_wacht_in_time(store):
    with socket.create_server(("127.0.0.1", 0)) as server:
        began = time.monotonic()
        scanner = Clamd(f"127.0.0.1:{server.getsockname()[1]}", timeout=0.3)
        assert receive(files.PDF, store, scanner).verdict == "wacht"
        assert time.monotonic() - began < 5


def test_file_too_large_for_the_scanner_is_refused(store, tmp_path):
    with running(stream_max=1) as small, pytest.raises(FileRefused, match="niet helemaal bekijken"):
        receive(files.PDF + b" " * (MB + 1), store, Clamd(small.socket))
    assert on_disk(tmp_path / "files") == []


def test_ping(clamav):
    assert Clamd(clamav.socket).ping() is True
    assert NoScanner().ping() is False


# --- The store ----------------------------------------------------------------------------------------------------


def test_store_answers_check_and_forgets(store):
    store.check()
    assert keys(store) == []
    key = store.put([b"a", b"b"])
    store.delete(key)
    store.delete(key)
    with pytest.raises(FileNotFoundError):
        store.open(key)
    for bad in ("../../etc/passwd", "2026/01/01/x", ""):
        with pytest.raises(ValueError, match="sleutel"):
            store.open(bad)


def test_store_that_fails_is_said_and_keeps_nothing(tmp_path, clamav):
    folder = tmp_path / "files"
    store = FileStore(folder.as_uri())
    folder.rmdir()
    folder.write_text("not a folder")
    with pytest.raises(FileRefused, match="opslag van het portaal werkt nu niet") as refused:
        receive(files.PDF, store, Clamd(clamav.socket))
    assert refused.value.status == 503
    with pytest.raises(StoreError):
        store.check()


@pytest.mark.parametrize("url", ["s3://emmer/map", "az://emmer"])
def test_object_storage_that_is_away_is_said_soon(monkeypatch, url):
    with socket.create_server(("127.0.0.1", 0)) as server:
        nobody = f"http://127.0.0.1:{server.getsockname()[1]}"
    for name, value in {
        "AWS_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "sleutel",
        "AWS_SECRET_ACCESS_KEY": "geheim",
        "AWS_ENDPOINT_URL": nobody,
        "AWS_ALLOW_HTTP": "true",
        "AZURE_STORAGE_ACCOUNT_NAME": "rekening",
        "AZURE_STORAGE_ACCOUNT_KEY": "Z2VoZWlt",
        "AZURE_STORAGE_ENDPOINT": nobody,
        "AZURE_STORAGE_ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(name, value)
    began = time.monotonic()
    with pytest.raises(FileRefused, match="opslag van het portaal werkt nu niet"):
        receive(files.PDF, FileStore(url), NoScanner())
    assert time.monotonic() - began < 20


def test_full_disk_keeps_nothing(tmp_path):
    """A disk that is full halfway, played by a limit on the size of files (in a process of its own)."""
    program = f"""
import resource, sys
from portal.adapters.files import FileStore, StoreError
resource.setrlimit(resource.RLIMIT_FSIZE, ({4 * MB}, {4 * MB}))
try:
    FileStore({(tmp_path / "files").as_uri()!r}).put(bytes({MB}) for _ in range(20))
except StoreError:
    sys.exit(7)
"""
    done = subprocess.run([sys.executable, "-c", program], timeout=60, cwd=ROOT, capture_output=True)
    assert done.returncode == 7, done.stderr
    assert on_disk(tmp_path / "files") == []


def test_sweep_removes_only_old_orphans(store, tmp_path):
    known, orphan = store.put([b"known"]), store.put([b"orphan"])
    unfinished = tmp_path / "files" / (known.rpartition("/")[0]) / ("0" * 32 + "#1")
    unfinished.write_bytes(b"half")
    now = datetime.now(UTC)
    assert uploads.sweep_orphans(store, lambda _keys: {known}, now - LATER) == 0
    assert uploads.sweep_orphans(store, lambda _keys: {known}, now + LATER) == 2
    assert keys(store) == [known]
    assert not unfinished.exists()
    assert uploads.sweep_orphans(store, lambda keys: keys, now + LATER) == 0
    assert orphan not in keys(store)


# --- Out ----------------------------------------------------------------------------------------------------------


def test_download_is_an_attachment_and_runs_nothing(client):
    key = put(client, "plan.pdf", files.PDF).json["key"]
    answer = client.get(f"/download/{key}?size={len(files.PDF)}")
    assert answer.data == files.PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("plan.pdf", "attachment; filename=\"plan.pdf\"; filename*=UTF-8''plan.pdf"),
        ("é €.pdf", "attachment; filename=\"e .pdf\"; filename*=UTF-8''%C3%A9%20%E2%82%AC.pdf"),
        ('a"; x=y\r\nSet-Cookie: z.pdf', "attachment; filename=\"a-_ x_y Set-Cookie- z.pdf\"; filename*=UTF-8''"
         "a-%3B%20x%3Dy%20Set-Cookie-%20z.pdf"),
    ],
)
def test_download_name_is_safe(name, disposition):
    assert uploads.send(name, "application/pdf", 1, [b"x"]).headers["Content-Disposition"] == disposition


# --- A real server ------------------------------------------------------------------------------------------------


class Server:
    """granian with one worker and one thread, as the portal runs, on a free port."""

    def __init__(self, folder: Path, clamd: str, limit: int):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.folder = folder / "files"
        self.store = FileStore(self.folder.as_uri())
        environment = os.environ | {
            "UPLOADS_STORE": self.folder.as_uri(),
            "UPLOADS_CLAMD": clamd,
            "UPLOADS_LIMIT": str(limit),
        }
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--workers", "1"]
        command += ["--blocking-threads", "1", "--host", "127.0.0.1", "--port", str(self.port)]
        command += ["tests.web.upload_server:from_environment"]
        with (folder / "server.log").open("wb") as log:
            self._process = subprocess.Popen(
                command, env=environment, cwd=ROOT, stdout=log, stderr=log
            )

    def __enter__(self):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                self.peak()
                return self
            except OSError:
                time.sleep(0.1)
        self.__exit__()
        raise RuntimeError("granian did not start")

    def __exit__(self, *_error):
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def peak(self) -> int:
        connection = self.connect()
        connection.request("GET", "/peak")
        return json.load(connection.getresponse())["peak"]

    def send(self, body, headers: dict) -> tuple[int, dict]:
        connection = self.connect()
        connection.request("PUT", "/", body, headers)
        answer = connection.getresponse()
        return answer.status, json.load(answer)


@pytest.fixture(scope="module")
def server(clamav, tmp_path_factory):
    with Server(tmp_path_factory.mktemp("server"), clamav.socket, 200 * MB) as running_server:
        yield running_server


@pytest.fixture
def block():
    return os.urandom(MB)


def generated(block: bytes, size: int):
    """A pdf of exactly `size` bytes, made while it is sent."""
    yield files.PDF
    left = size - len(files.PDF)
    while left:
        piece = block[:left]
        left -= len(piece)
        yield piece


def digest_of(chunks) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


@pytest.mark.parametrize("way", ["raw", "form"])
def test_200_mb_in_flat_memory(server, block, way):
    size = 200 * MB
    server.send(files.PDF, {"X-File-Name": "warm.pdf", "Content-Length": str(len(files.PDF))})
    before = server.peak()
    if way == "raw":
        status, answer = server.send(generated(block, size), {"X-File-Name": "groot.pdf", "Content-Length": str(size)})
    else:
        whole, content_type = form("groot.pdf", b"")
        end = whole.index(b"\r\n\r\n") + 4
        body = (part for chunks in ((whole[:end],), generated(block, size), (whole[end:],)) for part in chunks)
        headers = {"Content-Type": content_type, "Content-Length": str(size + len(whole))}
        status, answer = server.send(body, headers)
    assert status == 201, answer
    assert (answer["size"], answer["verdict"]) == (size, "schoon")
    assert answer["sha256"] == digest_of(generated(block, size)) == digest_of(server.store.open(answer["key"]))
    growth = server.peak() - before
    assert growth < 60 * MB, f"{growth / MB:.0f} MB"
    server.store.delete(answer["key"])


def test_the_measure_sees_a_file_that_is_held_in_memory(tmp_path):
    """The control: a route that reads the whole body grows by more than the limit of the tests around it."""
    with Server(tmp_path, "", MB) as control:
        before = control.peak()
        connection = control.connect()
        connection.request("POST", "/whole", bytes(100 * MB))
        assert json.load(connection.getresponse()) == {"size": 100 * MB}
        assert control.peak() - before > 60 * MB


def test_memory_of_the_reader_is_flat_too(server, block):
    """A download of 100 MB streams through the server."""
    key = server.store.put(generated(block, 100 * MB))
    before = server.peak()
    connection = server.connect()
    connection.request("GET", f"/download/{key}?size={100 * MB}")
    answer = connection.getresponse()
    assert digest_of(iter(lambda: answer.read(MB), b"")) == digest_of(generated(block, 100 * MB))
    assert server.peak() - before < 60 * MB
    server.store.delete(key)


@pytest.mark.parametrize("way", ["raw", "form"])
def test_cut_connection_leaves_no_object(server, block, way):
    before = on_disk(server.folder)
    body = b"".join(generated(block, 3 * MB))
    headers = "X-File-Name: plan.pdf"
    if way == "form":
        body, content_type = form("plan.pdf", body)
        headers = f"Content-Type: {content_type}"
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(
            f"PUT / HTTP/1.1\r\nHost: x\r\n{headers}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        )
        connection.sendall(body[: 2 * MB])
    # One worker, one thread: the next answer comes after the cut upload is done with. What an earlier test cut may be gone too.
    server.peak()
    assert set(on_disk(server.folder)) <= set(before)


def test_refusal_reaches_a_client_that_is_still_sending(server, block):
    """The answer is read, not lost in a reset connection, though the refusal fell at the first bytes."""
    program = (part for part in (b"MZ\x90\0", *[block] * 30))
    size = 30 * MB + 4
    status, answer = server.send(program, {"X-File-Name": "plan.pdf", "Content-Length": str(size)})
    assert (status, "inhoud is iets anders" in answer["sentence"]) == (422, True)
    too_large = generated(block, 220 * MB)
    status, answer = server.send(too_large, {"X-File-Name": "plan.pdf", "Content-Length": str(220 * MB)})
    assert (status, "groter dan 200 MB" in answer["sentence"]) == (413, True)
