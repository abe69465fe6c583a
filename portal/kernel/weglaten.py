"""Personal data struck out of a text: names that are known, and what can be recognised by its form.

What somebody wrote about a person whom nobody told of stays: a human reads it once more.
"""

import re
from collections.abc import Sequence

# What stands in the place of what was struck out.
WEG = "████"
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?", re.IGNORECASE)
# Dutch numbers as people write them: 038 123 45 67, 06-12345678, +31 6 1234 5678, 0031...; a day is none.
_PHONE = re.compile(r"(?<![\w/.,-])(?!\d{1,2}-\d{1,2}-\d{4})(?:\+31|0031|0)[\s(0)-]{0,5}[1-9](?:[\s-]{0,3}\d){8}(?![\w-])")
_BSN = re.compile(r"(?<![\w.,-])\d{3}[ .]?\d{2,3}[ .]?\d{3}\b|(?<![\w.,-])\d{9}\b")
_SMALL = frozenset({"van", "de", "den", "der", "ten", "ter", "te", "het", "in", "op", "aan", "la", "el"})


def weglaten(tekst: str, namen: Sequence[str], behoud: frozenset[str] = frozenset()) -> str:
    """A text without the names of these people, mail addresses, telephone numbers, account numbers and BSNs. `behoud`: words in
    small letters that stay, such as the name of the gemeente, though somebody carries one as a surname."""
    tekst = _EMAIL.sub(WEG, tekst)
    tekst = _IBAN.sub(lambda m: _without_iban(m[0]), tekst)
    tekst = _PHONE.sub(WEG, tekst)
    tekst = _BSN.sub(lambda m: WEG if is_bsn(m[0]) else m[0], tekst)
    for name in namen:
        tekst = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", WEG, tekst, flags=re.IGNORECASE)
    for surname in {found for name in namen if (found := _surname(name, behoud))}:
        tekst = re.sub(rf"(?<!\w){re.escape(surname)}(?!\w)", WEG, tekst)
    return tekst


def _surname(name: str, behoud: frozenset[str]) -> str:
    """The last word of a name, as others write it after 'mevrouw'; nothing where that is a word of an organisation too."""
    parts = [part for part in name.split() if part.lower() not in _SMALL and not part.startswith("(")]
    last = parts[-1] if len(parts) > 1 else ""
    return last if len(last) > 2 and last[0].isupper() and last.lower() not in behoud else ""


def _without_iban(text: str) -> str:
    """What looks like an account number, and the words that came along behind it."""
    for end in range(len(text), 14, -1):
        if _is_iban(text[:end]) and not text[end - 1].isspace():
            return WEG + text[end:]
    return text


def _is_iban(text: str) -> bool:
    plain = text.replace(" ", "")
    return 15 <= len(plain) <= 34 and int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def is_bsn(text: str) -> bool:
    """Eight or nine digits that pass the eleven test: a BSN, as far as a number can tell."""
    digits = [int(sign) for sign in text if sign.isdigit()]
    if len(digits) == 8:
        digits = [0, *digits]
    if len(digits) != 9 or not any(digits):
        return False
    return (sum(weight * digit for weight, digit in zip(range(9, 1, -1), digits, strict=False)) - digits[8]) % 11 == 0
