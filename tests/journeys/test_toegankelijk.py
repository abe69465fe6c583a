"""Every page that people can walk to, also the refusals: axe with zero violations, no sideways scroll, one h1, valid HTML,
nothing the CSP refuses, at 1200 and 320 px, in the theme of the own gemeente and in another one."""

import json
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from local.demo import node

ROOT = Path(__file__).resolve().parent.parent.parent
WHO = (("zwolle", "contractmanager"), ("staphorst", "beleidsadviseur"), ("zwolle", "beheerder"), ("zwolle", "mandaathouder"),
       ("zwolle", "inkoopjurist"), ("zwolle", "beoordelaar"), ("zwolle", "auditor"), ("zwolle", "regiobeheerder"),
       ("eherkenning", "verzender"), ("eherkenning", "aanbiederbeheerder"), ("digid", "inwoner"), (None, None))
# Sent as they are, empty: the page that says what is wrong.
WRONG = {("zwolle", "contractmanager"): ("/inkoop/nieuw",),
         ("zwolle", "beheerder"): ("/beheer/leden/uitnodigen", "/beheer/mandaten/nieuw")}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
# Downloads are no pages.
FILES = re.compile(r"\.(pdf|docx|csv|zip|css|ics)$|/documenten/|/stukken/")
DOSSIER = re.compile(r"/(inkoop|inkoop/perceel|inschrijving)/<id>")
MOST = 60
# Pages that are the same for everybody are looked at by who comes first.
SAME = re.compile(r"/(aanbestedingen|aanbieders|begrippen|rollen|privacy|klacht|toegankelijkheid|bouwstenen|gemeente)\b")
LOOKED: set[str] = set()


def shape(url: str) -> str:
    """Pages of one kind are looked at once or twice, not for every row."""
    return re.sub(r"(INK|INS|OVK)-\d+-\d+(-P\d+)?", "<nummer>", re.sub(r"=[^&]*", "", UUID.sub("<id>", url)))


def walk(person, start: str):
    """Follow links breadth first; one page of each shape, of a dossier three: it looks different in each phase. Gives the
    page and its HTML."""
    todo, seen, kinds = [start, "/bestaat-niet", "/beheer"], set(), Counter()
    while todo and len(seen) < MOST:
        path = todo.pop(0)
        kind = shape(path)
        enough = kinds[kind] >= (3 if DOSSIER.fullmatch(kind) else 1)
        if path in seen or enough or FILES.search(path.partition("?")[0]) or (SAME.match(path) and kind in LOOKED):
            continue
        seen.add(path)
        kinds[kind] += 1
        LOOKED.add(kind)
        response = person.page.goto(path)
        if response is None or "html" not in (response.headers.get("content-type") or ""):
            continue
        yield path, response.text()
        for link in person.page.locator("a[href^='/']").all():
            href = link.get_attribute("href").partition("#")[0]
            if "taal=" not in href and "vorm=json" not in href:
                todo.append(href)


def look(person, path: str, theme: str) -> list[str]:
    """What is wrong with the page as it stands, at two widths and in two themes."""
    faults = []
    if person.page.locator("h1").count() != 1 or "Samenportaal" not in person.page.title():
        faults.append(f"{path}: h1 of titel")
    for width in (1200, 320):
        person.page.set_viewport_size({"width": width, "height": 900})
        wide = person.page.evaluate("document.documentElement.scrollWidth")
        if wide != width:
            faults.append(f"{path}: {wide} breed op {width}")
        faults += [f"{path} ({width}): {fault}" for fault in person.axe()]
    person.dress(theme)
    return faults + [f"{path} (ander thema): {fault}" for fault in person.axe(["color-contrast"])]


def html_faults(pages: dict[str, str], folder: Path) -> list[str]:
    """What html-validate finds, by page."""
    for number, html in enumerate(pages.values()):
        (folder / f"{number:03d}.html").write_text(html, encoding="utf-8")
    done = subprocess.run([node(), ROOT / "node_modules" / "html-validate" / "bin" / "html-validate.mjs", "--config",
                           ROOT / ".htmlvalidate.json", "--formatter", "json", str(folder)],
                          capture_output=True, text=True, timeout=120)
    names = list(pages)
    return [f"{names[int(Path(found['filePath']).stem)]}: {one['ruleId']} {one['message']} (regel {one['line']})"
            for found in json.loads(done.stdout) for one in found["messages"]]


@pytest.mark.parametrize(("slug", "role"), WHO, ids=lambda value: value or "niemand")
def test_every_page_is_accessible(theatre, tmp_path, slug, role):
    person = theatre.enter(theatre.who(slug, role)) if slug else theatre.visitor()
    other = "zwolle" if slug == "staphorst" else "staphorst"
    theme = person.go(f"/gemeente/{other}").page.locator("link[href*='/thema/']").get_attribute("href")
    faults, pages = [], {}
    for path, html in walk(person, "/account" if slug else "/"):
        pages[path] = html
        faults += look(person, path, theme)
    for path in WRONG.get((slug, role), ()):
        with person.go(path).page.expect_response(lambda r: r.request.method == "POST") as answer:
            person.page.locator("main form[method=post] button.utrecht-button--primary-action").first.click()
        person.page.wait_for_load_state("load")
        assert answer.value.status == 422, path
        faults += look(person, f"{path} (met fouten)", theme)
    print(f"{len(pages)} pagina's bekeken")
    assert len(pages) >= 5
    assert faults == []
    assert html_faults(pages, tmp_path) == []
    assert theatre.complaints == []


def test_axe_sees_bad_colours(theatre):
    """Control: grey on grey is found."""
    person = theatre.visitor().go("/klacht")
    person.page.evaluate("document.querySelector('main p').setAttribute('class', 'proef'); "
                         "for (const s of document.styleSheets) { try { s.insertRule('.proef{color:#bbb;background:#ccc}', "
                         "s.cssRules.length); break } catch (e) { continue } }")
    assert any(fault.startswith("color-contrast") for fault in person.axe())


def test_bad_html_is_found(tmp_path):
    """Control: a list item outside a list."""
    assert html_faults({"/proef": "<!doctype html><html lang=\"nl\"><title>x</title><body><li>x</li></body></html>"}, tmp_path)
