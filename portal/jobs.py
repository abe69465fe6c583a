"""Work behind the pages: mail that waits, terms that run out, files to scan, history to seal, leftovers to sweep.

A page only writes the job, in the transaction of the decision (`kernel.outbox.enqueue`); the worker is a process of its
own (`flask worker`). Every job may run twice, after a crash for instance, and then does nothing new. One thing cannot be
had over SMTP: when a worker is killed after the server took a mail and before that was written down, the mail goes out a
second time, with the same Message-ID, so that mail programs can tell that it is the same one.
"""

import asyncio
import json
import logging
import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta

import procrastinate
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status
from sqlalchemy import Engine, create_engine, func, make_url, select, text
from sqlalchemy.orm import Session

from config import load
from portal.adapters.mail import Mail, MailRefused, MailUnavailable, render_mail
from portal.db import THRESHOLD
from portal.domains.beheer.leden import link_token
from portal.domains.plaatsingen import mensen
from portal.domains.plaatsingen import tijd as plaatsing_tijd
from portal.domains.subsidies import bewaken, bezwaar, ingebreke, toestemming, uitvoering, vaststellen, vorderen
from portal.domains.subsidies import usecases as subsidies
from portal.domains.subsidies.innemen import innemen
from portal.domains.subsidies.model import Indiening
from portal.domains.uitdaagrecht import tijd as uitdaging_tijd
from portal.domains.uitdaagrecht.innemen import innemen as plan_innemen
from portal.domains.uitdaagrecht.model import Initiatiefpagina, Volger
from portal.domains.uitdaagrecht.words import NU_WORDS
from portal.identity.model import Account, Membership, Uitnodiging
from portal.kernel import clock
from portal.kernel.documents import Document, Scan
from portal.kernel.dossier import Dossier, Termijn
from portal.kernel.history import ChainBroken, seal, waiting
from portal.kernel.holidays import day_text
from portal.kernel.outbox import Bericht, Outbox, post
from portal.kernel.queries import STANDS_STILL
from portal.processes import uitdaging as van_plan
from portal.register import queries as register
from portal.register import usecases as contracten
from portal.tenants.model import Gemeente, Partij
from portal.tenants.scope import acting_for, as_public
from portal.web.log import OfLibrary, to_stdout
from portal.web.uploads import sweep_orphans

QUEUE = "portaal"
CONCURRENCY = 2
HEARTBEAT = 10.0
# Below three heartbeats a worker that is only busy counts as dead, and its job runs twice at the same time.
STALLED = 4 * HEARTBEAT
STOP_SECONDS = 8.0
FIRST_WAIT, LONGEST_WAIT = 15, 3600  # seconds between attempts
UNAVAILABLE_ENOUGH = 3
SEAL_BATCH = 10_000


class Patience(procrastinate.BaseRetryStrategy):
    """Try again until it works, however long the outage: after 15 s, 30 s ... and then every hour."""

    def get_retry_decision(self, *, exception: BaseException, job) -> procrastinate.RetryDecision:
        """When to try again; `job.attempts` counts from 0."""
        return procrastinate.RetryDecision(
            retry_in={"seconds": min(FIRST_WAIT * 2 ** min(job.attempts, 16), LONGEST_WAIT)})


class PartlyDone(Exception):
    """Some parties could not be served; what could be done for the others is done."""


# Mail ---------------------------------------------------------------------------------------------------------------


class Withheld(Exception):
    """This mail should not go out any more; the text says why."""


def deliver(app: Flask, outbox_id: uuid.UUID) -> None:
    """`send_post` for the party that receives. The queue is no table behind the wall: it does not say for whom a mail is, and
    the database tells it to nobody that is bound to a party."""
    with app.engine.connect() as connection:
        party_id = connection.execute(text("SELECT portal.post_partij(:id)"), {"id": outbox_id}).scalar_one()
    if party_id is not None:
        send_post(app, outbox_id, party_id)


