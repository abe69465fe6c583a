"""What the last press did, said once on the next page: the answer to a POST stays a 303, a signed cookie has the sentence."""

from flask import Flask, Response, g, request

from portal.web import security

SECONDS = 60


def _who(actor) -> str:
    return str(actor.user_id) if actor else ""


def tell(response: Response, sentence: str, actor=None) -> Response:
    """Say this sentence on the next page that this person sees, within a minute. `actor`: who that is, when somebody logs
    in by this very request."""
    cookie = security.sign("gezegd", {"zin": sentence, "wie": _who(actor or g.get("actor"))}, seconds=SECONDS)
    security.set_cookie(response, "gezegd", cookie, seconds=SECONDS)
    return response


def told() -> str | None:
    """The sentence that waits for this person; base.html shows it, and then it is gone."""
    found = security.unsign("gezegd", request.cookies.get(security.cookie_name("gezegd")))
    if found is None or found["wie"] != _who(g.get("actor")):
        return None
    g.told = True
    return found["zin"]


def init_said(app: Flask) -> None:
    """The sentence for base.html, and the end of it once it was shown."""
    app.jinja_env.globals["told"] = told

    @app.after_request
    def forget(response):
        if g.get("told"):
            security.drop_cookie(response, "gezegd")
        return response
