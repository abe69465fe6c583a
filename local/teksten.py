"""Finds the texts of the portal for `make translations`: what babel.cfg calls its extractors.

Most texts stand in `_("...")`. Some cannot: the label of a state, the sentence of a refusal. They belong to the rules,
which know no language, and are looked up where a page shows them. Here they are found at the place where they are written.
"""

import ast
import io
import re
import tomllib
from collections.abc import Iterable, Iterator

from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.frontend import parse_mapping_cfg

from local import PROJECT

FOLDERS = ("portal", "config")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}

Message = tuple[int, str | None, str | tuple, list[str]]


# What stands in a table beside its texts: names of steps, pages and rules of the database.
NAME = re.compile(r"[a-z]+([._:][a-z_]+)+")


def from_python(fileobj, keywords, comment_tags, options) -> Iterator[Message]:
    """The texts of one module: in `_()`, and in the constants, calls and arguments that babel.cfg names."""
    source = fileobj.read()
    yield from extract_python(io.BytesIO(source), keywords, comment_tags, options)
    for line, text in Module(ast.parse(source), options).found():
        yield line, None, re.sub(r"\{[^}]*\}", "{}", text), []


class Module:
    """One module, read for texts that stand outside `_()`."""

    def __init__(self, tree: ast.Module, options: dict[str, str]):
        self.tree = tree
        self.names, self.calls, self.arguments = (
            set(options.get(key, "").split()) for key in ("names", "calls", "arguments"))
        self.constants = {
            node.targets[0].id: node.value.value for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Constant)}

    def found(self) -> Iterator[tuple[int, str]]:
        """Line and text, one by one."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value and self._is_named(node):
                yield from self.texts(node.value)
            elif isinstance(node, ast.FunctionDef):
                yield from self._answers(node)
            elif isinstance(node, ast.Call):
                yield from self._said(node)
        for node in self.tree.body:
            if isinstance(node, ast.For):  # a table that is said in a loop
                yield from ((line, text) for line, text in self.texts(node.iter) if " " in text)

    def _is_named(self, node: ast.Assign | ast.AnnAssign) -> bool:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(target, ast.Name) and target.id in self.names for target in targets)

    def _answers(self, node: ast.FunctionDef) -> Iterator[tuple[int, str]]:
        """What a named function says, and a guard: it gives None, or the reason in a sentence."""
        if node.name in self.names:
            body = node.body[1:] if ast.get_docstring(node) else node.body
            yield from ((line, text) for part in body for line, text in self.texts(part) if text[0].isupper() or "%(" in text)
        elif node.returns and ast.unparse(node.returns) == "str | None":
            for answer in ast.walk(node):
                if isinstance(answer, ast.Return) and answer.value:
                    yield from ((line, text) for line, text in self.texts(answer.value) if " " in text)
        elif node.returns and ast.unparse(node.returns) in ("list[str]", "dict[str, str]"):
            for answer in filter(None, map(_reasons, ast.walk(node))):
                yield from ((line, text) for line, text in self.texts(answer) if re.match("[A-Z][a-z ]", text) and " " in text)

    def _said(self, node: ast.Call) -> Iterator[tuple[int, str]]:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        parts = node.args if name in self.calls else []
        for part in [*parts, *(keyword.value for keyword in node.keywords if keyword.arg in self.arguments)]:
            yield from ((line, text) for line, text in self.texts(part) if _is_sentence(text))

    def texts(self, node: ast.AST) -> Iterator[tuple[int, str]]:
        """The texts in an expression: not the keys of a table; a text with values in it has braces in their place."""
        text = self._whole(node)
        if text is not None:
            if re.search("[A-Za-z]", text) and not NAME.fullmatch(text):
                yield node.lineno, text
        elif isinstance(node, ast.Dict):
            for value in node.values:
                yield from self.texts(value)
        elif not isinstance(node, ast.BinOp | ast.Subscript | ast.Compare | ast.Call):
            for child in ast.iter_child_nodes(node):
                yield from self.texts(child)

    def _whole(self, node: ast.AST | None) -> str | None:
        """The text that this expression is, when it needs no running to know it."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.JoinedStr):  # the page that shows it recognises it by this pattern
            parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
            return "".join(parts)
        if isinstance(node, ast.Name):
            return self.constants.get(node.id) if isinstance(self.constants.get(node.id), str) else None
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            parts = [self._whole(node.left), self._whole(node.right)]
            return None if None in parts else "".join(parts)
        return None


def _is_sentence(text: str) -> bool:
    """It begins with a capital, or with a value and then says something."""
    return text[0].isupper() or bool(re.match(r"\{[^}]*\}[ a-z]{8}", text))


def _reasons(node: ast.AST) -> ast.AST | None:
    """What a guard with more than one reason gives back, or adds to what it will give back."""
    if isinstance(node, ast.Return):
        return node.value
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        return node.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "append":
        return node.args[0]
    return None


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
