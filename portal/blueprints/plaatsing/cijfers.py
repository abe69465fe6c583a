"""Figures of access and placement."""

from portal.blueprints.plaatsing import bp
from portal.identity.permissions import Permission as P


@bp.route("/cijfers/plaatsingen", needs=P.CIJFERS_LEZEN)
def cijfers():
    """Stub."""
    return ""
