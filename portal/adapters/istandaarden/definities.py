"""What a message consists of: `config/istandaarden/` turned into one tree per kind of message (WMO301 ... JW325)."""

from dataclasses import dataclass
from functools import cache

from config import load


@dataclass(frozen=True, slots=True)
class Type:
    """One value. `regel` is the restriction (or code list) of the standard that a wrong value breaks."""

    naam: str
    soort: str  # "tekst", "getal", "datum" or "tijd"
    regel: str
    codes: tuple[str, ...] = ()
    van: int = 0
    tot: int = 0  # longest text or highest number; 0 is no bound
    patroon: str | None = None
    vorm: str | None = None

    @property
    def eis(self) -> str:
        """What a value must look like, as a sentence. It never holds the value itself."""
        if self.codes:
            return f"Kies een code uit de codelijst {self.regel}."
        if self.soort == "datum":
            return "Vul een bestaande datum in als jjjj-mm-dd, zonder tijdzone."
        if self.soort == "tijd":
            return "Vul een tijd in als uu:mm:ss, zonder tijdzone."
        if self.soort == "getal":
            return f"Vul een heel getal in van {self.van} tot en met {self.tot}."
        if self.patroon in DICHT:
            return DICHT[self.patroon]
        return f"Vul {self.van} tot en met {self.tot} tekens in." if self.tot else "Vul hier iets in; alleen spaties mag niet."


DICHT = {
    "[0-9]{4}": "Vul vier cijfers in.", "[0-9]{8}": "Vul acht cijfers in.", "[0-9]{9}": "Vul negen cijfers in.",
    "[0-9]*": "Vul alleen cijfers in, ten hoogste 15.",
    "([a-zA-ZÀ-ỳ])+": "Vul ten hoogste zes letters in, zonder punten of spaties.",
    "([a-zA-Z0-9])+": "Vul ten hoogste twaalf letters of cijfers in, aan elkaar.",
    r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)": "Vul drie getallen in met punten ertussen.",
}


@dataclass(frozen=True, slots=True)
class Onderdeel:
    """One element of a class: a value, a group, or a list (`meer`) of one of those inside an element of its own."""

    naam: str
    verplicht: bool
    inhoud: "Type | Klasse"
    meer: str | None = None  # name of the elements in the list


@dataclass(frozen=True, slots=True)
class Klasse:
    """Elements in their order. `eigen`: a class of the message (its elements stand in the name space of the message), else a
    group of the standard that every message uses."""

    naam: str
    velden: tuple[Onderdeel, ...]
    eigen: bool
    sleutel: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Soort:
    """One kind of message, such as WMO301."""

    naam: str
    nummer: str
    standaard: str  # "iwmo" or "ijw"
    titel: str
    code: str
    van_gemeente: bool
    bericht: Klasse
    inhoud: str  # name of the element beside the header
    heen: str | None  # of a return message: the kind that it answers
    retour: str | None

    @property
    def ruimte(self) -> str:
        """The name space of its own elements."""
        return f"{load(BASIS)['standaard'][self.standaard]['ruimte']}{self.naam.lower()}/schema"

    @property
    def basis(self) -> str:
        """The name space of what all messages of the standard share."""
        return f"{load(BASIS)['standaard'][self.standaard]['ruimte']}basisschema/schema"


BASIS, BERICHTEN, CODELIJSTEN = "istandaarden/basis", "istandaarden/berichten", "istandaarden/codelijsten"
VERSIE = load(BASIS)["versie"]
RELEASE = load(BASIS)["release"]


def codelijst(naam: str) -> dict[str, str]:
    """Code and meaning of one list, such as WJ001; an empty meaning where a rule or another list gives it."""
    rij = load(CODELIJSTEN)[naam]
    return dict.fromkeys(rij.get("codes", "").split(), "") | rij.get("code", {})


def codewoord(veld: str, code: str, standaard: str = "iwmo") -> str:
    """What a code in this element means; the code itself where the list is silent."""
    lijst = load(BASIS)["type"][veld]["lijst"]
    return codelijst(lijst if isinstance(lijst, str) else lijst[standaard]).get(code) or code


def reden_stop(standaard: str, reden_wijziging: str) -> str | None:
    """With which reason a provider stops (307) after an allocation was changed for this one (301); None when nothing stops."""
    lijst = load(BASIS)["type"]["RedenWijziging"]["lijst"][standaard]
    return load(CODELIJSTEN)[lijst]["stop"].get(reden_wijziging)