def send_post(app: Flask, outbox_id: uuid.UUID, party_id: uuid.UUID) -> None:
    """Send what one outbox row asks for, acting for the party that receives; nothing when that was done before.

    Each address is a transaction of its own under a lock on the row, so that one full mailbox never makes the others
    get their mail twice. Raises MailUnavailable when an address must be tried again later.
    """
    waiting: dict[uuid.UUID, MailUnavailable] = {}
    with acting_for(party_id), app.new_session() as session:
        while len(waiting) < UNAVAILABLE_ENOUGH:
            with session.begin():
                row = session.get(Outbox, outbox_id, with_for_update=True, populate_existing=True)
                if row is None or row.verzonden_at or row.fout:
                    return
                if not _send_next(app, session, row, waiting):
                    break
    if waiting:
        raise next(iter(waiting.values()))


def _send_next(app: Flask, session: Session, row: Outbox, waiting: dict[uuid.UUID, MailUnavailable]) -> bool:
    """Send to the next address of this row; False when there is none left to try now."""
    try:
        mail, addresses = WORDS.get(row.soort, _unknown_words)(app, session, row)
    except (Withheld, MailRefused) as reason:
        _close(row, fout=str(reason))
        return False
    done = row.gegevens.get("verstuurd", []), row.gegevens.get("geweigerd", [])
    copies = {uuid.uuid5(row.id, address): address for address in addresses}
    left = [copy for copy in copies if str(copy) not in {*done[0], *done[1]} and copy not in waiting]
    if not left:
        if not waiting:
            _close(row, sent=bool(done[0]))
        return False
    copy = left[0]
    try:
        app.mailer.send(copies[copy], mail.subject, mail.text, mail.html, message_id=app.mailer.message_id(copy))
    except MailUnavailable as error:
        waiting[copy] = error
        row.pogingen += 1
        return True
    except MailRefused as error:
        app.logger.warning("mail geweigerd", extra={"fields": {"outbox": str(row.id), "reden": str(error)}})
        row.gegevens = row.gegevens | {"geweigerd": [*done[1], str(copy)]}
    else:
        row.gegevens = row.gegevens | {"verstuurd": [*done[0], str(copy)]}
    row.pogingen += 1
    return True


def _close(row: Outbox, *, sent: bool = False, fout: str | None = None) -> None:
    """Done with this row."""
    row.verzonden_at = clock.now() if sent else None
    if refused := len(row.gegevens.get("geweigerd", [])):
        fout = f"De mailserver weigerde {refused} {'adres' if refused == 1 else 'adressen'}."
    row.fout = fout or (None if sent else "Niemand van deze organisatie heeft een mailadres.")


def _message_words(app: Flask, session: Session, row: Outbox) -> tuple[Mail, Sequence[str]]:
    """That a message waits, for every member with an address; never what it says."""
    bericht = session.get(Bericht, uuid.UUID(row.gegevens["bericht_id"]))
    if bericht is None:
        raise Withheld("Het bericht is er niet meer.")
    # The name of a bidder is hidden before the opening.
    sender = session.scalar(select(Partij.naam).where(Partij.id == bericht.afzender_id)) or "een organisatie"
    link = f"{app.settings.public_url}/berichten/{bericht.id}"
    return render_mail("bericht", afzender=sender, link=link), _addresses(session, row.party_id)


def _addresses(session: Session, party_id: uuid.UUID) -> Sequence[str]:
    """Where the members of this party get their mail, each address once."""
    found = session.scalars(select(Membership.email).where(
        Membership.party_id == party_id, Membership.beeindigd_at.is_(None), Membership.email.is_not(None),
    ).order_by(Membership.id))
    return list({address.casefold(): address for address in found}.values())


def _invitation_words(app: Flask, session: Session, row: Outbox) -> tuple[Mail, Sequence[str]]:
    """The link of an invitation, while it is good; its token is made here. The row belongs to the party that invites."""
    found = session.get(Uitnodiging, uuid.UUID(row.gegevens["uitnodiging_id"]))
    if found is None or found.ingetrokken_at or found.aanvaard_at or found.verloopt_at <= clock.now():
        raise Withheld("De uitnodiging geldt niet meer.")
    mail = render_mail(
        "uitnodiging", afzender=session.scalar(select(Account.naam).where(Account.id == found.uitgenodigd_by)),
        organisatie=session.scalar(select(Partij.naam).where(Partij.id == row.party_id)),
        link=f"{app.settings.public_url}/uitnodiging/{link_token(found, app.settings.secret_key)}",
        dagen=max(1, round((found.verloopt_at - clock.now()) / timedelta(days=1))),
    )
    return mail, [found.email]


