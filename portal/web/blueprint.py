"""Routes with a permission: without `needs` a route does not import; the party and READ ONLY are bound before the view."""

import uuid
from collections.abc import Callable
from functools import wraps

from flask import Blueprint, current_app, g, make_response, redirect, request, url_for
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.db import Session
from portal.identity import access_log, sessions
from portal.identity.permissions import Permission
from portal.kernel import clock
from portal.kernel.dossier import Idempotentie
from portal.kernel.errors import NotFound, Refused
from portal.kernel.sentences import as_refusal
from portal.tenants.scope import PUBLIC_PARTY, acting_for
from portal.web.errors import Forbidden, NotLoggedIn
from portal.web.htmx import go
from portal.web.security import is_local_path

PUBLIC = "openbaar"
SAFE = frozenset({"GET", "HEAD"})


class PortalBlueprint(Blueprint):
    """`needs` has no default. `step_up` asks for a fresh login (signing, opening); `idempotent` answers the same form
    twice with the same answer; `writes` marks the few listed GETs that write (the OpenID callback)."""

    def route(self, rule, *, needs, methods=("GET",), step_up=False, idempotent=False, writes=False, **options):
        """As Flask's route, for one permission (or PUBLIC, or a tuple of which one is enough)."""
        needed = needs if isinstance(needs, tuple) else (needs,)
        for one in needed:
            if one != PUBLIC and not isinstance(one, Permission):
                raise TypeError(f"needs is een Permission of PUBLIC, niet {one!r}")
        methods = tuple(methods)
        if set(methods) & SAFE and set(methods) - SAFE:
            raise TypeError(f"{rule}: een pagina leest of schrijft, niet allebei. Maak twee routes.")

        def decorate(view):
            @wraps(view)
            def guarded(**kwargs):
                actor = g.actor
                if PUBLIC not in needed:
                    if actor is None:
                        raise NotLoggedIn
                    if not any(actor.may(one) for one in needed):
                        raise Forbidden
                    if step_up and not sessions.is_stepped_up(actor, clock.now()):
                        return redirect(url_for("account.opnieuw", verder=_back()), 303)
                read_only = set(methods) <= SAFE and not writes
                party, user = (actor.party_id, actor.user_id) if actor else (PUBLIC_PARTY, None)
                with acting_for(party, user, read_only=read_only), current_app.new_session() as g.db:
                    undo = g.db.commit if read_only else g.db.rollback
                    return _answer(view, kwargs, idempotent=idempotent, undo=undo)

            guarded.needs, guarded.step_up, guarded.writes = needed, step_up, writes
            self.add_url_rule(rule, view_func=guarded, methods=methods, **options)
            return guarded

        return decorate


def _answer(view, kwargs, *, idempotent, undo):
    """`undo` ends what was refused. Where nothing was written there is nothing to roll back, and the driver forgets the plans
    of its connection on a rollback: the next page would pay for this one."""
    key = request.form.get("sleutel") if idempotent and request.mimetype != "multipart/form-data" else None
    try:
        if key and (again := _answered_before(key)):
            return again
        response = make_response(view(**kwargs))
        if response.status_code >= 400:
            undo()
            return response
        if key and response.location:
            g.db.add(Idempotentie(**_pressed(key), resultaat={"location": response.location}))
        g.db.commit()
        return response
    except DBAPIError as error:
        g.db.rollback()
        if refusal := as_refusal(error):
            raise refusal from error
        raise
    except (Refused, Forbidden):
        undo()
        raise
    except BaseException:
        g.db.rollback()
        raise


def _answered_before(key):
    """The answer that this form already had; parallel presses wait here for the first one."""
    pressed = _pressed(key)
    g.db.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 5))"), {"key": " ".join(map(str, pressed.values()))})
    row = g.db.scalar(select(Idempotentie).filter_by(**pressed))
    return go(row.resultaat["location"]) if row else None


def _pressed(key) -> dict:
    """Which press this is: a key counts for who pressed, for whom they act, and for the address that they pressed at."""
    return {"sleutel": key[:64], "party_id": _party(), "account_id": _user(), "path": request.path}


def _party() -> uuid.UUID:
    return g.actor.party_id if g.actor else PUBLIC_PARTY


def _user() -> uuid.UUID | None:
    return g.actor.user_id if g.actor else None


def _back() -> str:
    """Where to return after a fresh login: the page itself, or the page a refused POST came from."""
    if request.method in SAFE:
        return request.full_path.rstrip("?")
    # A file is not read for it: its form names the page in the address.
    asked = request.args if request.mimetype == "multipart/form-data" else request.form
    came_from = asked.get("terug", "")
    return came_from if is_local_path(came_from) else url_for("start.home")


def viewed(dossier) -> None:
    """Leave a trail: this person opened this dossier."""
    access_log.viewed(current_app.engine, g.actor, dossier.id, request.endpoint)


def refused(error: Refused, action: str, obj=None) -> None:
    """Before a page is drawn again with what was refused: nothing half-written stays, and an auditor can find who tried what
    (too late, not yours, twice). What the reader may not see stays a 404, which is raised on."""
    # The trail has a connection of its own: ours is given back first.
    g.db.rollback()
    access_log.journal(current_app.engine, g.actor, action, str(obj) if obj else None, "geweigerd", request.remote_addr,
                       redenen=len(error.reasons), status=error.status)
    if isinstance(error, NotFound):
        raise error


def attempt(kind: str, act: Callable, name: str, about, again: Callable):
    """Do it; what is refused is remembered as `kind:name` and shown on the same page, with everything that was typed:
    `again(status, reasons)` draws it."""
    try:
        return act()
    except Refused as error:
        refused(error, f"{kind}:{name}", about)
        return again(error.status, error.reasons)


def new_session_factory(engine):
    """Sessions of this app."""
    return lambda: Session(bind=engine)
