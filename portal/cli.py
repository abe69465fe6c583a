"""Commands for operators and testers. Each says in one sentence what it did."""

import json
import os
import re
import sys
from datetime import timedelta
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import create_engine, text

from portal.db import Session


def _owner_engine():
    if not (url := os.environ.get("DATABASE_OWNER_URL")):
        raise click.ClickException("DATABASE_OWNER_URL ontbreekt: dit doet de eigenaar van de database.")
    return create_engine(url, hide_parameters=True)


COMMANDS = AppGroup()


def init_cli(app: Flask) -> None:
    """All commands."""
    for command in COMMANDS.commands.values():
        app.cli.add_command(command)


@COMMANDS.command("db-upgrade")
@click.argument("revision", default="head")
def db_upgrade(revision):
    """Bring the database to the newest schema and lay out the region, as the owner role."""
    import migrations
    from portal.tenants.region import lay_out

    engine = _owner_engine()
    migrations.upgrade(engine.url.render_as_string(hide_password=False), revision)
    with Session(bind=engine, info={"owner": True}) as session, session.begin():
        lay_out(session)
    click.echo("De database is bijgewerkt.")


@COMMANDS.command("db-downgrade")
@click.argument("revision")
def db_downgrade(revision):
    """Take migrations back, as the owner role."""
    import migrations

    migrations.downgrade(_owner_engine().url.render_as_string(hide_password=False), revision)
    click.echo(f"De database staat op {revision}.")


@COMMANDS.command("gezondheid")
def health():
    """Tell how every part of the portal stands; ends with 1 when one does not work."""
    from flask import g

    from portal.blueprints.gezondheid import is_well, parts
    from portal.tenants.scope import as_public

    with as_public(), current_app.new_session() as g.db:
        found = parts()
    for name, part in found.items():
        click.echo(f"{name}: {part['status']}, {part['uitleg']}")
    if not is_well(found):
        raise SystemExit(1)


@COMMANDS.command("region")
def region():
    """Lay out config/region.toml again, as the owner role."""
    from portal.tenants.region import lay_out

    with Session(bind=_owner_engine(), info={"owner": True}) as session, session.begin():
        lay_out(session)
    click.echo("De regio is ingericht.")


def _as_owner(work):
    """What `work(session)` gives, in one transaction of the owner role; a refusal is a sentence for the operator."""
    from portal.kernel.errors import Refused

    engine = _owner_engine()
    try:
        with Session(bind=engine, info={"owner": True}) as session, session.begin():
            return work(session)
    except Refused as refused:
        raise click.ClickException(" ".join(refused.reasons)) from refused
    finally:
        engine.dispose()


@COMMANDS.command("inlogdienst")
@click.argument("slug")
@click.option("--issuer", required=True, help="Het adres van de OpenID-dienst, precies zoals die het zelf noemt.")
@click.option("--client-id", required=True, help="De naam van het portaal bij die dienst.")
def login_service(slug, issuer, client_id):
    """Let people log in at a gemeente (its slug), or with eherkenning or digid. A second time changes it."""
    from portal.domains.beheer import inrichten

    settings = current_app.settings
    _as_owner(lambda session: inrichten.inlogdienst(session, slug, issuer=issuer, client_id=client_id,
                                                    https=settings.environment == "productie"))
    click.echo(f"Inloggen bij {slug} gaat via {issuer}. Zet daar als terugkeeradres "
               f"{settings.public_url}/inloggen/{slug}/terug en na uitloggen {settings.public_url}/uitgelogd.")
    if not settings.oidc_secret(slug):
        click.echo(f"Zet het geheim nog in OIDC_SECRET_{slug.upper().replace('-', '_')} en start het portaal opnieuw.")


