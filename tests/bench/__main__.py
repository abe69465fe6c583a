"""`python -m tests.bench [--quick] [P1 P2 P3 P9 P11 SUB PLA]`: speed beside a floor on the same machine, as lines of JSON.

Every line says {"goal", "what", "value", "floor", "ratio", "bound", "ok"} and what more there is to know. The machine may be
busy with other things, so the rounds of portal and floor alternate and only their ratio counts. A bound that is missed says
`"ok": false`; the exit code stays 0. What is measured and why stands in docs/snelheid.md.
"""

import argparse
import itertools
import json
import os
import re
import shutil
import signal
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from local import PROJECT
from portal.domains.subsidies import aanvragen, tekenen
from tests import plaatsingen_world
from tests.bench import fill, messages, pages
from tests.bench.load import Call, Sample, Wrong, ask_once, press
from tests.bench.stage import FLOOR, PORTAL, THREADS, WORKERS, Stage, Web
from tests.inkoop_world import Inschrijver, concept, gepubliceerde_inkoop
from tests.subsidies_world import geschreven, neem_in, open_regeling, personen, verleend, voorgesteld
from tests.world import Browser

CLIENTS = 8
DOSSIERS = 10_000
PLACEMENTS = 2_000
FULL = {"rounds": 5, "seconds": 1.5, "requests": 20_000, "cases": 20}
SHORT = {"rounds": 2, "seconds": 0.7, "requests": 1_500, "cases": 6}
MOST_QUERIES = 8
NOBODY = "/begrippen"  # the first page of the portal that a cold start must give

CHANGE = """UPDATE portal.inschrijving_perceel SET antwoorden =
            (SELECT jsonb_object_agg(key, value || jsonb_build_object('toelichting', CAST(:words AS text)))
             FROM jsonb_each(antwoorden)) WHERE dossier_id = :draft"""


def say(goal: str, what: str, value, *, floor=None, ratio=None, bound: str = "", ok: bool | None = None, **more) -> None:
    """One line."""
    line = {"goal": goal, "what": what, "value": value, "floor": floor, "ratio": ratio, "bound": bound, "ok": ok} | more
    print(json.dumps({name: _round(one) for name, one in line.items()}, ensure_ascii=False), flush=True)


def _round(value):
    return round(value, 3) if isinstance(value, float) else value


