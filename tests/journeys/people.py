"""People in front of the portal: who they are comes from the demo's personas, what they do from the pages."""

import re
import time
from datetime import date, timedelta
from pathlib import Path
from urllib.request import urlopen

import procrastinate
from procrastinate.jobs import Status

AXE = Path(__file__).resolve().parent.parent.parent / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Theatre:
    """Opens a browser context per person, remembers what the browser complained about."""

    def __init__(self, demo, browser):
        self.demo, self.browser, self.script = demo, browser, True
        self.screen: dict[str, int] | None = None  # width and height of who comes in next
        self.issuer_of = {p["name"]: issuer for issuer in demo.personas["issuers"] for p in issuer["personas"]}
        self._on_stage: dict[str, Visitor] = {}
        self.complaints: list[str] = []

    def visitor(self, name: str = "bezoeker", **options) -> "Visitor":
        """Somebody who is not logged in."""
        context = self.browser.new_context(
            base_url=self.demo.url,
            locale="nl-NL",
            reduced_motion="reduce",
            java_script_enabled=self.script,
            accept_downloads=True,
            **({"viewport": self.screen} if self.screen else {}),
            **options,
        )
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.on(
            "console",
            lambda m: (
                self.complaints.append(f"{name}: {m.text}") if "Content Security" in m.text or "Refused to" in m.text else None
            ),
        )
        page.on("pageerror", lambda e: self.complaints.append(f"{name}: {e}"))
        return Visitor(self, name, context, page)

    def enter(self, name: str, gemeente: str = "zwolle") -> "Visitor":
        """Log in as this persona, through the login page and the OpenID server."""
        if name in self._on_stage:
            self._on_stage.pop(name).context.close()
        person = self.visitor(name)
        self._on_stage[name] = person
        issuer = self.issuer_of[name]
        kind = issuer["kind"]
        person.go(f"/inloggen?gemeente={issuer['slug'] if kind == 'gemeente' else gemeente}")
        person.press(
            {"gemeente": "Inloggen als medewerker", "eherkenning": "Inloggen met eHerkenning", "digid": "Inloggen met DigiD"}[
                kind
            ]
        )
        person.be(name)
        return person

    def stays(self, person: "Visitor") -> "Visitor":
        """Somebody who came in another way than `enter` is back later as the same."""
        self._on_stage[person.name] = person
        return person

    def back(self, name: str) -> "Visitor":
        """Somebody who is still logged in goes on; else they log in."""
        return self._on_stage.get(name) or self.enter(name)

    def who(self, slug: str, role: str) -> str:
        """The name of the persona of this gemeente (or of eherkenning) with this role."""
        issuer = next(i for i in self.demo.personas["issuers"] if i["slug"] == slug)
        return next(p["name"] for p in issuer["personas"] if role in p["roles"])

    def bidders(self) -> list[dict[str, str]]:
        """People per provider: who writes, who reads, who may send."""
        found: dict[str, dict[str, str]] = {}
        for person in next(i for i in self.demo.personas["issuers"] if i["slug"] == "eherkenning")["personas"]:
            for role in person["roles"]:
                found.setdefault(person["party"], {}).setdefault(role, person["name"])
        complete = [
            people | {"auteur": people.get("auteur", people["verzender"])} for people in found.values() if "verzender" in people
        ]
        return sorted(complete, key=lambda people: "meelezer" not in people)

    def today(self, days: int = 0) -> str:
        """The day on the portal's clock, as people write it."""
        said = self.demo.flask("klok", owner=True)
        day, month, year = re.search(r"(\d{2})-(\d{2})-(\d{4})", said).groups()
        return f"{date(int(year), int(month), int(day)) + timedelta(days=days):%d-%m-%Y}"

    def clock(self, shift: str) -> None:
        """Move the portal's clock; sessions that were open are over then."""
        self.demo.flask("klok", shift, owner=True)
        for person in self._on_stage.values():
            person.context.close()
        self._on_stage.clear()

    def dawdle(self, minutes: int) -> None:
        """Let minutes go by while everybody stays where they are. A web worker hears of it with its next page, so each of them
        is asked for some."""
        self.demo.flask("klok", f"+{minutes}m", owner=True)
        for _n in range(16):
            urlopen(f"{self.demo.url}/regelingen").close()

    def tonight(self) -> None:
        """The worker does now what it does at night: what the law attaches to a day that is over."""
        work = procrastinate.App(connector=procrastinate.SyncPsycopgConnector(
            conninfo=self.demo.environment["DATABASE_JOBS_URL"].replace("+psycopg", ""),
            kwargs={"options": "-c search_path=jobs"}))
        with work.open():
            job = work.configure_task("termijnen_verlopen", queue="portaal").defer(timestamp=0)
            for _n in range(240):
                status = work.job_manager.get_job_status(job)
                if status == Status.SUCCEEDED:
                    return
                time.sleep(0.25)
        raise AssertionError(f"De taak termijnen_verlopen is {status}.")

    def close(self) -> None:
        """Everybody leaves."""
        for person in self._on_stage.values():
            person.context.close()


