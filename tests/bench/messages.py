"""P11: a message of iWmo read, held against the schema and checked on every rule, beside the floor: the parser and the same
schema, and nothing else. No database and no server; rounds of the two alternate."""

import statistics
import time
from collections.abc import Callable

from lxml import etree

from portal.adapters.istandaarden import controleer, lees, schema, schrijf
from tests.istandaarden_world import boek_voor, maak

KINDS = ("WMO301", "WMO305", "WMO307", "WMO323", "JW317")
RATIO, PER_SECOND = 0.25, 5000


def _each(act: Callable[[], object], count: int) -> float:
    began = time.process_time()  # other work on the machine does not count
    for _turn in range(count):
        act()
    return (time.process_time() - began) / count


def measure(say: Callable, rounds: int) -> None:
    """One line per kind and one for all of them together; `known` counts the rules between messages in as well."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)
    both: list[tuple[float, float]] = []
    for kind in KINDS:
        message = maak(kind)
        data, check, book = schrijf(message), schema.van(kind), boek_voor(message)
        acts = (lambda data=data: controleer(lees(data)),
                lambda data=data, check=check: check.validate(etree.fromstring(data, parser)),
                lambda data=data, book=book: controleer(lees(data), book))
        turns = [[_each(act, 400) for act in acts] for _round in range(rounds * 3)]
        mine, floor, known = (statistics.median(side) for side in zip(*turns, strict=True))
        both.append((mine, floor))
        say("P11", f"{kind}: microseconds per message", mine * 1e6, floor=floor * 1e6, ratio=floor / mine,
            bound=f">= {RATIO}", ok=floor / mine >= RATIO, size=len(data), known=known * 1e6)
    mine, floor = (sum(side) / len(both) for side in zip(*both, strict=True))
    say("P11", "messages per second, of every kind as many", 1 / mine, floor=1 / floor, ratio=floor / mine,
        bound=f">= {RATIO} and >= {PER_SECOND}/s", ok=floor / mine >= RATIO and 1 / mine >= PER_SECOND)
