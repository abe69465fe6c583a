"""Finds the texts of the portal for `make translations`: what babel.cfg calls its extractors.

Most texts stand in `_("...")`. Some cannot: the label of a state, the sentence of a refusal. They belong to the rules,
which know no language, and are looked up where a page shows them. Here they are found at the place where they are written.
"""

import ast
import io
import tomllib
from collections.abc import Iterable, Iterator

from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.frontend import parse_mapping_cfg

from local import PROJECT

FOLDERS = ("portal", "config")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}

Message = tuple[int, str | None, str | tuple, list[str]]


def from_python(fileobj, keywords, comment_tags, options) -> Iterator[Message]:
    """The texts of one module: in `_()`, and in the constants, calls and arguments that babel.cfg names."""
    source = fileobj.read()
    yield from extract_python(io.BytesIO(source), keywords, comment_tags, options)
    named = {key: set(options.get(key, "").split()) for key in ("names", "calls", "arguments")}
    tree = ast.parse(source)
    for node in ast.walk(tree):
        for part in _spoken(node, named):
            for line, text in _texts(part):
                yield line, None, text, []
    # The table of sentences that a module says in a loop; and a guard, which answers with the reason or None.
    for node in ast.walk(tree):
        part = node.iter if isinstance(node, ast.For) and node in tree.body else None
        if isinstance(node, ast.FunctionDef) and node.returns and ast.unparse(node.returns) == "str | None":
            part = ast.Tuple([found.value for found in ast.walk(node) if isinstance(found, ast.Return) and found.value])
        for line, text in _texts(part) if part else ():
            if " " in text:
                yield line, None, text, []


def _spoken(node: ast.AST, named: dict[str, set[str]]) -> Iterator[ast.AST]:
    """The parts of this node that hold texts."""
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if node.value and any(isinstance(target, ast.Name) and target.id in named["names"] for target in targets):
            yield node.value
    elif isinstance(node, ast.FunctionDef) and node.name in named["names"]:
        body = node.body[1:] if ast.get_docstring(node) else node.body
        yield ast.Module([statement for statement in body], [])
    elif isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in named["calls"]:
            yield from node.args
        yield from (keyword.value for keyword in node.keywords if keyword.arg in named["arguments"])


def _texts(node: ast.AST) -> Iterator[tuple[int, str]]:
    """The texts in an expression: not the keys of a table, not the pieces of a text with values in it."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str) and any(letter.isalpha() for letter in node.value):
            yield node.lineno, node.value
    elif isinstance(node, ast.Module):
        # In a function only what reads as a sentence: its other words are names.
        yield from ((line, text) for part in node.body for line, text in _texts_below(part)
                    if text[0].isupper() or text.startswith("%("))
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from _texts(value)
    elif not isinstance(node, ast.JoinedStr | ast.Call | ast.Subscript | ast.Compare):
        yield from _texts_below(node)
    elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "frozenset":
        return


def _texts_below(node: ast.AST) -> Iterator[tuple[int, str]]:
    for child in ast.iter_child_nodes(node):
        yield from _texts(child)


def from_toml(fileobj, _keywords, _comment_tags, options) -> Iterator[Message]:
    """The texts under these keys of a TOML file."""
    keys = set(options["keys"].split())

    def texts(value, wanted: bool) -> Iterable[str]:
        if isinstance(value, dict):
            for key, below in value.items():
                yield from texts(below, key in keys)
        elif isinstance(value, list):
            for below in value:
                yield from texts(below, wanted)
        elif wanted and isinstance(value, str):
            yield value

    for text in texts(tomllib.load(fileobj), False):
        yield 1, None, text, []


def texts() -> set[str | tuple[str, str]]:
    """Every text of the portal as it stands in the sources; a text with a plural is a pair."""
    with (PROJECT / "babel.cfg").open() as config:
        methods, options = parse_mapping_cfg(config)
    found = set()
    for folder in FOLDERS:
        for _file, _line, text, _comments, _context in extract_from_dir(PROJECT / folder, methods, options, KEYWORDS):
            found.add(tuple(text) if isinstance(text, list | tuple) else text)
    return found
