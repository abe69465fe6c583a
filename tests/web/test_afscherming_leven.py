"""Invariant I7 over the life of somebody of whom nobody may know where they are: no list of whoever names the place, no address
stands on any page, in no letter, mail or export, wherever the dossier goes."""

from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from portal.blueprints.plaatsing import plaatsingen as pages
from portal.domains.plaatsingen import aanbieden, overdragen, plaatsen, terugkeer
from portal.kernel import clock
from portal.kernel.errors import Refused
from tests.domains.test_overdragen import laat_tijd_verlopen
from tests.kept import empty
from tests.machine import begonnen, wandelen
from tests.plaatsingen_world import aangeboden, aangevraagd, geplaatst, huis, personen, persoon, toegekend

HUIS, STRAAT = "Huis Verborgen", "Schuilweg"
LIJSTEN = ("/mijn-werk", "/mijn-werk?wacht=anderen", "/plaatsingen", "/plaatsingen?stand=wacht", "/plaatsingen?stand=alle",
           "/wachtlijst", "/overdrachten", "/overdrachten?van=ons", "/toegang", "/berichten", "/berichtenverkeer",
           "/cijfers/plaatsingen", "/cijfers/plaatsingen/bestand.csv")
VREEMD = ("/mijn-werk", "/mijn-plekken", "/mijn-plekken/bewoners", "/berichten")
# Whatever is sent, told or done at night, with the words of it.
VERSTUURD = """SELECT onderwerp || ' ' || tekst FROM portal.bericht UNION ALL SELECT args::text FROM jobs.procrastinate_jobs
               UNION ALL SELECT inhoud::text FROM portal.momentopname"""


