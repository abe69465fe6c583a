"""One address for page and part: htmx gets the block, everybody else the page."""

from flask import Response, make_response, redirect, render_template, request
from htmx_flask import Htmx
from jinja2_fragments.flask import render_block

htmx = Htmx()


def wants_part() -> bool:
    """True for an htmx request that swaps a part (not for boosted pages or restored history)."""
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request


def page_or_part(template: str, part: str | None = None, status: int = 200, **context) -> Response:
    """Render the page, or only its block `part` when htmx asks for it."""
    body = render_block(template, part, **context) if part and wants_part() else render_template(template, **context)
    response = make_response(body, status)
    response.vary.add("HX-Request")
    return response


def go(url: str) -> Response:
    """After a POST: 303 to the page; htmx gets a redirect header instead, because it follows 303 into the part."""
    if request.htmx:
        response = make_response("", 200)
        response.headers["HX-Redirect"] = url
        response.headers["Location"] = url
        return response
    return redirect(url, 303)
