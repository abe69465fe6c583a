"""A workflow: named steps from state to state, each lawful or with its reasons.

The same `obstacles` that refuses a step decides which buttons a page shows and why others wait.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy.orm import object_session

from portal.identity.permissions import Permission
from portal.kernel import clock
from portal.kernel.dossier import Dossier, meet_term
from portal.kernel.errors import Refused

ROL_MAG_NIET = "Uw rol mag dit niet. Vraag de beheerder van uw organisatie."

# A guard gets the dossier, the actor and the facts and answers None, or the reason (or reasons) in sentences for a person.
Guard = Callable[..., str | list[str] | None]


def require(actor, permission: Permission) -> None:
    """Refused (403) when no role of this actor carries the permission: for what is done without a step of a workflow."""
    if permission not in actor.permissions:
        raise Refused(ROL_MAG_NIET, status=403)


@dataclass(frozen=True)
class Step:
    """One lawful move. `label` is the verb on the button, `article` its ground."""

    name: str
    source: tuple[str, ...]
    target: str | None
    needs: Permission
    label: str
    article: str = ""
    guards: tuple[Guard, ...] = ()
    apply: Callable | None = None
    stops: tuple[str, ...] = ()
    # Who performs it: the owner of the dossier, or any party that sees it (each side writes its own rows).
    by_owner: bool = True


@dataclass
class Workflow:
    """The whole law of one kind of dossier, readable in one file."""

    name: str
    states: type[StrEnum]
    labels: dict[str, str]
    steps: dict[str, Step] = field(default_factory=dict)

    def step(self, name: str, source, target, *, needs: Permission, label: str, article: str = "", guards=(),
             apply=None, stops=(), by_owner: bool = True) -> Step:
        """Describe one step. `target` None keeps the state; unknown states fail at import."""
        source = (source,) if isinstance(source, str) else tuple(source)
        for state in (*source, *([target] if target else [])):
            self.states(state)
        found = Step(name, tuple(str(s) for s in source), str(target) if target else None, needs, label, article,
                     tuple(guards), apply, tuple(stops), by_owner)
        self.steps[name] = found
        return found

    def obstacles(self, dossier: Dossier, name: str, actor, **facts) -> list[str]:
        """All reasons why this actor cannot take this step now; an empty list means it may be taken."""
        step = self.steps[name]
        if step.needs not in actor.permissions:
            return [ROL_MAG_NIET]
        if step.by_owner and actor.party_id != dossier.eigenaar_id:
            return ["Alleen de eigenaar van dit dossier mag dit doen."]
        if dossier.state not in step.source:
            return [f"Dit kan niet in deze fase: {self.labels[dossier.state].lower()}."]
        reasons = []
        for guard in step.guards:
            found = guard(dossier, actor=actor, **facts)
            reasons += [found] if isinstance(found, str) else found or []
        return reasons

    def perform(self, dossier: Dossier, name: str, actor, *, on=None, record: dict | None = None, **facts) -> Dossier:
        """Take the step, or raise Refused with every reason and change nothing. `record` adds facts to the history."""
        if reasons := self.obstacles(dossier, name, actor, **facts):
            raise Refused(*reasons)
        step, before, on = self.steps[name], dossier.state, on or clock.today()
        session = object_session(dossier)
        if step.apply:
            step.apply(dossier, **facts)
        if step.target:
            dossier.state = step.target
        for kind in step.stops:
            meet_term(session, dossier, kind, on=on)
        dossier.record(f"{self.name}:{name}", actor=actor, on=on, state_from=before, state_to=dossier.state,
                       **(record or {}))
        return dossier

    def possible(self, dossier: Dossier, actor, **facts) -> list[tuple[Step, list[str]]]:
        """Steps of this actor's role that start in this state, each with its obstacles (empty: it can be done now)."""
        mine = [s for s in self.steps.values() if s.needs in actor.permissions and dossier.state in s.source]
        mine = [s for s in mine if not s.by_owner or actor.party_id == dossier.eigenaar_id]
        return [(s, self.obstacles(dossier, s.name, actor, **facts)) for s in mine]

    def diagram(self) -> str:
        """The workflow as a Mermaid state diagram, for the docs."""
        lines = ["stateDiagram-v2"]
        lines += [f"    {state}: {self.labels[state]}" for state in self.states]
        for step in self.steps.values():
            for source in step.source:
                lines.append(f"    {source} --> {step.target or source}: {step.label}")
        return "\n".join(lines)
