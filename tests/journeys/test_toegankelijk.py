"""Every page that people can walk to: axe with zero violations, no sideways scroll, one h1, nothing the CSP refuses, in two
themes (Zwolle, Staphorst and the region's own) at 1200 and 320 px."""

import re
from urllib.parse import urlsplit

import pytest

WHO = (("zwolle", "contractmanager"), ("staphorst", "beleidsadviseur"), ("zwolle", "beheerder"), ("zwolle", "mandaathouder"),
       ("eherkenning", "verzender"), ("digid", "inwoner"), (None, None))
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
# Downloads are no pages.
FILES = re.compile(r"\.(pdf|docx|csv|zip)$|/documenten/|/stukken/")
MOST = 45


def shape(path: str) -> str:
    """Pages of one kind are looked at once or twice, not for every row."""
    return re.sub(r"(INK|INS|OVK)-\d+-\d+(-P\d+)?", "<nummer>", UUID.sub("<id>", path))


def walk(person, start: str):
    """Follow links breadth first; at most two pages of each shape."""
    todo, seen, shapes = [start], set(), {}
    while todo and len(seen) < MOST:
        path = todo.pop(0)
        if path in seen or FILES.search(path) or shapes.get(shape(path), 0) >= 2:
            continue
        seen.add(path)
        shapes[shape(path)] = shapes.get(shape(path), 0) + 1
        response = person.page.goto(path)
        if response is None or "html" not in (response.headers.get("content-type") or "") or response.status >= 400:
            continue
        yield path
        for link in person.page.locator("a[href^='/']").all():
            url = urlsplit(link.get_attribute("href"))
            if not url.query:
                todo.append(url.path)


@pytest.mark.parametrize(("slug", "role"), WHO, ids=lambda value: value or "niemand")
def test_every_page_is_accessible(theatre, slug, role):
    person = theatre.enter(theatre.who(slug, role)) if slug else theatre.visitor()
    faults, looked = [], 0
    for path in walk(person, "/account" if slug else "/"):
        looked += 1
        title = person.page.title()
        if person.page.locator("h1").count() != 1 or "Samenportaal" not in title:
            faults.append(f"{path}: h1 of titel")
        for width in (1200, 320):
            person.page.set_viewport_size({"width": width, "height": 900})
            wide = person.page.evaluate("document.documentElement.scrollWidth")
            if wide != width:
                faults.append(f"{path}: {wide} breed op {width}")
            faults += [f"{path} ({width}): {fault}" for fault in person.axe()]
    print(f"{looked} pagina's bekeken")
    assert looked >= 8
    assert faults == []
    assert theatre.complaints == []


def test_axe_sees_bad_colours(theatre):
    """Control: grey on grey is found."""
    person = theatre.visitor().go("/klacht")
    person.page.evaluate("document.querySelector('main p').setAttribute('class', 'proef'); "
                         "for (const s of document.styleSheets) { try { s.insertRule('.proef{color:#bbb;background:#ccc}', "
                         "s.cssRules.length); break } catch (e) { continue } }")
    assert any(fault.startswith("color-contrast") for fault in person.axe())
