"""The language of steps: obstacles are told in full, a refusal changes nothing, and a workflow that lies does not import."""

import uuid
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import SimpleNamespace

import pytest

from portal.identity.permissions import Permission as P
from portal.kernel.errors import NotFound, Refused
from portal.kernel.workflow import Workflow

OWNER, OTHER = uuid.uuid4(), uuid.uuid4()


class Fase(StrEnum):
    NIEUW = "nieuw"
    KLAAR = "klaar"


@dataclass
class Zaak:
    """Stands in for a dossier: no database here."""

    state: str = Fase.NIEUW
    eigenaar_id: uuid.UUID = OWNER
    applied: list = field(default_factory=list)
    history: list = field(default_factory=list)

    def record(self, kind, **facts):
        self.history.append((kind, facts))


def actor(*permissions, party=OWNER):
    return SimpleNamespace(permissions=frozenset(permissions), party_id=party, user_id=uuid.uuid4())


def dik_genoeg(zaak, pagina=0):
    return None if pagina >= 10 else "Het stuk heeft minder dan tien pagina's."


def niet_te_duur(zaak, prijs=0):
    return "Het is te duur." if prijs > 100 else None


@pytest.fixture
def wf(monkeypatch):
    workflow = Workflow("proef", Fase, {Fase.NIEUW: "Nieuw", Fase.KLAAR: "Klaar"})

    def guards(guard):
        names = guard.__code__.co_varnames[1:guard.__code__.co_argcount]
        return lambda zaak, **facts: guard(zaak, **{n: v for n, v in facts.items() if n in names})

    workflow.step("afronden", Fase.NIEUW, Fase.KLAAR, needs=P.INKOOP_PLANNEN, label="Afronden", article="Proefwet 1",
                  guards=[guards(dik_genoeg), guards(niet_te_duur)],
                  apply=lambda zaak, **facts: zaak.applied.append(facts))
    workflow.step("aanvullen", (Fase.NIEUW, Fase.KLAAR), None, needs=P.INKOOP_LEZEN, label="Aanvullen", by_owner=False)
    monkeypatch.setattr("portal.kernel.workflow.object_session", lambda _dossier: None)
    return workflow


def test_every_reason_is_told_at_once(wf):
    reasons = wf.obstacles(Zaak(), "afronden", actor(P.INKOOP_PLANNEN), pagina=1, prijs=200)
    assert reasons == ["Het stuk heeft minder dan tien pagina's.", "Het is te duur."]


def test_the_role_the_owner_and_the_phase_come_before_the_rest(wf):
    assert "rol" in wf.obstacles(Zaak(), "afronden", actor())[0]
    assert "eigenaar" in wf.obstacles(Zaak(), "afronden", actor(P.INKOOP_PLANNEN, party=OTHER))[0]
    assert wf.obstacles(Zaak(Fase.KLAAR), "afronden", actor(P.INKOOP_PLANNEN)) == ["Dit kan niet in deze fase: klaar."]


def test_a_refusal_changes_nothing(wf):
    zaak = Zaak()
    with pytest.raises(Refused) as refused:
        wf.perform(zaak, "afronden", actor(P.INKOOP_PLANNEN), pagina=1, prijs=200)
    assert refused.value.reasons == ("Het stuk heeft minder dan tien pagina's.", "Het is te duur.")
    assert refused.value.status == 422
    assert (zaak.state, zaak.applied, zaak.history) == (Fase.NIEUW, [], [])


def test_a_step_applies_moves_and_is_remembered(wf):
    zaak, wie = Zaak(), actor(P.INKOOP_PLANNEN)
    assert wf.perform(zaak, "afronden", wie, on=date(2026, 3, 2), record={"bedrag": 5}, pagina=12) is zaak
    assert zaak.state == Fase.KLAAR and zaak.applied == [{"pagina": 12}]
    assert zaak.history == [("proef:afronden", {"actor": wie, "on": date(2026, 3, 2), "state_from": Fase.NIEUW,
                                                "state_to": Fase.KLAAR, "bedrag": 5})]
    with pytest.raises(Refused):
        wf.perform(zaak, "afronden", wie, pagina=12)
    assert len(zaak.history) == 1


def test_a_step_without_target_keeps_the_state_and_may_be_for_others(wf):
    zaak = Zaak(Fase.KLAAR)
    wf.perform(zaak, "aanvullen", actor(P.INKOOP_LEZEN, party=OTHER))
    assert zaak.state == Fase.KLAAR and zaak.history[0][0] == "proef:aanvullen"


def test_the_page_gets_the_steps_of_this_role_with_their_obstacles(wf):
    both = actor(P.INKOOP_PLANNEN, P.INKOOP_LEZEN)
    assert [(s.name, bool(r)) for s, r in wf.possible(Zaak(), both, pagina=1)] == [("afronden", True), ("aanvullen", False)]
    assert [s.name for s, _ in wf.possible(Zaak(Fase.KLAAR), both)] == ["aanvullen"]
    assert [s.name for s, _ in wf.possible(Zaak(), actor(P.INKOOP_PLANNEN, P.INKOOP_LEZEN, party=OTHER))] == ["aanvullen"]
    assert wf.possible(Zaak(), actor()) == []


@pytest.mark.parametrize(("source", "target"), [("bestaat_niet", Fase.KLAAR), (Fase.NIEUW, "bestaat_niet")])
def test_an_unknown_state_does_not_import(wf, source, target):
    with pytest.raises(ValueError):
        wf.step("fout", source, target, needs=P.INKOOP_LEZEN, label="Fout")
    assert "fout" not in wf.steps


def test_the_diagram_shows_every_state_and_step(wf):
    assert wf.diagram().splitlines() == [
        "stateDiagram-v2", "    nieuw: Nieuw", "    klaar: Klaar", "    nieuw --> klaar: Afronden",
        "    nieuw --> nieuw: Aanvullen", "    klaar --> klaar: Aanvullen",
    ]


def test_not_found_is_a_refusal_with_its_own_status():
    assert NotFound().status == 404 and NotFound().reasons