@COMMANDS.command("beheerder")
@click.argument("slug")
@click.argument("email", required=False)
@click.option("--naam", default="Eerste beheerder", help="Hoe deze persoon heet.")
@click.option("--groep", metavar="CLAIM=WAARDE", help="In plaats van een mailadres: wie met deze claim inlogt, is beheerder.")
def first_admin(slug, email, naam, groep):
    """Let somebody administer a gemeente: a link for one person, or a group of its login service."""
    from portal.domains.beheer import inrichten
    from portal.identity import sessions
    from portal.identity.permissions import Role
    from portal.web.forms import email_address

    if bool(email) == bool(groep):
        raise click.UsageError("Geef een mailadres, of --groep claim=waarde.")
    if groep:
        claim, _, waarde = groep.partition("=")
        if not claim or not waarde:
            raise click.UsageError("Schrijf de groep als claim=waarde, bijvoorbeeld groups=portaal-beheer.")
        _as_owner(lambda session: inrichten.groep_een_rol(session, slug, claim=claim, waarde=waarde, rol=str(Role.BEHEERDER)))
        click.echo(f"Wie bij {slug} inlogt met {claim} = {waarde}, is daar beheerder.")
        return
    try:
        email_address(email)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    settings = current_app.settings
    token = _as_owner(lambda session: inrichten.eerste_beheerder(session, slug, email=email, naam=naam,
                                                                 secret=settings.secret_key))
    click.echo(f"Geef deze link aan {email}. Hij werkt een keer, en {sessions.INVITATION.days} dagen lang:\n"
               f"{settings.public_url}/uitnodiging/{token}")


@COMMANDS.command("routes")
@click.option("--json", "as_json", is_flag=True)
def routes(as_json):
    """Every route with its method and permission."""
    found = list(route_table(current_app))
    if as_json:
        click.echo(json.dumps(found, indent=1))
    else:
        for row in found:
            click.echo(f"{row['method']:5} {row['rule']:60} {row['endpoint']:36} {row['permission']}")