class Afscherming(RuleBasedStateMachine):
    """One resident of Kampen, whose whereabouts are hidden. What is refused changes nothing."""

    world, done = None, None

    @initialize()
    def begin(self):
        """Waiting for a place, in a world with another provider and two other gemeenten."""
        empty(self.world.owner)
        self.waar = huis(self.world, naam=f"{HUIS} (fictief)", adres=f"{STRAAT} 9, 8011 AA Zwolle")
        self.wie = {slug: personen(self.world, slug) for slug in ("kampen", "zwolle", "deventer")}
        self.slug = {self.world.gemeente(slug): slug for slug in self.wie}
        who = persoon(self.world, self.wie["kampen"], afgeschermd=True, adres=f"{STRAAT} 1, 8260 AA Kampen")
        self.loop = geplaatst(self.world, toegekend(self.world, aangevraagd(
            self.world, wie=self.wie["kampen"], persoon_id=who), van=clock.today()))
        ander = self.world.aanbieder("Een Ander (fictief)")
        self.ander = self.world.aanbieder_persoon(ander, "begeleider", naam="Wil Anders")

    def act(self, name, wie, use_case, *args, **facts):
        """Do it; None where it is refused."""
        try:
            found = self.world.as_(wie, use_case, *args, **facts)
        except Refused:
            name, found = f"{name}: geweigerd", None
        self.done[name] = self.done.get(name, 0) + 1
        return found

    def here(self):
        """The newest dossier of the resident that runs, and its gemeente."""
        found = self.world.behind("SELECT p.id, p.gemeente_id FROM portal.plaatsing p JOIN portal.dossier d ON d.id = p.id "
                                  "ORDER BY d.state IN ('overgedragen', 'beeindigd'), d.reference DESC LIMIT 1")[0]
        return found[0], self.wie[self.slug[found[1]]].consulent

    @rule()
    def wonen(self):
        """A place, two yeses, and it begins."""
        _plaatsing_id, consulent = self.here()
        if consulent != self.wie["kampen"].consulent:
            return
        try:
            loop = aangeboden(self.world, self.loop, self.waar, over=0)
        except Refused:
            return
        self.act("aanbieder", self.waar.begeleider, aanbieden.aanbieder_antwoordt, loop.verblijf_id, ja=True)
        self.act("inwoner", consulent, aanbieden.inwoner_antwoordt, loop.verblijf_id, ja=True)
        self.act("wonen", consulent, aanbieden.beginnen, loop.verblijf_id, on=clock.today())

    @rule(wat=st.sampled_from(["stilleggen", "hervatten", "beeindigen"]))
    def verblijf(self, wat):
        """Something happens to the stay."""
        plaatsing_id, consulent = self.here()
        for (stay,) in self.world.behind("SELECT v.id FROM portal.verblijf v JOIN portal.dossier d ON d.id = v.id "
                                         "WHERE v.plaatsing_id = :p AND d.state IN ('loopt', 'stil')", p=plaatsing_id):
            facts = {"stilleggen": {"reden": "Een opname."}, "hervatten": {},
                     "beeindigen": {"on": clock.today(), "einde": "eigen_keuze"}}[wat]
            self.act(wat, consulent, getattr(aanbieden, wat), stay, **facts)

    @rule(naar=st.sampled_from(["zwolle", "deventer", "kampen"]), mee=st.booleans(), ja=st.sampled_from([True, True, False]))
    def over(self, naar, mee, ja):
        """Another gemeente is asked, with or without the place, and takes it over or not."""
        plaatsing_id, consulent = self.here()
        on = clock.today() + timedelta(days=1)
        made = self.act("aanbieden", consulent, overdragen.aanbieden, plaatsing_id, ontvanger_id=self.world.gemeente(naar),
                        richting="heen", ingaand_on=on, grondsoort="toestemming", vindplaats="Formulier", met_verblijf=mee,
                        grond_tot=on + timedelta(days=60), weer_verhuizen=True, toelichting="De zus woont daar.")
        if made is None:
            return
        self.act("ja" if ja else "nee", self.wie[naar].consulent, overdragen.antwoorden, made.id, ja=ja,
                 reden="" if ja else "netwerk", ingaand_on=on if ja else None, aansluitend="Hulp thuis.")
        self.tijd(2)
        if ja:
            self.act("overnemen", self.wie[naar].consulent, overdragen.overnemen, made.id, adres=f"{STRAAT} 9")

    @rule()
    def naar_huis(self):
        """The review, and the plan."""
        plaatsing_id, consulent = self.here()
        self.act("toets", consulent, terugkeer.toetsen, plaatsing_id, besproken_on=clock.today(), mogelijk=True,
                 helpt_herstel=True)
        self.act("naar huis", consulent, terugkeer.naar_huis, plaatsing_id, plan_on=clock.today(), waarheen="Een eigen huis",
                 aansluitend="thuisondersteuning", plan="Wij bellen.")

    @rule()
    def eindigen(self):
        """What runs without a place ends."""
        plaatsing_id, consulent = self.here()
        self.act("eindigen", consulent, plaatsen.beeindigen, plaatsing_id, on=clock.today(), einde="eigen_keuze")

    @rule(dagen=st.integers(1, 40))
    def tijd(self, dagen):
        """Days pass, and the worker does what it does every night."""
        self.world.clock(timedelta(days=dagen))
        for slug in self.wie:
            laat_tijd_verlopen(self.world, slug)

    @invariant()
    def nergens(self):
        """I7: no list names the place, no page the address, and nothing that was sent either of them."""
        if not hasattr(self, "loop"):
            return
        for words, in self.world.behind(VERSTUURD):
            assert HUIS not in words and STRAAT not in words, words
        readers = [(one.consulent, LIJSTEN) for one in self.wie.values()] + [(self.ander, VREEMD)]
        for who, lists in readers:
            browser = self.world.sign_in(who)
            for path in lists:
                page = browser.get(path, expect=None)
                assert page.status in (200, 403), path
                assert HUIS not in page.text and STRAAT not in page.text, path
            for (offer,) in self.world.behind("SELECT id FROM portal.overdracht"):
                page = browser.get(f"/overdracht/{offer}", expect=None)
                assert HUIS not in page.text and STRAAT not in page.text
            for (plaatsing_id,) in self.world.behind("SELECT id FROM portal.plaatsing"):
                assert STRAAT not in browser.get(f"/plaatsing/{plaatsing_id}", expect=None).text


def test_I7_where_somebody_is_stands_nowhere_whatever_people_do(world):
    wandelen(begonnen(Afscherming, world), examples=2, steps=8)


def by_hand(world) -> dict:
    """Lives somewhere, is offered with the place and refused, goes along, is away, goes home and ends."""
    life = begonnen(Afscherming, world)()
    life.begin()
    for step in (life.wonen, lambda: life.over("deventer", True, False), lambda: life.over("zwolle", True, True),
                 lambda: life.verblijf("stilleggen"), lambda: life.verblijf("hervatten"), life.naar_huis,
                 lambda: life.over("kampen", False, True), life.eindigen):
        step()
        life.nergens()
    return life.done


def test_I7_there_and_back_by_hand(world):
    done = by_hand(world)
    assert done.keys() >= {"wonen", "nee", "ja", "overnemen", "stilleggen", "hervatten", "naar huis"}, done


@pytest.mark.parametrize(("where", "guard", "instead"), [
    (overdragen, "_momentopname", lambda kept: lambda *a, **b: kept(*a, **b) | {"toelichting": f"Woont in {HUIS}."}),
    (pages, "_verblijf", lambda kept: lambda *a, **b: {"title": f"{STRAAT} 9", "facts": [], "stand": ("ok", ""), "url": None}),
], ids=["in de momentopname", "op de pagina"])
def test_I7_without_its_guard_the_invariant_is_broken(world, monkeypatch, where, guard, instead):
    """Knocked out, what the machine looks at shows it."""
    monkeypatch.setattr(where, guard, instead(getattr(where, guard)))
    with pytest.raises(AssertionError):
        by_hand(world)
