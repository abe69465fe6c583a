"""Personal data struck out of a text: names that are known, and what can be recognised by its form.

What somebody wrote about a person whom nobody told of stays: a human reads it once more.
"""

import re
from collections.abc import Callable, Sequence

# What stands in the place of what was struck out.
WEG = "████"
# Between the parts of a number: any white space (also what does not break), a dot, or a dash in one of its shapes.
_SEP = r"[\s.\-\u2010-\u2015\u2212]"
# Where a word begins and ends: an underscore is an edge, as in the name of a file.
_BEGIN, _END = r"(?<![^\W_])", r"(?![^\W_])"
# What goes on in front of a number: the rest of a day, an amount or a case reference.
_FRESH = rf"{_BEGIN}(?<![0-9][.,\-])"
_LOCAL = r"\w.!#$%&'’*+/=?^`{|}~-"
_EMAIL = re.compile(rf"(?<![{_LOCAL}])[{_LOCAL}]+@[\w-]+(?:\.[\w-]+)+")
_IBAN = re.compile(rf"{_BEGIN}[A-Za-z]{{2}}(?:{_SEP}{{0,3}}[0-9]){{2}}(?:{_SEP}{{0,3}}[A-Za-z0-9]){{11,30}}")
# How long an account number is in each country of SEPA (the IBAN registry of ISO 13616).
_IBAN_LENGTH = {
    "AD": 24, "AL": 28, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24,
    "FI": 18, "FR": 27, "GB": 22, "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20,
    "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24,
    "RS": 22, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "VA": 22}
# A day, also with the hour behind it where its year has two digits: no telephone number.
_DAY = (r"(?:0[1-9]|[12][0-9]|3[01])\s?([-./])\s?(?:0?[1-9]|1[0-2])\s?\1\s?"
        r"(?:(?:19|20)[0-9]{2}(?![0-9]|\1[0-9])|[0-9]{2}\s+[0-2]?[0-9][.:][0-5][0-9](?![0-9]))")
# Dutch numbers as people write them: (038) 123 45 67, 06-12345678, +31 (0)6 1234 5678, 0031...
_GAP = r"[\s.\-()\u2010-\u2015\u2212]{0,4}"
_PHONE = re.compile(
    rf"{_FRESH}(?!{_DAY})(?:\((?=[^()]{{1,8}}\)))?(?:(?:\+|00){_GAP}31(?:{_GAP}0)?|0){_GAP}[1-9](?:{_GAP}[0-9]){{8}}{_END}(?![.\-][0-9]{{1,4}}(?![0-9]))")
_BSN = re.compile(
    rf"{_FRESH}(?:[0-9]{{4}}{_SEP}{{1,3}}[0-9]{{2}}{_SEP}{{1,3}}[0-9]{{3}}"
    rf"|[0-9]{{3}}{_SEP}{{0,3}}[0-9]{{2,3}}{_SEP}{{0,3}}[0-9]{{3}}){_END}(?!,(?:[0-9]{{2}}(?![0-9])|[-–]))")
_AMOUNT = re.compile(r"(?:€|\bEUR|\beuro)\s*\Z", re.IGNORECASE)
# SUB-2026-0012: what follows the letters of a case begins with its year; BSN-2026.12.345 is no case.
_CASE = re.compile(r"(?<!bsn)(?<=[a-z])-\Z", re.IGNORECASE)
_YEAR = re.compile(rf"(?:19|20)[0-9]{{2}}{_SEP}")
_PARTS = re.compile(rf"(?:{_SEP}|_)+")
_SMALL = frozenset({"van", "de", "den", "der", "ten", "ter", "te", "het", "in", "op", "aan", "la", "el"})


