"""Jobs with a real queue, a real worker and a real mail server: with the decision or not at all, and each mail once."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from procrastinate.jobs import Status
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from local import PROJECT, free_port
from local.clamav import PROBE
from portal import jobs
from portal.adapters.mail import Mailer, MailUnavailable
from portal.adapters.scan import Clamd, Verdict
from portal.domains.beheer import leden
from portal.identity import sessions
from portal.kernel import clock
from portal.kernel.documents import Document
from portal.kernel.dossier import Dossier, meet_term, start_term
from portal.kernel.outbox import Bericht, Outbox, enqueue, post, send_message
from portal.kernel.terms import Length, TermRule
from portal.tenants.scope import acting_for
from tests import clamav

SENDER = "Samenportaal (fictief) <portaal@zwolle.example>"
SECRET = "Geheime inhoud over een inwoner"


class PostOffice:
    """A real SMTP server on a free port. `answer(address)` may refuse; `on_mail` is called for each message taken in."""

    def __init__(self):
        self.mails: list[tuple[str, str, str]] = []
        self.answer = lambda address: None
        self.on_mail = lambda: None
        self.port = free_port()
        self._server = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if refusal := self.answer(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = message_from_bytes(envelope.content, policy=policy.default)
        words = message.get_body(("plain",)).get_content()
        self.mails.append((envelope.rcpt_tos[0], message["Message-ID"], f"{message['Subject']}\n{words}"))
        self.on_mail()
        return "250 OK"

    def open(self):
        self._server = Controller(self, hostname="127.0.0.1", port=self.port)
        self._server.start()

    def close(self):
        if self._server:
            self._server.stop()
            self._server = None

    @property
    def addresses(self) -> list[str]:
        return sorted(address for address, _, _ in self.mails)


@pytest.fixture
def office(app, monkeypatch):
    office = PostOffice()
    office.open()
    monkeypatch.setattr(app, "mailer", Mailer(f"smtp://127.0.0.1:{office.port}", SENDER, timeout=5))
    yield office
    office.close()


@pytest.fixture
def anna(world):
    return world.medewerker("zwolle", "contractmanager", naam="Anna")


@pytest.fixture
def kampen(world):
    """Somebody in Kampen, the receiving side."""
    return world.medewerker("kampen", "beleidsadviseur", naam="Karel")


def address(world, person) -> str:
    return world.behind("SELECT email FROM portal.membership WHERE account_id = :a", a=person.user_id)[0].email


def queue(world, task="post_versturen"):
    return world.behind("SELECT status::text, attempts, args, scheduled_at FROM jobs.procrastinate_jobs WHERE task_name = :t "
                        "ORDER BY id", t=task)


def outbox(world):
    return world.behind("SELECT sleutel, verzonden_at, pogingen, fout, gegevens FROM portal.outbox ORDER BY gemaakt_at")


def write(session, actor, to, **more):
    return send_message(session, actor, to=to, onderwerp="Uw vraag", tekst=SECRET, **more).id


def due_now(world):
    world.behind("UPDATE jobs.procrastinate_jobs SET scheduled_at = now() - interval '1 second' WHERE status = 'todo'")


def environment(server, database, office, tmp_path) -> dict[str, str]:
    settings = {
        "DATABASE_URL": server.dsn("portal_app", dbname=database), "PUBLIC_URL": "http://localhost:8000",
        "SECRET_KEY": "s" * 32, "FILE_STORE_URL": tmp_path.as_uri(), "SMTP_URL": f"smtp://127.0.0.1:{office.port}",
        "PORTAL_ENV": "test", "SCAN_OPTIONAL": "1", "MAIL_SENDER": SENDER, "PYTHONUNBUFFERED": "1",
    }
    return {"PATH": os.environ["PATH"], **settings}


def start_worker(env, log) -> subprocess.Popen:
    with log.open("ab") as output:
        return subprocess.Popen([sys.executable, "-m", "flask", "--app", "portal.app", "worker"], cwd=PROJECT, env=env,
                                stdout=output, stderr=subprocess.STDOUT)


def wait_for(what, seconds=30):
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, "dit duurde te lang"
        time.sleep(0.05)
    return found


# --- with the decision, or not at all


def test_a_rollback_takes_the_job_with_it(world, anna, kampen):
    world.as_(anna, write, kampen.party_id, commit=False)
    assert (queue(world), outbox(world)) == ([], [])
    world.as_(anna, write, kampen.party_id)
    assert [job.status for job in queue(world)] == ["todo"]


def test_a_savepoint_takes_only_its_own_job(world, anna):
    def use_case(session, actor):
        enqueue(session, "post_versturen", outbox_id="buiten")
        try:
            with session.begin_nested():
                enqueue(session, "post_versturen", outbox_id="binnen")
                session.execute(text("SELECT 1 / 0"))
        except DBAPIError:
            pass
        with session.begin_nested():
            enqueue(session, "post_versturen", outbox_id="alsnog")

    world.as_(anna, use_case)
    assert [job.args["outbox_id"] for job in queue(world)] == ["buiten", "alsnog"]


def test_the_job_carries_the_id_only(world, anna, kampen):
    world.as_(anna, write, kampen.party_id)
    (job,) = queue(world)
    assert job.args.keys() == {"outbox_id"}


def test_the_same_key_twice_is_an_error_not_two_mails(world, anna):
    def twice(session, actor):
        for _ in range(2):
            post(session, sleutel="een:1", soort="bericht", party_id=actor.party_id, bericht_id=uuid.uuid4())

    with pytest.raises(DBAPIError):
        world.as_(anna, twice)
    assert outbox(world) == []


# --- each mail once


def test_every_member_with_an_address_gets_one_mail_without_content(world, app, office, anna, kampen):
    second = world.medewerker("kampen", "mandaathouder")
    gone, silent, other = (world.medewerker("kampen", "auditor"), world.medewerker("kampen", "raadslid"),
                           world.medewerker("deventer", "beleidsadviseur"))
    world.behind("UPDATE portal.membership SET beeindigd_at = now(), beeindigd_by = :b WHERE account_id = :a", a=gone.user_id,
                 b=kampen.user_id)
    world.behind("UPDATE portal.membership SET email = NULL WHERE account_id = :a", a=silent.user_id)
    bericht = world.as_(anna, write, kampen.party_id)
    jobs.run_worker(app, wait=False)
    assert office.addresses == sorted([address(world, kampen), address(world, second)])
    assert address(world, other) not in office.addresses
    for _to, _id, words in office.mails:
        assert f"http://localhost/berichten/{bericht}" in words and "Zwolle" in words
        assert SECRET not in words and "Uw vraag" not in words
    assert len({message_id for _, message_id, _ in office.mails}) == 2
    (row,) = outbox(world)
    assert row.verzonden_at and row.fout is None
    assert "voorbeeld.example" not in json.dumps(row.gegevens)
    assert [job.status for job in queue(world)] == ["succeeded"]
    # The same job again, and once more by hand: nothing new.
    world.behind("UPDATE jobs.procrastinate_jobs SET status = 'todo' WHERE task_name = 'post_versturen'")
    jobs.run_worker(app, wait=False)
    jobs.deliver(app, uuid.UUID(queue(world)[0].args["outbox_id"]))
    assert len(office.mails) == 2


def test_an_outage_of_any_length_loses_and_doubles_nothing(world, app, office, anna, kampen):
    office.close()
    world.as_(anna, write, kampen.party_id)
    for attempt in range(1, 4):
        jobs.run_worker(app, wait=False)
        (job,), (row,) = queue(world), outbox(world)
        assert (job.status, job.attempts, row.pogingen, row.verzonden_at, row.fout) == ("todo", attempt, attempt, None, None)
        assert job.scheduled_at > datetime.now(job.scheduled_at.tzinfo)
        due_now(world)
    office.open()
    jobs.run_worker(app, wait=False)
    jobs.run_worker(app, wait=False)
    assert office.addresses == [address(world, kampen)]
    assert outbox(world)[0].verzonden_at and queue(world)[0].status == "succeeded"


def test_post_that_this_portal_does_not_know_is_put_aside_with_a_reason(world, app, office, anna):
    """Trying again every hour for ever tells nobody anything; the row and the log do."""
    row_id = world.as_(anna, lambda session, actor: post(
        session, sleutel="vreemd", soort="telegram", party_id=actor.party_id).id)
    jobs.send_post(app, row_id, anna.party_id)
    [row] = outbox(world)
    assert (row.verzonden_at, row.fout) == (None, "Dit portaal kent geen post van de soort “telegram”. Er is niets verstuurd.")
    jobs.send_post(app, row_id, anna.party_id)
    assert outbox(world) == [row]


def test_a_full_mailbox_waits_without_doubling_the_others(world, app, office, anna, kampen):
    full = world.medewerker("kampen", "mandaathouder")
    office.answer = lambda to: "452 vol" if to == address(world, full) else None
    world.as_(anna, write, kampen.party_id)
    jobs.run_worker(app, wait=False)
    assert office.addresses == [address(world, kampen)] and outbox(world)[0].verzonden_at is None
    office.answer = lambda to: None
    due_now(world)
    jobs.run_worker(app, wait=False)
    assert office.addresses == sorted([address(world, kampen), address(world, full)])
    assert outbox(world)[0].verzonden_at and outbox(world)[0].fout is None


def test_a_refused_address_is_told_and_not_tried_for_ever(world, app, office, anna, kampen):
    second = world.medewerker("kampen", "mandaathouder")
    office.answer = lambda to: "550 onbekend" if to == address(world, second) else None
    world.as_(anna, write, kampen.party_id)
    jobs.run_worker(app, wait=False)
    assert office.addresses == [address(world, kampen)]
    (row,) = outbox(world)
    assert row.verzonden_at and row.fout == "De mailserver weigerde 1 adres."
    assert queue(world)[0].status == "succeeded"


def test_a_party_that_cannot_be_mailed_still_has_its_message(world, app, office, anna, kampen):
    office.answer = lambda to: "550 onbekend"
    world.as_(anna, write, kampen.party_id)
    nobody = world.aanbieder()
    world.as_(anna, write, nobody)
    jobs.run_worker(app, wait=False)
    assert office.mails == []
    refused, empty = outbox(world)
    assert (refused.verzonden_at, refused.fout) == (None, "De mailserver weigerde 1 adres.")
    assert (empty.verzonden_at, empty.fout) == (None, "Niemand van deze organisatie heeft een mailadres.")
    assert [job.status for job in queue(world)] == ["succeeded", "succeeded"]
    assert world.see(kampen, lambda s: s.scalars(select(Bericht.onderwerp)).all()) == ["Uw vraag"]


def test_nobody_acts_for_another_party(world, app, office, anna, kampen):
    """The row of one party, asked for in the name of another: the wall hides it."""
    world.as_(anna, write, kampen.party_id)
    row_id = world.behind("SELECT id FROM portal.outbox")[0].id
    jobs.send_post(app, row_id, anna.party_id)
    assert office.mails == [] and outbox(world)[0].verzonden_at is None


def test_a_name_that_the_wall_hides_is_not_in_the_mail(world, app, office, anna):
    hidden = world.aanbieder("Woonvorm De Lindehof (fictief)")
    lid = world.aanbieder_persoon(hidden, "verzender")
    world.as_(lid, write, anna.party_id)
    jobs.run_worker(app, wait=False)
    ((to, _, words),) = office.mails
    assert to == address(world, anna) and "Lindehof" not in words and "een organisatie" in words


def test_an_invitation_goes_out_once_and_its_token_stands_nowhere(world, app, office):
    """What the database holds opens nothing, before, during and after the sending; the link in the mail does."""
    noor = world.medewerker("zwolle", "beheerder", naam="Noor")
    invite = partial(world.as_, noor, leden.uitnodigen, naam="Nieuw", rollen=["auditor"])
    invite(email="nieuw@zwolle.example")
    withdrawn = invite(email="toch-niet@zwolle.example")
    world.as_(noor, leden.uitnodiging_intrekken, withdrawn.id)

    def everything() -> str:
        kept = ("SELECT to_jsonb(o)::text FROM portal.outbox o UNION ALL SELECT to_jsonb(u)::text FROM portal.uitnodiging u "
                "UNION ALL SELECT args::text FROM jobs.procrastinate_jobs")
        return " ".join(row[0] for row in world.behind(kept))

    before = everything()
    office.answer = lambda address: "450 4.3.2 Probeer het later"
    jobs.run_worker(app, wait=False)
    office.answer = lambda address: None
    due_now(world)
    jobs.run_worker(app, wait=False)
    ((to, _, words),) = office.mails
    assert to == "nieuw@zwolle.example" and "Noor" in words and "Zwolle" in words and "14 dagen" in words
    token = re.search(r"/uitnodiging/([\w-]{43})", words)[1]
    assert sessions.invitation(app.engine, token).stand == "open"
    assert token not in before and token not in everything()
    sent, withdrawn = outbox(world)
    assert sent.verzonden_at and sent.fout is None
    assert (withdrawn.verzonden_at, withdrawn.fout) == (None, "De uitnodiging geldt niet meer.")


def test_a_worker_killed_between_sending_and_writing_down_sends_the_same_mail_again(
        world, app, office, anna, kampen, server, database, tmp_path):
    """At least once here, and honestly so: SMTP knows no transaction. The Message-ID is the same."""
    log = tmp_path / "worker.log"
    worker = start_worker(environment(server, database, office, tmp_path), log)
    try:
        office.on_mail = lambda: worker.kill()
        world.as_(anna, write, kampen.party_id)
        assert wait_for(lambda: worker.poll()) == -signal.SIGKILL
    finally:
        worker.kill()
        worker.wait()
    assert len(office.mails) == 1 and outbox(world)[0].verzonden_at is None and queue(world)[0].status == "doing"

    async def rescue(seconds):
        work = jobs.job_app(app)
        async with work.open_async():
            return await jobs.retry_stalled(work, seconds)

    office.on_mail = lambda: None
    assert asyncio.run(rescue(jobs.STALLED)) == 0, "een werker die net nog leefde, is niet dood"
    assert asyncio.run(rescue(0)) >= 1
    jobs.run_worker(app, wait=False)
    jobs.run_worker(app, wait=False)
    assert len(office.mails) == 2 and len({message_id for _, message_id, _ in office.mails}) == 1
    assert outbox(world)[0].verzonden_at and queue(world)[0].status == "succeeded"


def test_a_worker_stops_cleanly_and_logs_json(world, app, office, anna, kampen, server, database, tmp_path):
    log = tmp_path / "worker.log"
    worker = start_worker(environment(server, database, office, tmp_path), log)
    try:
        world.as_(anna, write, kampen.party_id)
        wait_for(lambda: office.mails)
        wait_for(lambda: outbox(world)[0].verzonden_at)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(15) == 0
    finally:
        worker.kill()
        worker.wait()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert any("post_versturen" in line["event"] for line in lines)
    assert {type(value) for line in lines for value in line.values()} <= {str, int, float, bool, type(None)}
    assert SECRET not in log.read_text() and address(world, kampen) not in log.read_text()
    assert not world.behind("SELECT 1 FROM jobs.procrastinate_jobs WHERE status = 'doing'")


def test_the_web_process_never_loads_the_worker(server, database, office, tmp_path):
    code = ("import sys; from portal.app import create_app; create_app(); "
            "sys.exit(' '.join(m for m in sys.modules if m.startswith(('procrastinate', 'portal.jobs'))) or 0)")
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, env=environment(server, database, office, tmp_path),
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_patience_grows_to_an_hour_and_never_ends():
    class Job:
        attempts = 0

    waits = []
    for Job.attempts in (0, 1, 2, 7, 8, 50, 5000):
        decision = jobs.Patience().get_retry_decision(exception=MailUnavailable(), job=Job)
        waits.append(round((decision.retry_at - datetime.now(decision.retry_at.tzinfo)).total_seconds()))
    assert waits == [15, 30, 60, 1920, 3600, 3600, 3600]


def test_a_stalled_job_whose_successor_waits_makes_way_for_it(world, app):
    for status in ("doing", "todo"):
        world.behind("INSERT INTO jobs.procrastinate_jobs (queue_name, task_name, status, queueing_lock, lock) "
                     f"VALUES ('portaal', 'opruimen', '{status}', 'opruimen', 'opruimen')")

    async def rescue():
        work = jobs.job_app(app)
        async with work.open_async():
            count = await jobs.retry_stalled(work)
            return count, [job.status for job in await work.job_manager.list_jobs_async()]

    assert asyncio.run(rescue()) == (1, [Status.TODO.value])


def test_every_task_that_the_code_enqueues_exists(app):
    names = set(jobs.job_app(app).tasks)
    assert {"post_versturen", "termijnen_controleren", "bestanden_scannen", "wezen_opruimen", "historie_verzegelen",
            "vastgelopen_taken", "opruimen"} <= names


# --- terms


def a_rule(days=10, kind="beslistermijn"):
    return TermRule(kind, "Awb 4:13", Length(days=days), False, "Awb 4:13", label="Beslissen op de aanvraag")


def a_dossier(session, actor, reference="PROEF-1"):
    dossier = Dossier(reference=reference, titel="Proefdossier", state="open", eigenaar_id=actor.party_id)
    session.add(dossier)
    session.flush()
    return dossier


def a_term(session, actor, *, reference="PROEF-1", party=None, days=10, **more):
    dossier = a_dossier(session, actor, reference)
    return start_term(session, dossier, a_rule(days), on=clock.today(), party_id=party or actor.party_id,
                      taak="Neem het besluit.", gevolg="De aanvrager kan u in gebreke stellen.", **more).id


def messages(world, person):
    return world.see(person, lambda s: s.execute(select(Bericht.onderwerp, Bericht.tekst).order_by(Bericht.onderwerp)).all())


def test_the_last_day_and_the_day_after_are_told_once_each(world, app, anna):
    world.clock(date(2026, 3, 2))
    world.as_(anna, a_term)
    assert jobs.for_each_party(app, jobs.warn_of_terms) == 0
    world.clock(date(2026, 3, 12))
    assert [jobs.for_each_party(app, jobs.warn_of_terms) for _ in range(3)] == [1, 0, 0]
    world.clock(date(2026, 3, 13))
    assert [jobs.for_each_party(app, jobs.warn_of_terms) for _ in range(3)] == [1, 0, 0]
    over, today = messages(world, anna)
    assert today.onderwerp == "Vandaag is de laatste dag: Beslissen op de aanvraag"
    assert over.onderwerp == "De termijn is voorbij: Beslissen op de aanvraag"
    assert "12 maart 2026" in over.tekst and "PROEF-1" in over.tekst and "in gebreke" in over.tekst
    assert len(outbox(world)) == len(queue(world)) == 2
    assert world.behind("SELECT state FROM portal.dossier")[0].state == "open", "alleen een bericht, verder niets"


def test_after_an_outage_only_what_is_true_is_told(world, app, anna):
    world.clock(date(2026, 3, 2))
    world.as_(anna, a_term)
    world.clock(date(2026, 5, 1))
    jobs.for_each_party(app, jobs.warn_of_terms)
    assert [m.onderwerp[:10] for m in messages(world, anna)] == ["De termijn"]


def test_a_met_term_is_silent_and_an_hour_can_be_the_end(world, app, anna):
    world.clock(date(2026, 3, 2))

    def begin(session, actor):
        a_term(session, actor, reference="A-1", due_at=datetime(2026, 3, 12, 12, tzinfo=clock.AMSTERDAM))
        a_term(session, actor, reference="A-2")
        met = session.scalars(select(Dossier).where(Dossier.reference == "A-2")).one()
        session.flush()
        meet_term(session, met, "beslistermijn", on=clock.today())

    world.as_(anna, begin)
    world.clock(datetime(2026, 3, 12, 11, 59, tzinfo=clock.AMSTERDAM))
    jobs.for_each_party(app, jobs.warn_of_terms)
    world.clock(datetime(2026, 3, 12, 12, 0, 1, tzinfo=clock.AMSTERDAM))
    jobs.for_each_party(app, jobs.warn_of_terms)
    assert [("A-1" in m.tekst, m.onderwerp[:7]) for m in messages(world, anna)] == [(True, "De term"), (True, "Vandaag")]


def test_only_the_party_that_must_act_is_told(world, app, anna, kampen):
    world.clock(date(2026, 3, 2))
    world.as_(anna, a_term, party=kampen.party_id)
    world.clock(date(2026, 3, 12))
    assert jobs.for_each_party(app, jobs.warn_of_terms) == 1
    assert messages(world, anna) == []
    ((_, words),) = messages(world, kampen)
    assert "PROEF-1" not in words, "het dossier is niet met Kampen gedeeld"


def test_one_failing_party_does_not_hold_up_the_others(world, app, anna, kampen):
    world.clock(date(2026, 3, 2))
    world.as_(anna, a_term)
    world.as_(kampen, a_term, reference="PROEF-2")
    world.clock(date(2026, 3, 12))

    def work(app, party_id):
        if party_id == anna.party_id:
            raise RuntimeError("kapot")
        return jobs.warn_of_terms(app, party_id)

    with pytest.raises(jobs.PartlyDone):
        jobs.for_each_party(app, work)
    assert len(messages(world, kampen)) == 1 and messages(world, anna) == []


# --- files


def a_document(session, actor, key, naam="plan.pdf"):
    dossier = session.scalar(select(Dossier).where(Dossier.eigenaar_id == actor.party_id)) or a_dossier(
        session, actor, f"DOC-{actor.party_slug}")
    document = Document(dossier_id=dossier.id, eigenaar_id=dossier.eigenaar_id, party_id=actor.party_id, soort="bijlage",
                        titel=naam, naam=naam, media_type="application/pdf", grootte=10, sha256="0" * 64, opslag_key=key,
                        scan="wacht", ontvangst_nummer=uuid.uuid4().hex, ontvangen_by=actor.user_id)
    session.add(document)
    return document.id


def scans(world):
    return dict(world.behind("SELECT naam, scan || CASE WHEN vervallen_at IS NULL THEN '' ELSE ' vervallen' END "
                             "FROM portal.document").__iter__())


def test_waiting_files_get_their_verdict_from_the_real_scanner(world, app, anna, kampen, monkeypatch):
    world.as_(anna, a_document, app.files.put([b"een gewoon plan"]), naam="goed.pdf")
    world.as_(kampen, a_document, app.files.put([b"hier zit " + PROBE]), naam="kwaad.pdf")
    assert jobs.for_each_party(app, jobs.scan_waiting) == 0, "zonder scanner blijft alles wachten"
    with clamav.running() as daemon:
        monkeypatch.setattr(app, "scanner", Clamd(daemon.socket))
        assert [jobs.for_each_party(app, jobs.scan_waiting) for _ in range(2)] == [2, 0]
    assert scans(world) == {"goed.pdf": "schoon", "kwaad.pdf": "besmet vervallen"}
    ((onderwerp, tekst),) = messages(world, kampen)
    assert onderwerp == "Een bestand van u is niet aangenomen" and "kwaad.pdf" in tekst and "gevaarlijks" in tekst
    assert messages(world, anna) == []


def test_a_file_that_the_scanner_cannot_take_is_told_and_not_tried_for_ever(world, app, anna, monkeypatch):
    class TooLarge:
        asked = 0

        def scan(self, chunks):
            TooLarge.asked += 1
            return Verdict("fout", "INSTREAM size limit exceeded.")

    monkeypatch.setattr(app, "scanner", TooLarge())
    world.as_(anna, a_document, app.files.put([b"groot"]))
    assert [jobs.for_each_party(app, jobs.scan_waiting) for _ in range(2)] == [1, 0]
    assert TooLarge.asked == 1 and scans(world) == {"plan.pdf": "wacht vervallen"}
    assert "niet helemaal bekijken" in messages(world, anna)[0].tekst


def test_a_file_that_is_lost_does_not_stop_the_rest(world, app, anna, monkeypatch):
    class Fine:
        def scan(self, chunks):
            return Verdict("schoon" if b"".join(chunks) else "wacht")

    monkeypatch.setattr(app, "scanner", Fine())
    world.as_(anna, a_document, "2026/01/01/" + "0" * 32, naam="weg.pdf")
    world.as_(anna, a_document, app.files.put([b"er"]), naam="er.pdf")
    assert jobs.for_each_party(app, jobs.scan_waiting) == 1
    assert scans(world) == {"weg.pdf": "wacht", "er.pdf": "schoon"}


def test_the_sweep_keeps_what_any_party_still_names(world, app, anna, kampen):
    store = Path(urlsplit(app.settings.file_store_url).path)
    keys = {name: app.files.put([name.encode()]) for name in ("zwolle", "kampen", "brief", "wees", "vers")}
    world.as_(anna, a_document, keys["zwolle"])
    world.as_(kampen, a_document, keys["kampen"])
    world.as_(anna, write, kampen.party_id, brief=(keys["brief"], "0" * 64, 5))
    long_ago = time.time() - 3 * 86400
    for name, key in keys.items():
        if name != "vers":
            os.utime(store / key, (long_ago, long_ago))
    # A clock that was moved a year ahead makes no file an orphan.
    world.clock(timedelta(days=365))
    assert jobs.sweep_files(app) >= 1
    left = {name for name, key in keys.items() if (store / key).exists()}
    assert left == {"zwolle", "kampen", "brief", "vers"}
    assert jobs.sweep_files(app) == 0


# --- leftovers


def test_what_ended_a_month_ago_is_forgotten(world, app, anna):
    world.token(anna)
    world.behind("INSERT INTO portal.inloglink (token_hash, email, verloopt_at) VALUES ('\\x01', 'a@b.example', now())")
    world.behind("INSERT INTO portal.idempotentie (sleutel, party_id, account_id, resultaat) VALUES ('k', :p, :a, '{}')",
                 p=anna.party_id, a=anna.user_id)
    world.behind("INSERT INTO portal.limiet (sleutel, venster_at, aantal) VALUES ('ip', now(), 3)")
    assert jobs.clean_up(app) == 0
    world.clock(timedelta(days=2))
    assert jobs.clean_up(app) == 1, "een teller leeft een dag"
    world.clock(timedelta(days=40))
    assert jobs.clean_up(app) == 3
    assert jobs.clean_up(app) == 0


def test_outbox_rows_of_others_stay_hidden(world, anna, kampen):
    world.as_(anna, write, kampen.party_id)
    assert world.see(anna, lambda s: s.scalars(select(Outbox)).all()) == []
    with acting_for(kampen.party_id):
        assert len(world.see(kampen, lambda s: s.scalars(select(Outbox)).all())) == 1