def route_table(app):
    """(method, rule, endpoint, permission) of every route but the static files."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda r: (r.rule, sorted(r.methods))):
        if rule.endpoint == "static":
            continue
        view = app.view_functions[rule.endpoint]
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield {"method": method, "rule": rule.rule, "endpoint": rule.endpoint,
                   "permission": " of ".join(str(n) for n in view.needs), "step_up": view.step_up}


_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


@COMMANDS.command("klok", context_settings={"ignore_unknown_options": True})  # -30m is a shift, not an option
@click.argument("shift", required=False)
def klok(shift):
    """Show the clock, or move it: +35d, +2h, -30m, 0 (demo and tests; only the owner can)."""
    if shift is not None and current_app.settings.environment == "productie":
        raise click.ClickException("In productie staat de klok vast.")
    wanted = re.fullmatch(r"([+-]?[0-9]{1,6})([dhms])", shift or "")
    if shift not in (None, "0") and not wanted:
        raise click.ClickException("Schrijf de verschuiving als +35d, +2h, -30m of 0.")
    with _owner_engine().begin() as connection:
        if shift == "0":
            connection.execute(text("UPDATE portal.klok SET verschil = '0'"))
        elif wanted:
            delta = timedelta(**{_UNITS[wanted[2]]: int(wanted[1])})
            connection.execute(text("UPDATE portal.klok SET verschil = verschil + :delta"), {"delta": delta})
        now = connection.execute(text("SELECT portal.now() AT TIME ZONE 'Europe/Amsterdam'")).scalar()
    click.echo(f"De klok van het portaal staat op {now:%d-%m-%Y %H:%M:%S}.")


@COMMANDS.command("termijn")
@click.argument("file", type=click.File("r"), default="-")
def termijn(file):
    """Count terms: one JSON object per line in, one per line out (helpdesk and testers)."""
    from portal.kernel.terms import termijn_line

    for line in file:
        if line.strip():
            try:
                answer = termijn_line(json.loads(line))
            except json.JSONDecodeError:
                answer = {"error": "Deze regel is geen JSON."}
            click.echo(json.dumps(answer, ensure_ascii=False))


BERICHTEN = AppGroup("berichten", help="Berichten van iWmo en iJw.")
COMMANDS.add_command(BERICHTEN)


@BERICHTEN.command("controleer")
@click.argument("files", metavar="BESTAND...", nargs=-1, required=True,
                type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Per bestand een regel JSON.")
@click.option("--xsd", envvar="ISTANDAARDEN_XSD", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Map met de XSD's van de beheerder (wmo/WMO301.xsd ...), om ook daarmee te kijken.")
def check_messages(files, as_json, xsd):
    """Say of every file whether it is a sound message of iWmo or iJw 3.2, and which rules it breaks; ends with 1 if not."""
    from portal.adapters.istandaarden import controleer_bestand

    found = [(file, controleer_bestand(file, xsd)) for file in files]
    for file, outcome in found:
        if as_json:
            click.echo(json.dumps({"bestand": file.name, **outcome.als_gegevens()}, ensure_ascii=False))
            continue
        click.echo(f"{file.name}: {outcome.soort + ', ' if outcome.soort else ''}{outcome.zin}")
        for fault in outcome.bevindingen:
            code = f" (retourcode {fault.retour})" if fault.retour else ""
            click.echo(f"  {fault.regel} {fault.waar or 'bericht'}: {fault.zin}{code}")
    if not all(outcome.goed for _file, outcome in found):
        sys.exit(1)


def _messages_of(slug, work):
    """What `work(session, actor, post)` gives, for the gemeente with this slug, in one transaction; a refusal is a sentence."""
    from portal.adapters import istandaarden
    from portal.domains.plaatsingen.berichtenstand import Post
    from portal.domains.subsidies.usecases import portaal
    from portal.kernel.errors import Refused
    from portal.tenants.model import Gemeente
    from portal.tenants.scope import acting_for, as_public

    with as_public(), current_app.new_session() as session:
        party_id = session.query(Gemeente.id).filter_by(slug=slug).scalar()
    if party_id is None:
        raise click.ClickException(f"Er is geen gemeente {slug}.")
    try:
        with acting_for(party_id), current_app.new_session() as session, session.begin():
            return work(session, portaal(party_id), Post(current_app.kluis, istandaarden))
    except Refused as refused:
        raise click.ClickException(" ".join(refused.reasons)) from refused


@BERICHTEN.command("inlezen")
@click.argument("file", metavar="BESTAND", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--gemeente", required=True, help="De gemeente aan wie het bericht is gestuurd: haar naam in het adres.")
def read_message(file, gemeente):
    """Take in one message for a gemeente, follow it and make its answer; ends with 1 when it was not sound."""
    from portal.adapters.istandaarden import MAX_BYTES
    from portal.domains.plaatsingen.berichtenverkeer import inlezen

    with file.open("rb") as source:
        data = source.read(MAX_BYTES + 1)

    def work(session, actor, post):
        row = inlezen(session, actor, data, post=post)
        return row.code, row.identificatie, [(one["regel"], one["plek"], one["retourcode"]) for one in row.bevindingen]

    code, number, found = _messages_of(gemeente, work)
    click.echo(f"{code} {number} is ingelezen. {'Er is niets mis mee.' if not found else 'Er klopt iets niet:'}")
    for rule, place, retour in found:
        click.echo(f"  {rule} {place or 'bericht'} (retourcode {retour})")
    if found:
        sys.exit(1)


@BERICHTEN.command("uitgeven")
@click.argument("folder", metavar="MAP", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--gemeente", required=True, help="De gemeente die de berichten stuurt: haar naam in het adres.")
def write_messages(folder, gemeente):
    """Write every message that waits into a folder; from then on it counts as sent. A file that is there stays."""
    from portal.domains.plaatsingen import berichtenqueries, berichtenverkeer
    from portal.kernel.errors import Refused

    def work(session, actor, post):
        done, kept = [], []
        for id_ in berichtenqueries.te_versturen(session, actor.party_id):
            try:
                name, data = berichtenverkeer.bestand(session, actor, id_, post=post)
            except Refused as refused:
                kept.append(" ".join(refused.reasons))
                continue
            with (folder / name).open("xb") as target:
                target.write(data)
            done.append(name)
        return done, kept

    done, kept = _messages_of(gemeente, work)
    for line in (*done, *kept):
        click.echo(line)
    click.echo(f"{len(done)} berichten staan in {folder}.")


@COMMANDS.command("diagrams")
@click.argument("folder", type=click.Path(file_okay=False), default="docs/diagrammen")
def diagrams(folder):
    """Draw every workflow as a Mermaid diagram into the docs."""
    from portal.domains import workflows

    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    drawn = workflows()
    for workflow in drawn:
        lines = [f"# {workflow.name.capitalize()}", "", "Made by `flask diagrams`; the law of this dossier is its workflow.py.",
                 "", "```mermaid", workflow.diagram(), "```", "", "| Step | From | To | Permission | Ground |",
                 "|---|---|---|---|---|"]
        for step in workflow.steps.values():
            target_state = step.target or "same"
            lines.append(f"| {step.label} | {', '.join(step.source)} | {target_state} | `{step.needs}` | {step.article} |")
        (target / f"{workflow.name}.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    click.echo(f"{len(drawn)} diagrammen staan in {folder}.")


def _seal_parts():
    settings = current_app.settings
    if not settings.zegel_url or not settings.zegel_key:
        raise click.ClickException("ZEGEL_DATABASE_URL en ZEGEL_KEY zijn nodig om de historie te verzegelen of te controleren.")
    return create_engine(settings.zegel_url, hide_parameters=True), Ed25519PrivateKey.from_private_bytes(settings.zegel_key)


@COMMANDS.command("verzegel")
def seal():
    """Seal the new lines of history of every party."""
    from portal.jobs import seal_all
    from portal.kernel.history import ChainBroken

    engine, key = _seal_parts()
    try:
        click.echo(f"{seal_all(engine, key, current_app.settings.zegel_key_id)} gebeurtenissen verzegeld.")
    except ChainBroken as broken:
        raise click.ClickException(f"{broken} Draai flask verify-history.") from broken


@COMMANDS.command("verify-history")
def verify_history():
    """Walk every chain again; exits with 1 and names each change when something was touched, or lies unsealed too long."""
    from config import load
    from portal.kernel.history import known_keys, unsealed, verify

    engine, _key = _seal_parts()
    settings = current_app.settings
    keys = known_keys(settings.zegel_key, settings.zegel_key_id, settings.zegel_public_keys)
    faults, forgotten, rule = [], [], load("historie")["onverzegeld"]
    with engine.connect() as connection:
        # Also from the signed heads: a chain that was removed as a whole leaves those behind.
        parties = connection.execute(text(
            "SELECT eigenaar_id FROM portal.zegel UNION SELECT eigenaar_id FROM portal.zegelkop ORDER BY 1"
        )).scalars().all()
        for party in parties:
            faults += [f"{party}: {fault}" for fault in verify(connection, party, keys)]
        # Also of parties that have no seal at all.
        for party in connection.execute(text("SELECT id FROM portal.partij ORDER BY 1")).scalars().all():
            forgotten += [f"{party}: {line}" for line in unsealed(connection, party, timedelta(minutes=rule["minuten"]))]
    for line in [*faults, *forgotten]:
        click.echo(line)
    faults += forgotten if rule["is_fout"] else []
    if faults:
        sys.exit(1)
    click.echo(f"De historie van {len(parties)} {'partij' if len(parties) == 1 else 'partijen'} klopt.")


@COMMANDS.command("worker")
def worker():
    """Run jobs until stopped."""
    from portal.jobs import run_worker

    run_worker(current_app._get_current_object())


@COMMANDS.command("seed")
def seed():
    """Fill the demo region through the use cases, and seal its history (demo and tests)."""
    settings = current_app.settings
    if settings.environment == "productie":
        raise click.ClickException("In productie komen er geen verzonnen mensen bij. Er is niets veranderd.")
    from portal.demo import seed_demo
    from portal.jobs import seal_all

    click.echo(seed_demo(current_app._get_current_object(), _owner_engine()))
    if settings.zegel_url and settings.zegel_key:
        # The years that just went by would otherwise wait for the job, and count as forgotten meanwhile.
        engine, key = _seal_parts()
        seal_all(engine, key, settings.zegel_key_id)
        engine.dispose()


@COMMANDS.command("personas")
@click.option("--json", "as_json", is_flag=True)
def personas(as_json):
    """Who can log in as whom in the demo, and how a script does it."""
    if not current_app.settings.is_demo:
        raise click.ClickException("Alleen in de demo bestaan verzonnen personen.")
    from portal.demo import persona_rows

    rows = persona_rows(current_app.settings)
    if as_json:
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    for issuer in rows["issuers"]:
        for person in issuer["personas"]:
            click.echo(f"{issuer['name']:26} {person['name']:22} {person['note']}")