def _news_words(app: Flask, session: Session, row: Outbox) -> tuple[Mail, Sequence[str]]:
    """What happened with a plan that everybody may read, for the resident who follows it, while they still do."""
    page = session.get(Initiatiefpagina, uuid.UUID(row.gegevens["pagina_id"]))
    if page is None or page.verborgen_at is not None or not session.scalar(
            select(Volger.id).where(Volger.pagina_id == page.id, Volger.party_id == row.party_id)):
        raise Withheld("Het plan is niet meer te lezen, of wordt niet meer gevolgd.")
    at = f"{app.settings.public_url}/initiatieven/{page.reference}"
    sender = session.scalar(select(Partij.naam).where(Partij.id == page.gemeente_id))
    mail = render_mail("volgnieuws", afzender=f"Gemeente {sender}", titel=" ".join(page.titel.split()),
                       nieuws=NU_WORDS[row.gegevens["wat"]], link=at, stoppen=f"{at}/volgen")
    return mail, _addresses(session, row.party_id)


def _unknown_words(app: Flask, _session: Session, row: Outbox) -> tuple[Mail, Sequence[str]]:
    """Trying again does not help: somebody must look why this was written."""
    app.logger.error("post van een onbekende soort", extra={"fields": {"outbox": str(row.id), "soort": row.soort}})
    raise Withheld(f"Dit portaal kent geen post van de soort “{row.soort}”. Er is niets verstuurd.")


WORDS: dict[str, Callable[[Flask, Session, Outbox], tuple[Mail, Sequence[str]]]] = {
    "bericht": _message_words, "uitnodiging": _invitation_words, "volgnieuws": _news_words,
}


# Party by party -----------------------------------------------------------------------------------------------------


def for_each_party(app: Flask, work: Callable[[Flask, uuid.UUID], int], parties: Sequence[uuid.UUID] | None = None) -> int:
    """Do this for these parties (default: every one that has something waiting), each behind its own wall; returns the sum.

    A party that fails does not hold up the others; PartlyDone is raised at the end.
    """
    if parties is None:
        with app.engine.connect() as connection:
            parties = connection.execute(text("SELECT portal.partijen_met_werk()")).scalars().all()
    done, failed = 0, 0
    for party_id in parties:
        try:
            with acting_for(party_id):
                done += work(app, party_id)
        except Exception:
            app.logger.exception("taak voor partij mislukt", extra={"fields": {"party": str(party_id)}})
            failed += 1
    if failed:
        raise PartlyDone(f"Voor {failed} van {len(parties)} partijen is dit niet gelukt.")
    return done


def _tell(session: Session, party_id: uuid.UUID, sleutel: str, *, onderwerp: str, tekst: str,
          dossier_id: uuid.UUID | None) -> int:
    """A message of the portal to the party itself, once per `sleutel`; returns how many were written."""
    if session.scalar(select(Outbox.id).where(Outbox.sleutel == sleutel)):
        return 0
    bericht = Bericht(party_id=party_id, afzender_id=party_id, dossier_id=dossier_id, onderwerp=onderwerp, tekst=tekst)
    session.add(bericht)
    session.flush()
    post(session, sleutel=sleutel, soort="bericht", party_id=party_id, bericht_id=bericht.id)
    return 1


def warn_of_terms(app: Flask, party_id: uuid.UUID) -> int:
    """Tell the party that must act on the last day of a term, and once more when it is over; not of one that stands still.
    Nothing else happens:
    what the law attaches to silence is for a person to do."""
    written = 0
    with app.new_session() as session, session.begin():
        today = clock.today()
        rows = session.execute(
            select(Termijn, Dossier.reference, Dossier.titel).outerjoin(Dossier, Dossier.id == Termijn.dossier_id)
            .where(Termijn.party_id == party_id, Termijn.met_on.is_(None), Termijn.taak != "",
                   Termijn.due_on <= today, ~STANDS_STILL)
            .order_by(Termijn.due_on, Termijn.id)
        ).all()
        for termijn, reference, titel in rows:
            over = termijn.due_on < today or (termijn.due_at is not None and termijn.due_at <= clock.now())
            day = day_text(termijn.due_on)
            lines = [f"Het gaat om: {titel} ({reference})."] if reference else []
            lines += [f"De laatste dag was {day}." if over else f"De laatste dag is vandaag, {day}."]
            lines += [f"Wat u doet: {termijn.taak}", f"Als niemand iets doet: {termijn.gevolg}"]
            # The day is part of the key: a term that was suspended or extended gets its own warning.
            written += _tell(
                session, party_id, f"termijn:{termijn.id}:{termijn.due_on}:{'voorbij' if over else 'vandaag'}",
                onderwerp=f"{'De termijn is voorbij' if over else 'Vandaag is de laatste dag'}: {termijn.label}",
                tekst="\n\n".join(lines), dossier_id=termijn.dossier_id if reference else None,
            )
    return written