def weglaten(tekst: str, namen: Sequence[str], behoud: frozenset[str] = frozenset()) -> str:
    """A text without the names of these people, mail addresses, telephone numbers, account numbers and BSNs. `behoud`: words in
    small letters that stay, such as the name of the gemeente, though somebody carries one as a surname."""
    tekst = _EMAIL.sub(WEG, tekst)
    tekst = _struck(_IBAN, tekst, _iban_end)
    tekst = _struck(_PHONE, tekst, re.Match.end)
    tekst = _struck(_BSN, tekst, _bsn_end)
    for name in namen:
        tekst = _without_name(tekst, name, re.IGNORECASE)
    for surname in sorted({found for name in namen if (found := _surname(name, behoud))}, key=lambda one: (-len(one), one)):
        tekst = _without_name(tekst, surname)
    return tekst


def _struck(pattern: re.Pattern, text: str, end_of: Callable[[re.Match], int]) -> str:
    """The text without what the pattern finds, as far as `end_of` says; 0 leaves it, and what begins inside it is looked at."""
    at = 0
    while found := pattern.search(text, at):
        at = found.start() + 1
        if end := end_of(found):
            text = text[:found.start()] + WEG + text[end:]
            at = found.start() + len(WEG)
    return text


def _without_name(text: str, name: str, flags: int = 0) -> str:
    """The text without this name, with whatever stands between its parts: spaces, a line break, a dash, an underscore."""
    parts = [re.escape(part) for part in _PARTS.split(name) if part]
    between = rf"(?:{_SEP}|_)+"
    return re.sub(f"{_BEGIN}{between.join(parts)}{_END}", WEG, text, flags=flags) if parts else text


def _surname(name: str, behoud: frozenset[str]) -> str:
    """The last word of a name, as others write it after 'mevrouw'; nothing where that is a word of an organisation too."""
    parts = [part for part in name.split() if part.lower() not in _SMALL and not part.startswith("(")]
    last = parts[-1] if len(parts) > 1 else ""
    return last if len(last) > 2 and last[0].isupper() and last.lower() not in behoud else ""


def _iban_end(found: re.Match) -> int:
    """Where the account number ends in what looks like one: words may have come along behind it. 0: it is none."""
    text, start = found.string, found.start()
    country = text[start:start + 2].upper()
    length = _IBAN_LENGTH.get(country)
    if not length and not text[start:start + 4].isalnum():
        return 0  # "op 12-11-2026": a word and a day, for no country that pays in euros.
    ends = [at + 1 for at in range(start, found.end()) if text[at].isalnum()]
    for number in [length] if length else range(len(ends), 14, -1):
        if number > len(ends):
            continue
        end = ends[number - 1]
        # Behind a Dutch one a word may stand without a space; a fingerprint of a file never begins with NL.
        edge = end == len(text) or not text[end].isalnum() or country == "NL"
        if edge and _is_iban(text[start:end]):
            return end
    return 0


def _is_iban(text: str) -> bool:
    plain = "".join(sign for sign in text if sign.isalnum())
    # Every country's number is mostly digits; a sentence is not.
    return sum(map(str.isdigit, plain)) >= 7 and int("".join(str(int(s, 36)) for s in plain[4:] + plain[:4])) % 97 == 1


def _bsn_end(found: re.Match) -> int:
    """Where the BSN ends; 0 when it is none, an amount or the number of a case."""
    before = found.string[max(0, found.start() - 12):found.start()]
    if _AMOUNT.search(before) or (_CASE.search(before) and _YEAR.match(found[0])):
        return 0
    return found.end() if is_bsn(found[0]) else 0


def is_bsn(text: str) -> bool:
    """Eight or nine digits that pass the eleven test: a BSN, as far as a number can tell."""
    digits = [int(sign) for sign in text if sign.isdigit()]
    if len(digits) == 8:
        digits = [0, *digits]
    if len(digits) != 9 or not any(digits):
        return False
    return (sum(weight * digit for weight, digit in zip(range(9, 1, -1), digits, strict=False)) - digits[8]) % 11 == 0
