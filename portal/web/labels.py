"""What a field of a form is called on its page, for when only its name is at hand. Read from the templates themselves, once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from flask import Flask

_FORM = re.compile(r"<form\b.*?</form>", re.S)
_ACTION = re.compile(r"url_for\(\s*['\"]([a-z_]+\.[a-z_]+)['\"]")
# A name may go on with what tells one row of a page from another: `ui.area("reden-" ~ row.key, _("Waarom?"))`.
_FIELD = re.compile(r"ui\.(?:[a-z]+_)?(?:field|area|select|radios|checkbox|checkboxes)\(\s*[\"']([\w-]+)[\"']\s*(~[^,]+)?,\s*"
                    r"_\(\s*\"([^\"%]+)\"\s*\)([^\n]*)")
_OTHER_NAME = re.compile(r"\bname=[\"']([\w-]+)[\"']")
_INCLUDE = re.compile(r"\{%-?\s*include\s+[\"']([\w/.-]+)[\"'][^%]*%\}")
_HIDDEN = re.compile(r"<input type=\"hidden\" name=\"([\w-]+)\"")


@dataclass(frozen=True)
class Labels:
    """Labels by endpoint and name, and by name alone where every form says the same. Names that end on - or _ go on."""

    own: dict[tuple[str, str], str]
    shared: dict[str, str]
    hidden: frozenset[tuple[str, str]]

    def of(self, endpoint: str, name: str) -> str | None:
        """The label of this field in Dutch; None when no template tells."""
        for part in (name, *(name[:end.end()] for end in reversed(list(re.finditer("[-_]", name))))):
            if found := self.own.get((endpoint, part)) or self.shared.get(part):
                return found
        return None


@lru_cache(maxsize=4)
def labels(app: Flask) -> Labels:
    """Of all forms of this application."""
    own, by_name, hidden = {}, {}, set()
    for template in app.jinja_env.list_templates(extensions=["html"]):
        source = _whole(app, template)
        for name, label in _fields(source):
            by_name.setdefault(name, set()).add(label)
        for form in _FORM.findall(source):
            for endpoint in _ACTION.findall(form.partition(">")[0] + form[:300]):
                own |= {(endpoint, name): label for name, label in _fields(form)}
                hidden |= {(endpoint, name) for name in _HIDDEN.findall(form)}
    return Labels(own, {name: next(iter(found)) for name, found in by_name.items() if len(found) == 1}, frozenset(hidden))


def _whole(app: Flask, template: str) -> str:
    """A template with what it includes."""
    source = app.jinja_env.loader.get_source(app.jinja_env, template)[0]
    return _INCLUDE.sub(lambda found: _whole(app, found[1]), source)


def _fields(source: str) -> Iterator[tuple[str, str]]:
    """Name and label of every field."""
    for name, more, label, rest in _FIELD.findall(source):
        other = _OTHER_NAME.search(rest)
        yield other[1] if other and not more else name, label