def ask_extensions(app: Flask) -> int:
    """Put what must be decided about running contracts into Mijn werk of their owners; returns how many were put in."""
    with as_public(), app.new_session() as session:
        owners = register.owners(session)

    def ask(app: Flask, party_id: uuid.UUID) -> int:
        with app.new_session() as session, session.begin():
            return contracten.vragen(session, party_id)

    return for_each_party(app, ask, owners)


def take_in(app: Flask, indiening_id: uuid.UUID, party_id: uuid.UUID) -> None:
    """Take in what somebody sent to a gemeente, acting for that gemeente; nothing when that was done before."""
    with acting_for(party_id), app.new_session() as session, session.begin():
        portaal = subsidies.portaal(party_id)
        if subsidie := innemen(session, portaal, indiening_id):
            van_plan.volgt(session, portaal, subsidie, session.get(Indiening, indiening_id).inhoud.get("ouder"))


def take_in_plan(app: Flask, inzending_id: uuid.UUID, party_id: uuid.UUID) -> None:
    """Take in what residents sent to a gemeente, acting for that gemeente; nothing when that was done before."""
    with acting_for(party_id), app.new_session() as session, session.begin():
        plan_innemen(session, subsidies.portaal(party_id), inzending_id)


# What passes by itself, each in a transaction of its own.
TIME = (subsidies.termijnen_verlopen, uitvoering.stops_verlopen, vaststellen.perioden_verlopen, vorderen.betaaldagen_voorbij,
        bezwaar.verzuim_verlopen, toestemming.tijd_verlopen, ingebreke.dagen_verlopen, bewaken.klaarzetten,
        plaatsing_tijd.aanbod_verlopen, plaatsing_tijd.overdrachten_verlopen,
        plaatsing_tijd.verantwoordelijkheid_gaat_over, plaatsing_tijd.ondersteuning_eindigt, mensen.vragen_wachten,
        uitdaging_tijd.aanvulling_verlopen, uitdaging_tijd.later_antwoord, uitdaging_tijd.afspraak_loopt_af)


def let_time_pass(app: Flask, party_id: uuid.UUID) -> int:
    """What the law attaches to the end of a term by itself, for one party: a supplement that did not come, a view that was not
    given. Returns in how many cases. What fails does not hold up the rest; PartlyDone is raised at the end."""
    portaal, done, failed = subsidies.portaal(party_id), 0, 0
    for passed in TIME:
        try:
            with app.new_session() as session, session.begin():
                done += passed(session, portaal, clock.today())
        except Exception:
            app.logger.exception("tijd verliep niet", extra={"fields": {"party": str(party_id), "wat": passed.__qualname__}})
            failed += 1
    if failed:
        raise PartlyDone(f"Van {len(TIME)} soorten termijnen zijn er {failed} niet gelukt.")
    return done


def pass_time(app: Flask) -> int:
    """`let_time_pass` for every gemeente: in a case where only the other side must act, or nobody, time passes too."""
    with as_public(), app.new_session() as session:
        gemeenten = session.scalars(select(Gemeente.id)).all()
    return for_each_party(app, let_time_pass, gemeenten)


def scan_waiting(app: Flask, party_id: uuid.UUID) -> int:
    """Scan the files of a party that nobody looked at yet; returns how many got an answer."""
    with app.new_session() as session:
        waiting = session.execute(select(Document.id, Document.opslag_key).where(
            Document.party_id == party_id, Document.scan == Scan.WACHT, Document.vervallen_at.is_(None))).all()
    return sum(_scan_one(app, party_id, document_id, key) for document_id, key in waiting)