class _Maker:
    """Makes the trees of one standard."""

    def __init__(self, standaard: str):
        self.standaard = standaard
        self._klaar: dict[str, Type | Klasse] = {}

    def basis(self, naam: str) -> Type | Klasse:
        """A type or a group from basis.toml."""
        if naam not in self._klaar:
            data = load(BASIS)
            self._klaar[naam] = self._type(naam, data["type"][naam]) if naam in data["type"] else Klasse(
                naam, tuple(self.veld(tekst, {}) for tekst in data["groep"][naam]), eigen=False)
        return self._klaar[naam]

    def _type(self, naam: str, rij: dict) -> Type:
        if lijst := rij.get("lijst"):
            lijst = lijst if isinstance(lijst, str) else lijst[self.standaard]
            return Type(naam, "tekst", lijst, codes=tuple(codelijst(lijst)))
        van, tot = rij.get("getal") or rij.get("lengte") or (0, 0)
        soort = "getal" if "getal" in rij else rij.get("soort", "tekst")
        return Type(naam, soort, rij["regel"], van=van, tot=tot, patroon=rij.get("patroon"), vorm=rij.get("vorm"))

    def veld(self, tekst: str, klassen: dict[str, Klasse]) -> Onderdeel:
        naam, van, *_alleen = tekst.split()
        stuk = van.rstrip("*")
        inhoud = klassen.get(stuk) or self.basis(stuk)
        return Onderdeel(naam.rstrip("?"), not naam.endswith("?"), inhoud, stuk if van.endswith("*") else None)

    def klassen(self, rij: dict, erbij: tuple[str, ...]) -> dict[str, Klasse]:
        """The classes of a message. They stand from the outside in; a later one is needed by an earlier one."""
        klaar: dict[str, Klasse] = {}
        for naam, velden in reversed(self._binnenste_laatst(rij["klasse"])):
            eigen = tuple(self.veld(tekst, klaar) for tekst in (*velden, *erbij) if self._hier(tekst))
            klaar[naam] = Klasse(naam, eigen, eigen=True, sleutel=tuple(rij.get("sleutel", {}).get(naam, ())))
        return klaar

    def _hier(self, tekst: str) -> bool:
        return "@" not in tekst or tekst.endswith("@" + self.standaard)

    @staticmethod
    def _binnenste_laatst(klassen: dict[str, list[str]]) -> list[tuple[str, list[str]]]:
        rang = dict.fromkeys(klassen, 0)
        for _keer in klassen:
            for naam, velden in klassen.items():
                for binnen in {tekst.split()[1].rstrip("*") for tekst in velden} & klassen.keys():
                    rang[binnen] = max(rang[binnen], rang[naam] + 1)
        return sorted(klassen.items(), key=lambda rij: rang[rij[0]])

    def soort(self, nummer: str, rij: dict, retour: bool) -> Soort:
        data, voor = load(BERICHTEN), load(BASIS)["standaard"][self.standaard]["voor"]
        erbij = ("RetourCodes RetourCode*",) if retour else ()
        klassen = self.klassen(rij, erbij)
        van_gemeente = rij["van"] == "gemeente"
        partij = {"van": "Gemeente" if van_gemeente else "AgbCode", "naar": "AgbCode" if van_gemeente else "Gemeente"}
        kop = [*data["kop"], *(data["retour"]["kop"] if retour else rij.get("kop", []))]
        kop = [f"{naam} {partij.get(van, van)}" for naam, van in (tekst.split() for tekst in kop)]
        header = Klasse("Header", tuple(self.veld(tekst, {}) for tekst in kop), eigen=True)
        inhoud = rij["inhoud"]
        bericht = Klasse("Bericht", (Onderdeel("Header", True, header), Onderdeel(
            inhoud, not (retour or rij.get("inhoud_mag_ontbreken")), klassen[inhoud])), eigen=True)
        eigen = rij["retour"] if retour else rij
        nummer_retour = rij["retour"]["bericht"] if "retour" in rij else None
        return Soort(
            naam=voor + (nummer_retour if retour else nummer), nummer=nummer_retour if retour else nummer,
            standaard=self.standaard, titel=("Retour op: " if retour else "") + rij["naam"], code=eigen["code"][self.standaard],
            van_gemeente=van_gemeente, bericht=bericht, inhoud=inhoud, heen=voor + nummer if retour else None,
            retour=voor + nummer_retour if nummer_retour and not retour else None)


@cache
def soorten() -> dict[str, Soort]:
    """Every kind of message by its name: WMO301, WMO302 ... JW325."""
    gevonden = {}
    for standaard in load(BASIS)["standaard"]:
        maker = _Maker(standaard)
        for nummer, rij in load(BERICHTEN)["bericht"].items():
            for retour in (False, True) if "retour" in rij else (False,):
                soort = maker.soort(nummer, rij, retour)
                gevonden[soort.naam] = soort
    return gevonden


@cache
def per_wortel() -> dict[str, Soort]:
    """Every kind of message by its first element."""
    return {f"{{{soort.ruimte}}}Bericht": soort for soort in soorten().values()}
