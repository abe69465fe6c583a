"""What happened, in words: from an event of the history to one sentence for a page. Each domain has its own words for it."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from portal.kernel import clock

# The sentence of a kind of event, or what picks it from the facts.
Words = Mapping[str, str | Callable[[Mapping], str]]


def _readable(name: str, value, translate: Callable[[str], str]):
    if name == "tot_on" and value:
        # A period is half-open inside; people read its last day.
        return (date.fromisoformat(value) - timedelta(days=1)).strftime("%d-%m-%Y")
    if name.endswith("_on") and value:
        return date.fromisoformat(value).strftime("%d-%m-%Y")
    if name.endswith("_at") and value:
        at = datetime.fromisoformat(value).astimezone(clock.AMSTERDAM)
        return f"{at:%d-%m-%Y}, " + translate("%(tijd)s uur") % {"tijd": f"{at:%H.%M}"}
    return value


def sentence(words: Words, kind: str, facts: Mapping, gemeente: str, translate: Callable[[str], str] = str) -> str:
    """The event in one sentence; a kind that nobody described shows its own name rather than nothing."""
    found = words.get(kind)
    if found is None:
        return kind.partition(":")[2].replace("-", " ").capitalize()
    template = translate(found if isinstance(found, str) else found(facts))
    return template % ({name: _readable(name, value, translate) for name, value in facts.items()} | {"gemeente": gemeente})