def _scan_one(app: Flask, party_id: uuid.UUID, document_id: uuid.UUID, key: str) -> int:
    try:
        verdict = app.scanner.scan(app.files.open(key))  # takes long: no transaction is open meanwhile
    except OSError as error:
        app.logger.error("bestand niet te lezen", extra={"fields": {
            "document": str(document_id), "fout": type(error).__name__}})
        return 0
    if verdict.state == "wacht":
        return 0
    with app.new_session() as session, session.begin():
        document = session.scalar(select(Document).where(
            Document.id == document_id, Document.scan == Scan.WACHT).with_for_update())
        if document is None:
            return 0
        if verdict.state == "schoon":
            document.scan = Scan.SCHOON
            return 1
        document.vervallen_at = clock.now()
        reason = "De virusscanner kan het bestand niet helemaal bekijken. Verdeel het, of maak er een pdf van."
        if verdict.state == "besmet":
            document.scan = Scan.BESMET
            reason = f"De virusscanner vond er iets gevaarlijks in ({verdict.signature}). Vraag uw ICT-afdeling om hulp."
        _tell(
            session, party_id, f"scan:{document.id}", onderwerp="Een bestand van u is niet aangenomen",
            tekst=f"Het bestand “{document.naam}” telt niet meer mee. Niemand anders kon het openen.\n\n{reason}\n\n"
                  "Stuur daarna een nieuwe versie.",
            dossier_id=document.dossier_id,
        )
    return 1


# House-keeping ------------------------------------------------------------------------------------------------------


def sweep_files(app: Flask) -> int:
    """Remove files that no document or letter of any party names, a day after they came in; returns how many."""
    with app.engine.connect() as connection:
        # The clock of the file store is the real one, without the offset of the demo.
        yesterday = connection.execute(select(func.clock_timestamp() - timedelta(days=1))).scalar_one()

    def known(keys: Sequence[str]) -> set[str]:
        with app.engine.connect() as connection:
            return set(connection.execute(text("SELECT portal.bekende_opslag(:keys)"), {"keys": list(keys)}).scalars())

    return sweep_orphans(app.files, known, yesterday)


def clean_up(app: Flask) -> int:
    """Forget what was kept as long as config/bewaren.toml says; returns how many rows."""
    lengths = {name: f"{rule['jaren']} years" if "jaren" in rule else f"{rule['dagen']} days"
               for name, rule in load("bewaren").items()}
    with app.engine.begin() as connection:
        # A whole year of journals may go at once; the web has no such long statements.
        connection.execute(text("SET LOCAL statement_timeout = '10min'"))
        return connection.execute(text("SELECT portal.opruimen(CAST(:lengths AS jsonb))"),
                                  {"lengths": json.dumps(lengths)}).scalar_one()


def seal_all(engine: Engine, key: Ed25519PrivateKey, key_id: str) -> int:
    """Seal the new history of every party, as role portal_zegel; returns how many lines.

    A chain that somebody touched is left as it is, and named in ChainBroken after the others are done.
    """
    with engine.connect() as connection:
        parties = waiting(connection)
    total, broken = 0, []
    for party_id in parties:
        try:
            sealed = SEAL_BATCH
            while sealed == SEAL_BATCH:
                with engine.begin() as connection:
                    sealed = seal(connection, party_id, key, key_id, SEAL_BATCH)
                total += sealed
        except ChainBroken as error:
            broken.append(str(error))
    if broken:
        raise ChainBroken(" ".join(broken))
    return total


# The worker ---------------------------------------------------------------------------------------------------------


