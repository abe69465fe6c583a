"""Euro amounts as Decimal: rounding, reading and writing them the Dutch way."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

CENT = Decimal("0.01")
MOST = Decimal("1e12")  # beyond any budget in the region; a longer number is a slip of the keyboard
WRITTEN = re.compile(r"-?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,[0-9]{1,2})?")


def _exact(value: Decimal | int | str) -> Decimal:
    """`value` as a finite Decimal. TypeError on a float: it has already lost its cents."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise TypeError("Een bedrag of aantal is een Decimal, een geheel getal of een tekst, nooit een float.")
    try:
        exact = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"{value!r} is geen getal.") from None
    if not exact.is_finite():
        raise ValueError("Een bedrag of aantal moet een gewoon getal zijn.")
    return exact


def euro(value: Decimal | int | str) -> Decimal:
    """Euros in whole cents, halves rounded away from zero. TypeError on a float, ValueError on what is no number."""
    exact = _exact(value)
    if abs(exact) >= MOST:
        raise ValueError("Dit bedrag is te groot.")
    return exact.quantize(CENT, ROUND_HALF_UP)


def parse_bedrag(text: str) -> Decimal:
    """Read what a person typed: '12.500,00', '12500', '12.500', '€ 12,5'. ValueError carries a sentence."""
    bare = re.sub(r"[\s€]", "", text)
    bare = re.sub(r",-+$", "", bare)
    if not bare:
        raise ValueError("Vul een bedrag in, bijvoorbeeld 12.500,00.")
    if not WRITTEN.fullmatch(bare):
        raise ValueError(
            "Dit bedrag begrijpen we niet. Gebruik een komma voor de centen en een punt voor duizendtallen, "
            "bijvoorbeeld 12.500,00."
        )
    return euro(bare.replace(".", "").replace(",", "."))


def bedrag_text(amount: Decimal | int | str) -> str:
    """The amount as Dutch readers write it, without the euro sign: '12.500,00'. `parse_bedrag` reads it back."""
    return f"{euro(amount):,.2f}".translate(str.maketrans(",.", ".,"))
