"""Everything that can be said about one message or one file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.adapters.istandaarden import in_bericht, schema, tussen
from portal.adapters.istandaarden.bericht import Bericht, Bevinding, Geweigerd, regels
from portal.adapters.istandaarden.lezen import MAX_BYTES, lees, ontleed
from portal.adapters.istandaarden.stand import Stand

ANDER_SCHEMA = "Het schema uit de map keurt dit bericht af, en dat van het portaal niet. Meld dit aan de beheerder."


def controleer(bericht: Bericht, stand: Stand | None = None) -> list[Bevinding]:
    """The rules that this message breaks. Without `stand` only those that one message can be checked on by itself."""
    return in_bericht.controleer(bericht) + (tussen.controleer(bericht, stand) if stand else [])


@dataclass(frozen=True)
class Uitkomst:
    """What came of looking at one file. None of it repeats what stood in the file."""

    soort: str | None
    zin: str
    bevindingen: tuple[Bevinding, ...]
    standaard: str | None = None

    @property
    def goed(self) -> bool:
        """Nothing is wrong."""
        return self.soort is not None and not self.bevindingen

    def als_gegevens(self) -> dict[str, Any]:
        """For a script: valid or not, rules, return codes."""
        return {
            "geldig": self.goed, "bericht": self.soort, "uitleg": self.zin,
            "regels": list(dict.fromkeys(een.regel for een in self.bevindingen)),
            "retourcodes": list(dict.fromkeys(een.retour for een in self.bevindingen if een.retour)),
            "bevindingen": [{"regel": een.regel, "plek": een.waar, "zin": een.zin, "retourcode": een.retour,
                             "bron": bron(een, self.standaard)} for een in self.bevindingen],
        }


def bron(een: Bevinding, standaard: str | None) -> str | None:
    """Where the rule of a finding stands; None for what the schema found."""
    return regels()[een.regel].bron(standaard) if standaard and een.regel in regels() else None


def controleer_bestand(pad: Path, xsd: Path | None = None) -> Uitkomst:
    """Look at one file; `xsd` is a folder with the schemas as they are published, to look with those too. Never raises for
    what stands in the file."""
    with pad.open("rb") as bestand:
        data = bestand.read(MAX_BYTES + 1)
    try:
        bericht = lees(data)
    except Geweigerd as reden:
        soort = reden.bericht.wat if reden.bericht else None
        return Uitkomst(None, reden.zin, reden.bevindingen, soort.standaard if soort else None)
    bevindingen = controleer(bericht)
    if xsd and (officieel := schema.uit_map(xsd, bericht.soort)) is not None and not officieel.validate(ontleed(data)):
        bevindingen.insert(0, Bevinding("XSD", (), ANDER_SCHEMA, "0001"))
    zin = "Dit bericht klopt." if not bevindingen else f"Aan dit bericht klopt {len(bevindingen)} keer iets niet."
    return Uitkomst(bericht.soort, zin, tuple(bevindingen), bericht.standaard)