def job_app(app: Flask) -> procrastinate.App:
    """All tasks of the portal on the queue in schema `jobs`; the schema itself comes with the migrations."""
    url = make_url(app.settings.jobs_url).set(drivername="postgresql").difference_update_query([THRESHOLD])
    work = procrastinate.App(connector=procrastinate.PsycopgConnector(
        conninfo=url.render_as_string(hide_password=False), kwargs={"options": "-c search_path=jobs"},
        min_size=1, max_size=CONCURRENCY + 3,
    ))

    @work.task(name="post_versturen", queue=QUEUE, retry=Patience())
    def post_versturen(outbox_id: str, **_of_before: str) -> None:
        deliver(app, uuid.UUID(outbox_id))

    @work.task(name="indiening_innemen", queue=QUEUE, retry=Patience())
    def indiening_innemen(indiening_id: str, party_id: str) -> None:
        take_in(app, uuid.UUID(indiening_id), uuid.UUID(party_id))

    @work.task(name="inzending_innemen", queue=QUEUE, retry=Patience())
    def inzending_innemen(inzending_id: str, party_id: str) -> None:
        take_in_plan(app, uuid.UUID(inzending_id), uuid.UUID(party_id))

    def every(cron: str, name: str, do: Callable[[], int]) -> None:
        """A task at fixed times: one waiting and one running at most, and no retry, for the next one comes by itself."""

        def run(timestamp: int) -> int:
            return do()

        work.periodic(cron=cron)(work.task(run, name=name, queue=QUEUE, lock=name, queueing_lock=name))

    every("*/5 * * * *", "termijnen_controleren", lambda: for_each_party(app, warn_of_terms))
    every("*/5 * * * *", "termijnen_verlopen", lambda: pass_time(app))
    every("*/5 * * * *", "verlengingen_vragen", lambda: ask_extensions(app))
    every("*/5 * * * *", "bestanden_scannen", lambda: for_each_party(app, scan_waiting) if app.scanner.ping() else 0)
    every("30 3 * * *", "wezen_opruimen", lambda: sweep_files(app))
    every("0 4 * * *", "opruimen", lambda: clean_up(app))
    if app.settings.zegel_url and app.settings.zegel_key:
        sealer = create_engine(app.settings.zegel_url, pool_size=1, hide_parameters=True)
        key = Ed25519PrivateKey.from_private_bytes(app.settings.zegel_key)
        every("* * * * *", "historie_verzegelen", lambda: seal_all(sealer, key, app.settings.zegel_key_id))

    # No `lock`: a killed run of this one must not keep the next one from coming to the rescue.
    @work.periodic(cron="* * * * *")
    @work.task(name="vastgelopen_taken", queue=QUEUE, queueing_lock="vastgelopen_taken")
    async def vastgelopen_taken(timestamp: int) -> int:
        return await retry_stalled(work)

    @work.periodic(cron="15 4 * * *")
    @work.task(name="taken_opruimen", queue=QUEUE, queueing_lock="taken_opruimen")
    async def taken_opruimen(timestamp: int) -> None:
        await work.job_manager.delete_old_jobs(24 * load("bewaren")["taak"]["dagen"], include_failed=True, include_aborted=True,
                                               include_cancelled=True)

    return work


async def retry_stalled(work: procrastinate.App, seconds: float = STALLED) -> int:
    """Put back jobs of workers that gave no sign of life for `seconds`; returns how many."""
    stalled = list(await work.job_manager.get_stalled_jobs(seconds_since_heartbeat=seconds))
    for job in stalled:
        try:
            await work.job_manager.retry_job(job)
        except UniqueViolation:
            # A periodic one whose successor already waits: that one does the work.
            await work.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
    return len(stalled)


def run_worker(app: Flask, *, wait: bool = True) -> None:
    """Run jobs until SIGTERM or SIGINT: a job under way gets 8 s to end, otherwise it is tried again later.

    `wait=False`: only what is due now. Logs are JSON lines on standard output.
    """
    log = logging.getLogger("procrastinate")
    log.handlers, log.propagate = [to_stdout(OfLibrary())], False
    log.setLevel(logging.INFO)
    if not app.settings.zegel_key:
        app.logger.warning("de historie wordt niet verzegeld")

    async def run() -> None:
        work = job_app(app)
        async with work.open_async():
            await work.run_worker_async(
                queues=[QUEUE], name=QUEUE, concurrency=CONCURRENCY, wait=wait, shutdown_graceful_timeout=STOP_SECONDS,
                update_heartbeat_interval=HEARTBEAT, stalled_worker_timeout=STALLED,
            )

    try:
        asyncio.run(run())
    except Exception:
        # Python itself would print the words of the exception.
        app.logger.exception("de werker stopt")
        raise SystemExit(1) from None