class Bench:
    """One run: how long a round is and how many there are, and the people who look."""

    def __init__(self, stage: Stage, *, rounds: int, seconds: float, requests: int, cases: int):
        self.stage, self.world = stage, stage.world
        self.rounds, self.seconds, self.requests, self.cases = rounds, seconds, requests, cases
        self.served = 0

    # -- what is measured on

    def fill(self, last: int, first: int = 1) -> None:
        """Dossiers of all gemeenten, some of them shared."""
        slugs = [row[0] for row in self.world.behind("SELECT slug FROM portal.gemeente ORDER BY slug")]
        fill.dossiers(self.stage.owner, first, last, gemeenten=[self.world.gemeente(slug) for slug in slugs],
                      verband=self.world.gemeente("beschermd-wonen"), aanbieder=self.aanbieder)

    def rows(self) -> None:
        """All dossiers at once; P2 adds them in two steps."""
        loop = gepubliceerde_inkoop(self.world, percelen=1, aanbieders=1)
        self.aanbieder = loop.wie.aanbieders[0].id
        self.fill(DOSSIERS)

    def people(self) -> None:
        """A procurement that is open for bids, a complete draft of each of eight providers, and a floor with as many rows."""
        self.world.behind("UPDATE portal.klok SET verschil = '0'")
        self.world.clock(timedelta(0))
        loop = gepubliceerde_inkoop(self.world, percelen=1, aanbieders=CLIENTS, titel="Beschermd wonen, de meting")
        self.bids = [concept(self.world, loop, aanbieder) for aanbieder in loop.wie.aanbieders]
        self.manager = loop.wie.manager
        self.token = self.world.token(self.manager)
        self.senders = [self.world.token(bid.aanbieder.verzender) for bid in self.bids]
        people = [(self.token, self.manager.actor.naam, self.manager.party_id)]
        people += [(token, bid.aanbieder.naam, bid.aanbieder.id) for token, bid in zip(self.senders, self.bids, strict=True)]
        fill.floor(self.stage.owner, people)

    # -- P2

    def p2(self, fewer: int) -> None:
        """Statements per page, of every route; the same pages with ten times as many rows."""
        loop, people = pages.region(self.world)
        self.aanbieder = loop.wie.aanbieders[0].id
        self.fill(fewer)
        # A little under each dossier, so that growing is told from being there at all.
        mine = [row[0] for row in self.world.behind("SELECT id FROM portal.dossier WHERE reference NOT LIKE 'MEET-%'")]
        fill.under(self.stage.owner, mine, 2)
        crawl = pages.Crawl(self.stage, people)
        few = crawl.walk()
        self.fill(fewer * 10, first=fewer + 1)
        fill.under(self.stage.owner, mine, 20)
        many = crawl.again()
        for endpoint in sorted(few):
            one, ten = few[endpoint].most, many[endpoint].most
            if max(one, ten) > MOST_QUERIES or ten > one:
                say("P2", f"queries {endpoint}", max(one, ten), bound=f"<= {MOST_QUERIES}, constant in rows", ok=False,
                    rows_x1=one, rows_x10=ten, in_all=many[endpoint].in_all, who=many[endpoint].who, path=many[endpoint].path)
        worst = max(many, key=lambda endpoint: many[endpoint].most)
        unreached = sorted(crawl.endpoints() - set(few))
        say("P2", "most queries on one page", many[worst].most, bound=f"<= {MOST_QUERIES}", ok=many[worst].most <= MOST_QUERIES,
            in_all=max(count.in_all for count in many.values()), endpoint=worst, routes=len(few),
            pages=sum(count.pages for count in few.values()), people=len(people),
            unreached=unreached, broken=sorted(crawl.broken))
        grew = [endpoint for endpoint in few if many[endpoint].most > few[endpoint].most]
        asked_more = {endpoint: [" ".join(statement.split())[-120:] for statement in many[endpoint].statements
                                 if statement not in few[endpoint].statements] for endpoint in grew}
        say("P2", "routes whose queries grow with the rows", len(grew), bound="0", ok=not grew,
            rows=[fewer, fewer * 10], routes=asked_more)

    # -- P9, cold start

    def cold_start(self) -> None:
        """From the start of the server to its first page."""
        portal, floor, cpu = [], [], []
        for _turn in range(min(self.rounds, 3)):
            with self.stage.serve(FLOOR, "/niets", status=404) as web:
                floor.append(web.first_answer)
            with self.stage.serve(PORTAL, NOBODY) as web:
                portal.append(web.first_answer)
                cpu.append(web.first_cpu)
        value, low = statistics.median(portal), statistics.median(floor)
        say("P9", "cold start to first 200, s", value, floor=low, ratio=value / low, bound="<= 2.5 s", ok=value <= 2.5,
            cpu_s_all_workers=statistics.median(cpu), load=round(os.getloadavg()[0], 2))

    # -- P1 and P3: the same thing side by side

    def beside(self, portal: tuple[Web, list[Callable]], floor: tuple[Web, list[Callable]], clients: int) -> tuple[list, list]:
        """Alternating rounds: (samples of the portal, samples of the floor)."""
        samples: tuple[list[Sample], list[Sample]] = ([], [])
        for _turn in range(self.rounds):
            for (web, calls), kept in zip((portal, floor), samples, strict=True):
                before = web.cpu() + self.stage.database_cpu()
                sample = press(web.port, calls[:clients], self.seconds)
                sample.cpu = web.cpu() + self.stage.database_cpu() - before
                kept.append(sample)
        self.served += sum(len(sample.times) for sample in samples[0])
        return samples

    def p1(self, portal: Web, floor: Web) -> None:
        """List pages of somebody who is logged in."""
        for path, simple in (("/inkoop", "/lijst"), ("/mijn-werk", "/werk")):
            call = Call(path, headers={"Cookie": f"portaal-sessie={self.token}"})
            status, body = ask_once(portal.port, call)
            rows = len(set(re.findall(rb"MEET-\d{7}", body)))
            if status != 200 or not rows:
                say("P1", f"{path} p50 ratio", None, bound="<= 3", ok=False, why=f"status {status}, {rows} rijen op de pagina")
                continue
            other = Call(f"{simple}?n={rows}", headers={"Cookie": f"sessie={self.token}"})
            sides = (portal, [lambda call=call: call] * CLIENTS), (floor, [lambda other=other: other] * CLIENTS)
            mine, low = self.beside(*sides, clients=1)
            self._p50("P1", f"{path} p50 at 1 client, ms", mine, low, 3, rows=rows)
            mine, low = self.beside(*sides, clients=CLIENTS)
            self._per_second("P1", f"{path} requests/s at {CLIENTS} clients", mine, low, 1 / 3)

    def p3(self, portal: Web, floor: Web) -> None:
        """Sending a bid: form, policies, history, receipt; beside one insert."""
        try:
            mine = [self._sending(bid, token) for bid, token in zip(self.bids, self.senders, strict=True)]
        except (AssertionError, StopIteration) as problem:
            say("P3", "submit p50 ratio", None, bound="<= 6", ok=False, why=str(problem)[:300])
            return
        low = [self._inserting(bid, token) for bid, token in zip(self.bids, self.senders, strict=True)]
        sides = (portal, mine), (floor, low)
        before = self._sent()
        one = self.beside(*sides, clients=1)
        eight = self.beside(*sides, clients=CLIENTS)
        answers = sum(len(sample.times) for sample in (*one[0], *eight[0]))
        self._p50("P3", "submit p50 at 1 client, ms", *one, 6)
        self._p50("P3", f"submit p50 at {CLIENTS} clients, ms", *eight, 6)
        self._per_second("P3", f"submits/s at {CLIENTS} clients", *eight, None, least=150)
        written = self._sent() - before
        say("P3", "receipts without a row, or rows without a receipt", answers - written, bound="0",
            ok=answers == written, answers=answers)

    def _sending(self, bid: Inschrijver, token: str) -> Callable[[], Call]:
        """The form of the sender's own page, with a key of its own each time."""
        browser = Browser(self.stage.app, token)
        page = browser.get(f"/inschrijving/{bid.inschrijving_id}/controle")
        form = next((f for f in page.html.select("main form[method=post]") if "verzenden" in f["action"]), None)
        assert form is not None, "op de controlepagina van de inschrijving staat geen formulier om te verzenden"
        fields = [(field["name"], field.get("value", "")) for field in form.select("input[name]") if field["name"] != "sleutel"]

        def call() -> Call:
            self._change(bid)
            return _post(form["action"], f"portaal-sessie={token}", [*fields, ("sleutel", str(uuid.uuid4()))])

        return call

    def _inserting(self, bid: Inschrijver, token: str) -> Callable[[], Call]:
        """The same for the floor, with the same change beside it."""
        def call() -> Call:
            self._change(bid)
            return _post("/verzenden", f"sessie={token}", {"sleutel": uuid.uuid4().hex})

        return call

    def _change(self, bid: Inschrijver) -> None:
        """Other answers in the draft: what was sent and did not change is not sent again. Outside the time of an answer."""
        self.world.behind(CHANGE, draft=bid.inschrijving_id, words=f"Ja, zie het plan. {uuid.uuid4()}")

    def _sent(self) -> int:
        return self.world.behind("SELECT count(*) FROM portal.verzending WHERE dossier_id = ANY(:ids)",
                                 ids=[bid.inschrijving_id for bid in self.bids])[0][0]

    # -- subsidies

    def subsidies(self, portal: Web, floor: Web) -> None:
        """The page of a case; taking in an application; and two people who sign under one ceiling at the same moment."""
        wie = personen(self.world)
        scheme = open_regeling(self.world, wie, plafond="9000000")
        loop = verleend(self.world, geschreven(self.world, scheme, wie=0))
        page = Call(f"/subsidies/{loop.subsidie_id}", headers={"Cookie": f"portaal-sessie={self.world.token(wie.adviseur)}"})
        simple = Call("/lijst?n=25", headers={"Cookie": f"sessie={self.token}"})
        sides = (portal, [lambda: page] * CLIENTS), (floor, [lambda: simple] * CLIENTS)
        self._p50("SUB", "page of a case, p50 at 1 client, ms", *self.beside(*sides, clients=1), None)
        self._per_second("SUB", f"page of a case, requests/s at {CLIENTS} clients", *self.beside(*sides, clients=CLIENTS), None)
        sent = [self._sent_in(scheme) for _n in range(self.cases)]
        took = [_seconds(lambda one=one: neem_in(self.world, one.id, wie.adviseur.party_id)) for one in sent]
        say("SUB", "taking in an application, p50 ms", statistics.median(took) * 1000, most=max(took) * 1000,
            applications=len(took))
        self._two_writers(wie, scheme)

    def _sent_in(self, scheme):
        loop = geschreven(self.world, scheme, wie=0)
        return self.world.as_(loop.aanvrager.verzender, aanvragen.versturen, loop.aanvraag_id)

    def _two_writers(self, wie, scheme) -> None:
        """Grants under one ceiling: by one person, then by two at once. Its book must be the sum of what was granted."""
        speed = []
        for writers in (1, 2):
            piles = [[voorgesteld(self.world, geschreven(self.world, scheme, wie=0)) for _n in range(self.cases // 2)]
                     for _writer in range(writers)]

            def sign(pile):
                for one in pile:
                    self.world.as_(wie.tekenaar, tekenen.tekenen, one.besluit_id, brieven=one.brieven)

            with ThreadPoolExecutor(writers) as pool:
                took = _seconds(lambda pool=pool, sign=sign, piles=piles: list(pool.map(sign, piles)))
            speed.append(sum(map(len, piles)) / took)
        wrong = self.world.behind(
            "SELECT count(*) FROM portal.plafond p WHERE p.dossier_id = :r AND p.vastgelegd <> (SELECT sum(coalesce(maximum, "
            "verleend)) FROM portal.subsidie WHERE regeling_id = :r)", r=scheme.regeling_id)[0][0]
        say("SUB", "grants/s under one ceiling, two writers", speed[1], one_writer=speed[0], bound="no less than one writer",
            ok=speed[1] >= speed[0] * 0.9)
        say("SUB", "ceilings whose book is not the sum of its grants", wrong, bound="0", ok=not wrong)

    # -- placements

    def placements(self, portal: Web, floor: Web) -> None:
        """What a consulent and a provider open all day, with thousands of placements over all gemeenten. It moves the clock."""
        loop = plaatsingen_world.verblijvend(self.world)
        slugs = [row[0] for row in self.world.behind("SELECT slug FROM portal.gemeente ORDER BY slug")]
        fill.placements(self.stage.owner, PLACEMENTS, gemeenten=[self.world.gemeente(slug) for slug in slugs],
                        aanbieder=loop.huis.aanbieder_id)
        consulent, begeleider = self.world.token(loop.wie.consulent), self.world.token(loop.huis.begeleider)
        for path, simple, token, bound in (
                ("/mijn-werk", "/werk", consulent, 3), ("/plaatsingen", "/lijst", consulent, 3),
                ("/wachtlijst", "/lijst", consulent, 3), ("/mijn-plekken", "/lijst", begeleider, 3),
                (f"/plaatsing/{loop.plaatsing_id}", "/lijst", consulent, None)):
            what = path if bound else "page of a placement"
            call = Call(path, headers={"Cookie": f"portaal-sessie={token}"})
            other = Call(f"{simple}?n=25", headers={"Cookie": f"sessie={self.token}"})
            # Both workers have made this page before.
            status = max(ask_once(portal.port, call)[0] for _n in range(4 * WORKERS))
            if status != 200:
                say("PLA", f"{what} p50 ratio", None, bound=f"<= {bound}", ok=False, why=f"status {status}")
                continue
            sides = (portal, [lambda call=call: call] * CLIENTS), (floor, [lambda other=other: other] * CLIENTS)
            self._p50("PLA", f"{what} p50 at 1 client, ms", *self.beside(*sides, clients=1), bound)
            self._per_second("PLA", f"{what} requests/s at {CLIENTS} clients", *self.beside(*sides, clients=CLIENTS),
                             bound and 1 / bound)

    @staticmethod
    def _p50(goal, what, mine, low, bound, **more) -> None:
        value, floor = _medians("p50", mine, low)
        say(goal, what, value, floor=floor, ratio=value / floor, bound=f"ratio <= {bound}" if bound else "",
            ok=value / floor <= bound if bound else None,
            **dict(zip(("p95", "floor_p95"), _medians("p95", mine, low), strict=True)), **_cpu(mine, low), **more)

    @staticmethod
    def _per_second(goal, what, mine, low, bound, *, least: float | None = None) -> None:
        value, floor = _medians("per_second", mine, low)
        words = f">= {least}/s" if least else f"ratio >= {bound:.2f}" if bound else ""
        ok = value >= least if least else value / floor >= bound if bound else None
        say(goal, what, value, floor=floor, ratio=value / floor, bound=words, ok=ok, **_cpu(mine, low))

    # -- P9, memory

    def p9(self, portal: Web) -> None:
        """Memory of each worker on the way to many requests: pages of several kinds."""
        staff, sender = (f"portaal-sessie={token}" for token in (self.token, self.senders[0]))
        paths = [("/inkoop", staff), ("/mijn-werk", staff), ("/berichten", staff), ("/contracten", staff),
                 ("/inschrijving", sender), ("/aanbestedingen", ""), ("/begrippen", ""), ("/", "")]
        calls = [Call(path, headers={"Cookie": cookie}) for path, cookie in paths]
        calls = [call for call in calls if ask_once(portal.port, call)[0] == 200]
        marks = [(self.served, portal.memory())]
        deadline = time.monotonic() + 45
        while self.served < self.requests and time.monotonic() < deadline:
            turn = itertools.cycle(calls)
            sample = press(portal.port, [lambda turn=turn: next(turn)] * CLIENTS, min(3, self.seconds))
            self.served += len(sample.times)
            marks.append((self.served, portal.memory()))
        most = max(marks[-1][1].values())
        say("P9", "memory of the largest worker, MB", most, bound="<= 120 MB", ok=most <= 120,
            requests=self.served, workers=WORKERS)
        half = marks[len(marks) // 2:]
        if len(half) > 2:
            slope = max(_slope([(n / WORKERS / 1000, memory[pid]) for n, memory in half]) for pid in marks[-1][1])
            say("P9", "growth in MB per 1,000 requests of a worker, second half", slope, bound="<= 0.1", ok=slope <= 0.1,
                marks=[[n, *(_round(mb) for mb in memory.values())] for n, memory in half])


def _seconds(act: Callable) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _medians(name: str, mine: list[Sample], low: list[Sample]) -> tuple[float, float]:
    return tuple(statistics.median(getattr(sample, name) for sample in side) for side in (mine, low))


def _cpu(mine: list[Sample], low: list[Sample]) -> dict[str, float]:
    """Processor time of server and database per answer: it says most when the machine is busy with other things."""
    value, floor = _medians("cpu_each", mine, low)
    return {"cpu_ms": value, "floor_cpu_ms": floor, "cpu_ratio": value / floor if floor else None}


def _post(path: str, cookie: str, fields) -> Call:
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    return Call(path, "POST", headers, urlencode(fields), 303)


def _slope(points: list[tuple[float, float]]) -> float:
    return statistics.linear_regression(*zip(*points, strict=True)).slope


def machine() -> dict:
    """What it was measured on."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    cpu = next((line.split(":")[1].strip() for line in lines if "model name" in line), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {"cpus": os.cpu_count(), "cpu": cpu, "memory_gb": round(memory), "load": round(os.getloadavg()[0], 2)}


def run(goals: set[str], quick: bool) -> None:
    """All goals that were asked for, on one stage; messages need none."""
    if "P11" in goals:
        messages.measure(say, (SHORT if quick else FULL)["rounds"])
    if not goals - {"P11"}:
        return
    root = PROJECT / "var" / "bench" / str(os.getpid())
    root.mkdir(parents=True)
    began = time.monotonic()
    try:
        with Stage(root) as stage:
            bench = Bench(stage, **(SHORT if quick else FULL))
            say("meting", "begin", datetime.now(UTC).isoformat(timespec="seconds"), postgresql=stage.version, dossiers=DOSSIERS,
                workers=WORKERS, threads=THREADS, clients=CLIENTS, rounds=bench.rounds, seconds=bench.seconds, **machine())
            bench.p2(DOSSIERS // 10) if "P2" in goals else bench.rows()
            if goals & {"P1", "P3", "P9", "SUB", "PLA"}:
                _timed(bench, stage, goals)
            say("meting", "end", round(time.monotonic() - began, 1), load=os.getloadavg()[0])
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _timed(bench: Bench, stage: Stage, goals: set[str]) -> None:
    bench.people()
    if "P9" in goals:
        bench.cold_start()
    with stage.serve(FLOOR, "/niets", status=404) as floor, stage.serve(PORTAL, NOBODY) as portal:
        portal.workers()
        for goal, measure in (("P1", lambda: bench.p1(portal, floor)), ("P3", lambda: bench.p3(portal, floor)),
                              ("SUB", lambda: bench.subsidies(portal, floor)), ("P9", lambda: bench.p9(portal)),
                              ("PLA", lambda: bench.placements(portal, floor))):
            if goal in goals:
                try:
                    measure()
                except Wrong as wrong:
                    say(goal, "niet te meten", None, ok=False, why=str(wrong))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Meet de snelheid naast een ondergrens op dezelfde machine.")
    parser.add_argument("goals", nargs="*", default=["P1", "P2", "P3", "P9", "P11", "SUB", "PLA"],
                        help="P1 P2 P3 P9 P11 SUB PLA")
    parser.add_argument("--quick", action="store_true", help="korte rondes: laat zien dat het werkt, niet hoe snel het is")
    options = parser.parse_args()
    # Whoever ends the run leaves no server behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    run({goal.upper() for goal in options.goals}, options.quick)


if __name__ == "__main__":
    main()
