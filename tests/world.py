"""Builders that read as prose: `world.medewerker("kampen", "beleidsadviseur")`, `world.sign_in(anna)`.

Behind the wall where a test must (the owner engine); everything under test goes through the use cases and the web.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import unescape

from bs4 import BeautifulSoup
from sqlalchemy import text

from portal.db import Session
from portal.identity import sessions
from portal.identity.actor import Actor
from portal.identity.permissions import permissions_of
from portal.kernel import clock
from portal.tenants.region import party_id
from portal.tenants.scope import acting_for


@dataclass(frozen=True)
class Person:
    """Somebody with roles for a party; `actor` is who they are in use cases."""

    actor: Actor
    issuer: str
    subject: str

    @property
    def party_id(self) -> uuid.UUID:
        return self.actor.party_id

    @property
    def user_id(self) -> uuid.UUID:
        return self.actor.user_id


class Page:
    """An answer with its parsed HTML, already inspected."""

    def __init__(self, response):
        self.response = response
        self.status = response.status_code
        self.text = response.get_data(as_text=True)
        self.html = BeautifulSoup(self.text, "lxml") if "html" in (response.content_type or "") else None
        # A browser leaves out the first line break of a text area; this parser (five times as fast as html5lib) does not.
        for area in self.html.find_all("textarea") if self.html else ():
            if area.string and area.string.startswith("\n"):
                area.string = area.string[1:]

    @property
    def location(self) -> str:
        return self.response.headers.get("Location", "")

    @property
    def words(self) -> str:
        """The text of the main part, in one line."""
        main = self.html.find("main") or self.html
        return re.sub(r"\s+", " ", main.get_text(" ")).strip()

    def form(self, action: str | None = None) -> dict:
        """The fields of the form with this action (or of the only form in main), with their values."""
        forms = [f for f in self.html.select("main form") if action is None or f.get("action") == action]
        assert forms, f"geen formulier {action} op deze pagina"
        data: dict = {}
        for field in forms[0].select("input[name], textarea[name], select[name]"):
            kind, name = field.get("type"), field["name"]
            if (kind in ("radio", "checkbox") and not field.has_attr("checked")) or kind == "file":
                continue
            if field.name == "select":
                chosen = field.select_one("option[selected]") or field.select_one("option")
                data[name] = chosen.get("value", chosen.text) if chosen else ""
            elif field.name == "textarea":
                data[name] = field.text
            else:
                data[name] = field.get("value", "")
        return data


def inspect(page: Page) -> None:
    """What every page must be: one h1, a title that starts with it, unique ids, labels, nothing the CSP would refuse."""
    html = page.html
    if html is None or not page.text.lstrip().lower().startswith("<!doctype"):
        return
    assert len(html.select("h1")) == 1, "een pagina heeft precies een h1"
    ids = [tag["id"] for tag in html.select("[id]")]
    assert len(ids) == len(set(ids)), f"dubbele id's: {[i for i in ids if ids.count(i) > 1]}"
    assert not html.select("[style], script:not([src]), style, [onclick], [onload], [onsubmit]"), "inline stijl of script"
    for field in html.select("input:not([type=hidden]):not([type=submit]), textarea, select"):
        labelled = html.select_one(f'label[for="{field.get("id")}"]') or field.get("aria-label") or field.get("aria-labelledby")
        assert labelled or field.find_parent("label"), f"veld zonder label: {field.get('name')}"
    for form in html.select("form[method=post]"):
        assert form.select_one("[name=csrf_token]") or "csrf_token=" in form.get("action", ""), "formulier zonder csrf"


class Browser:
    """A client that inspects every page it gets and posts as a person without JavaScript does."""

    def __init__(self, app, token: str | None = None):
        self.client, self._taken = app.test_client(), (None, "")
        if token:
            self.client.set_cookie("portaal-sessie", token)

    def get(self, url: str, *, expect: int | None = 200, **options) -> Page:
        page = Page(self.client.get(url, **options))
        assert expect is None or page.status == expect, f"{url}: {page.status}\n{page.words if page.html else page.text[:400]}"
        inspect(page)
        return page

    def post(
        self, url: str, data: dict | None = None, *, expect: int | None = 303, from_page: str | None = None, **options
    ) -> Page:
        """Post a form with the CSRF token of `from_page` (or of any page of this person)."""
        data = dict(data or {})
        if "csrf_token" not in data:
            data["csrf_token"] = self.csrf(from_page)
        page = Page(self.client.post(url, data=data, **options))
        assert expect is None or page.status == expect, f"{url}: {page.status}\n{page.words if page.html else page.text[:400]}"
        inspect(page)
        return page

    def csrf(self, url: str | None = None) -> str:
        """The CSRF token of this session, taken from a page; one that was taken before holds as long as the session does."""
        session = [cookie and cookie.value for cookie in map(self.client.get_cookie, ("portaal-sessie", "portaal-bezoek"))]
        if url or not any(session) or self._taken[0] != session:
            text = unescape(self.client.get(url or "/begrippen").get_data(as_text=True))
            self._taken = session, re.search(r'"X-CSRF-Token": ?"([0-9a-f]+)"', text).group(1)
        return self._taken[1]

    def upload(self, url: str, name: str, content: bytes, *, expect: int | None = None, media_type: str = "application/pdf"):
        """Send a file as a raw stream, as the script does."""
        from urllib.parse import quote

        page = Page(
            self.client.put(
                url,
                data=content,
                content_type=media_type,
                headers={"X-File-Name": quote(name), "X-CSRF-Token": self.csrf(), "HX-Request": "true"},
            )
        )
        assert expect is None or page.status == expect, f"{url}: {page.status} {page.text[:300]}"
        return page


class World:
    """The region, empty, and ways to fill it."""

    def __init__(self, app, owner):
        self.app, self.owner = app, owner

    def gemeente(self, slug: str) -> uuid.UUID:
        """The party id of a gemeente or samenwerkingsverband."""
        return party_id(slug)

    def _person(self, party: uuid.UUID, soort: str, naam: str, roles, issuer: str, medewerker: bool) -> Person:
        user, subject = uuid.uuid4(), uuid.uuid4().hex
        with self.owner.begin() as c:
            c.execute(
                text("INSERT INTO portal.account (id, naam, is_medewerker) VALUES (:i, :n, :m)"),
                {"i": user, "n": naam, "m": medewerker},
            )
            c.execute(
                text("INSERT INTO portal.identiteit (issuer, subject, account_id) VALUES (:is, :s, :i)"),
                {"is": issuer, "s": subject, "i": user},
            )
            c.execute(
                text(
                    "INSERT INTO portal.membership (id, account_id, party_id, rollen, herkomst, email) "
                    "VALUES (:m, :a, :p, :r, 'inrichting', :e)"
                ),
                {"m": uuid.uuid4(), "a": user, "p": party, "r": list(roles), "e": f"{subject[:8]}@voorbeeld.example"},
            )
            row = c.execute(text("SELECT naam, slug FROM portal.partij WHERE id = :p"), {"p": party}).one()
        actor = Actor(
            user_id=user,
            naam=naam,
            party_id=party,
            party_soort=soort,
            party_naam=row.naam,
            party_slug=row.slug,
            roles=frozenset(roles),
            permissions=permissions_of(roles),
            stepped_up_at=clock.now(),
        )
        return Person(actor, issuer, subject)

    def medewerker(self, gemeente: str, *roles: str, naam: str | None = None) -> Person:
        """Somebody who works for a gemeente."""
        return self._person(
            party_id(gemeente),
            "gemeente",
            naam or f"{'-'.join(roles)} {gemeente}".title(),
            roles,
            f"https://inloggen.test/{gemeente}",
            True,
        )

    def aanbieder(self, naam: str = "Woonvorm De Lindehof (fictief)", kvk: str | None = None) -> uuid.UUID:
        """A registered care provider."""
        id_ = uuid.uuid4()
        with self.owner.begin() as c:
            number = kvk or f"{c.execute(text('SELECT count(*) + 1 FROM portal.aanbieder')).scalar():08d}"
            c.execute(text("INSERT INTO portal.partij (id, soort, naam) VALUES (:i, 'aanbieder', :n)"), {"i": id_, "n": naam})
            c.execute(
                text("INSERT INTO portal.aanbieder (id, naam, kvk_nummer, grootteklasse) VALUES (:i, :n, :k, 'klein')"),
                {"i": id_, "n": naam, "k": number},
            )
        return id_

    def aanbieder_persoon(self, aanbieder: uuid.UUID, *roles: str, naam: str = "Femke Jansen") -> Person:
        """Somebody who works for a provider."""
        return self._person(aanbieder, "aanbieder", naam, roles, "https://inloggen.test/eherkenning", False)

    def inwoner(self, naam: str = "Jo Bewoner") -> Person:
        """A resident."""
        id_ = uuid.uuid4()
        with self.owner.begin() as c:
            c.execute(text("INSERT INTO portal.partij (id, soort, naam) VALUES (:i, 'inwoner', :n)"), {"i": id_, "n": naam})
        return self._person(id_, "inwoner", naam, ["inwoner"], "https://inloggen.test/digid", False)

    def token(self, person: Person) -> str:
        """A live session of this person."""
        login = sessions.Login(person.user_id, person.party_id)
        return sessions.begin(self.app.engine, login, issuer=person.issuer, sid=None, id_token=None, device="proef")

    def sign_in(self, person: Person) -> Browser:
        """A browser in which this person is logged in (and has just proved who they are)."""
        return Browser(self.app, self.token(person))

    def anonymous(self) -> Browser:
        """A browser of somebody who is not logged in."""
        return Browser(self.app)

    def as_(self, person: Person, use_case=None, *args, commit: bool = True, **kwargs):
        """Run a use case as this person in a transaction of its own: `world.as_(anna, uitvragen, inkoop_id)`."""
        with acting_for(person.party_id, person.user_id), Session(bind=self.app.engine) as session:
            result = use_case(session, person.actor, *args, **kwargs)
            if commit:
                session.commit()
            return result

    def see(self, person: Person, query):
        """What this person's party sees: `world.see(anna, lambda s: s.scalars(select(Dossier)).all())`."""
        with acting_for(person.party_id, person.user_id, read_only=True), Session(bind=self.app.engine) as session:
            return query(session)

    def clock(self, moment: datetime | date | timedelta) -> None:
        """Move the portal's clock to a moment, or by a span."""
        with self.owner.begin() as c:
            if isinstance(moment, timedelta):
                c.execute(text("UPDATE portal.klok SET verschil = verschil + :d"), {"d": moment})
            else:
                if not isinstance(moment, datetime):
                    moment = datetime(moment.year, moment.month, moment.day, 9, tzinfo=clock.AMSTERDAM)
                c.execute(text("UPDATE portal.klok SET verschil = :m - clock_timestamp()"), {"m": moment})
        with self.app.engine.connect() as c:
            from portal import clock_offset

            clock_offset.seconds = float(c.execute(text("SELECT extract(epoch FROM portal.klok_verschil())")).scalar())

    def behind(self, statement: str, **values):
        """Look behind the wall as the owner."""
        with self.owner.begin() as c:
            result = c.execute(text(statement), values)
            return result.all() if result.returns_rows else None