class Visitor:
    """One person with one browser page."""

    def __init__(self, theatre: Theatre, name: str, context, page):
        self.theatre, self.name, self.context, self.page = theatre, name, context, page

    def go(self, url: str) -> "Visitor":
        """Open an address."""
        response = self.page.goto(url)
        assert response is None or response.status < 400, f"{self.name} {url}: {response.status} {self.words[:400]}"
        return self

    def be(self, name: str) -> None:
        """Choose a persona at the OpenID server."""
        self.page.get_by_role("button").filter(has_text=name).first.click()
        self.page.wait_for_url(re.compile(re.escape(self.theatre.demo.url)))

    def press(self, label: str | re.Pattern, *, exact: bool = True) -> "Visitor":
        """Press a button or follow a link with this text."""
        button = self.page.locator("main").get_by_role("button", name=label, exact=exact)
        link = self.page.locator("main").get_by_role("link", name=label, exact=exact)
        with self.page.expect_navigation(wait_until="load"):
            button.or_(link).first.click()
        return self

    def step_up(self) -> "Visitor":
        """Log in again when the portal asks for it, and come back to the page."""
        if "/opnieuw-inloggen" in self.page.url:
            self.press("Log opnieuw in")
            self.be(self.name)
        return self

    def fill(self, **fields: str) -> "Visitor":
        """Fill fields by name; a radio or box is chosen by its value."""
        for name, value in fields.items():
            field = self.page.locator(f'main [name="{name}"]')
            self.unfold(field.first)
            kind = field.first.get_attribute("type")
            if kind in ("radio", "checkbox"):
                self.choose(self.page.locator(f'main [name="{name}"][value="{value}"]'))
            elif self.page.locator(f'main select[name="{name}"]').count():
                self.page.locator(f'main select[name="{name}"]').select_option(value)
            else:
                field.first.fill(value)
        return self

    def unfold(self, field) -> None:
        """A form that is folded away opens by its own words first."""
        folded = field.locator("xpath=ancestor::details[not(@open)]")
        for n in range(folded.count()):
            folded.nth(n).locator("summary").first.click()

    def choose(self, box) -> None:
        """Choose a radio or box as people do: by its words, which cover the whole field."""
        self.page.locator(f'label[for="{box.get_attribute("id")}"]').click()

    def attach(self, name: str, content: bytes) -> "Visitor":
        """Choose a file in the upload form of this page and send it: with script as a stream, without as a form."""
        form = self.page.locator("main form").filter(has=self.page.locator("input[type=file]")).first
        self.unfold(form)
        form.locator("input[type=file]").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": content})
        if self.theatre.script:
            with self.page.expect_response(lambda r: r.request.method == "PUT") as answer:
                form.locator("button[type=submit]").first.click()
            assert answer.value.status < 300, f"{self.name}: {name} {answer.value.status} {answer.value.text()[:300]}"
        else:
            form.locator("button[type=submit]").first.click()
        self.page.wait_for_load_state("load")
        self.page.get_by_text(name).first.wait_for()
        return self

    @property
    def words(self) -> str:
        """The text of the page in one line."""
        return re.sub(r"\s+", " ", self.page.locator("body").inner_text())

    def sees(self, *texts: str) -> "Visitor":
        """All of these stand on the page."""
        words = self.words
        for text in texts:
            assert text in words, f"{self.name} ziet niet: {text!r} op {self.page.url}\n{words[:1500]}"
        return self

    def does_not_see(self, *texts: str) -> "Visitor":
        """None of these stand on the page."""
        words = self.words
        for text in texts:
            assert text not in words, f"{self.name} ziet wel: {text!r} op {self.page.url}"
        return self

    def dress(self, theme: str) -> None:
        """Put this page in the theme with this address."""
        self.page.evaluate(
            "theme => new Promise(done => { const link = document.querySelector(\"link[href*='/thema/']\"); "
            "if (!link || link.getAttribute('href') === theme) return done(); "
            "link.onload = link.onerror = () => done(); link.href = theme; })", theme)

    def axe(self, rules: list[str] | None = None) -> list[str]:
        """What axe finds on this page (by these rules only); the strict CSP stays on."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "only => axe.run(document, {runOnly: only}).then(r => r.violations.map("
            "v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(', ')))",
            {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS},
        )
        return found
