"""Every step of every workflow, refused by name to every other role, owner and phase."""

from dataclasses import replace

import pytest

from portal.domains import workflows
from portal.identity.permissions import ROLES, permissions_of
from portal.kernel.dossier import Dossier


@pytest.mark.parametrize(
    ("workflow", "name"), [(w, name) for w in workflows() for name in w.steps], ids=lambda value: getattr(value, "name", value)
)
def test_every_step_refuses_every_other_role_owner_and_phase(world, workflow, name):
    step = workflow.steps[name]
    someone = world.medewerker("zwolle", "contractmanager").actor
    kind = Dossier.__mapper__.polymorphic_map[workflow.name].class_

    def dossier(phase, owner=someone.party_id):
        return kind(state=str(phase), eigenaar_id=owner)

    able = replace(someone, permissions=frozenset({step.needs}))
    for role, (_label, _soort, permissions) in ROLES.items():
        if step.needs not in permissions:
            actor = replace(someone, permissions=permissions_of([role]))
            assert workflow.obstacles(dossier(step.source[0]), name, actor)[0].startswith("Uw rol mag dit niet"), role
    other = dossier(step.source[0], owner=world.gemeente("kampen"))
    if step.by_owner:
        assert workflow.obstacles(other, name, able) == ["Alleen de eigenaar van dit dossier mag dit doen."]
    for phase in set(workflow.states) - set(step.source):
        assert workflow.obstacles(dossier(phase), name, able) == [
            f"Dit kan niet in deze fase: {workflow.labels[phase].lower()}."
        ]
