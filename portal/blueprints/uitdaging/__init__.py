"""Plans of residents at the gemeente: what they are, the talks, the judgement, the answer, and what comes after a yes."""

from portal.web.blueprint import PortalBlueprint

bp = PortalBlueprint("uitdaging", __name__)

from portal.blueprints.uitdaging import zaken  # noqa: E402, F401
