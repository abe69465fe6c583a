"""The language of a request and its texts. Flask-Babel chooses and loads, once per request: a page asks for a hundred
texts, and would look up its language again for each of them."""

from contextvars import ContextVar
from dataclasses import dataclass
from gettext import NullTranslations

from flask import Flask, request
from flask_babel import Babel, Domain, get_domain, get_locale
from jinja2 import pass_eval_context
from markupsafe import Markup

LANGUAGES = {"nl": "nl", "en": "en_GB"}


@dataclass(frozen=True)
class Language:
    """`code`: nl or en; `locale`: the name of the catalogue; `texts`: the catalogue."""

    code: str
    locale: str
    texts: NullTranslations


DUTCH = Language("nl", "nl", NullTranslations())


_language: ContextVar[Language] = ContextVar("language", default=DUTCH)


def language() -> Language:
    """Of this request; Dutch, the language in which everything is written, outside one."""
    return _language.get()


def current_lang() -> str:
    """`nl`, or `en` for any English."""
    return _language.get().code


def gettext(text: str, **values) -> str:
    """A Dutch text in the language of this request, with its values filled in."""
    found = _language.get().texts.gettext(text)
    return found % values if values else found


def ngettext(one: str, more: str, number: int, **values) -> str:
    """A text that depends on a number, which it may name as `%(num)s`."""
    return _language.get().texts.ngettext(one, more, number) % ({"num": number} | values)


@pass_eval_context
def _in_template(eval_ctx, text: str, **values) -> str:
    found = _language.get().texts.gettext(text)
    if eval_ctx.autoescape:
        found = Markup(found)  # noqa: S704 - a text of ours; the values are escaped
    # Always a format, as Jinja's own: a text says `%%` whether it has values or not.
    return found % values if "%" in found else found


@pass_eval_context
def _number_in_template(eval_ctx, one: str, more: str, number: int, **values) -> str:
    found = _language.get().texts.ngettext(one, more, number)
    found = Markup(found) if eval_ctx.autoescape else found  # noqa: S704 - as above
    return found % ({"num": number} | values)


def init_taal(app: Flask) -> None:
    """The choice of a visitor: `?taal=en` for this page and, by a cookie, for the next."""

    def chosen() -> str:
        return LANGUAGES.get(request.args.get("taal") or request.cookies.get("portaal-taal"), "nl")

    babel = Babel(app, locale_selector=chosen, default_locale="nl", default_timezone="Europe/Amsterdam",
                  default_translation_directories="translations")
    babel.domain_instance = Domain()
    app.jinja_env.globals.update(_=_in_template, gettext=_in_template, ngettext=_number_in_template)

    @app.before_request
    def choose():
        locale = get_locale()
        _language.set(Language("en", str(locale), get_domain().get_translations()) if locale.language == "en" else DUTCH)

    @app.teardown_request
    def forget(_problem):
        _language.set(DUTCH)

    @app.after_request
    def remember(response):
        if (asked := request.args.get("taal")) in LANGUAGES:
            response.set_cookie("portaal-taal", asked, max_age=31_536_000, samesite="Lax", httponly=True,
                                secure=app.settings.secure)
        return response
