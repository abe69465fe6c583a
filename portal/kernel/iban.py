"""Account numbers: what can be paid to, and how one is kept (ISO 13616; check digits by ISO 7064, modulo 97)."""

import re

# Where a payment in euros goes the same way as at home (the countries of the SEPA scheme of the European Payments Council).
SEPA = frozenset({
    "AD", "AL", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GI", "GR", "HR", "HU",
    "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL", "NO", "PL", "PT", "RO", "RS", "SE",
    "SI", "SK", "SM", "VA",
})
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
# What a bank takes in the name of an account (the basic character set of the SEPA rulebooks), with the letters that Dutch
# names use. One that begins with a plus or a minus would run as a formula in a spreadsheet.
_TEKENS = r"A-Za-zÀ-ÖØ-öø-ÿ0-9 .,&/()':?+\-"
_NAAM = re.compile(rf"(?![+\- ])[{_TEKENS}]+")
_GEEN_TEKEN = re.compile(rf"[^{_TEKENS}]")
_IBAN_NL = re.compile(r"NL[0-9]{2}[A-Z]{4}[0-9]{10}")


def kaal(text: str) -> str:
    """An account number as it is kept: without spaces, in capitals."""
    return "".join(text.split()).upper()


def naam(text: str) -> str:
    """The name of an account as a bank takes it: one line, without signs that it does not know. Empty when nothing is left."""
    one_line = " ".join(_GEEN_TEKEN.sub(" ", text.replace("\u2019", "'").replace("\u2013", "-")).split()).lstrip("+- ")
    return one_line if any(sign.isalnum() for sign in one_line) else ""


def naam_gebrek(text: str) -> str | None:
    """Why a bank does not take this as the name of an account; None when it does."""
    if not _NAAM.fullmatch(text) or not naam(text):
        return "Gebruik in de naam bij de rekening alleen letters, cijfers, spaties en deze tekens: . , - & / ( ) ' + : ?"
    return None


def gebrek(text: str) -> str | None:
    """Why this is no account number that can be paid to; None when it is one. Spaces and small letters do not matter.

    The check digits are those of ISO 13616: the remainder modulo 97 (ISO 7064) is one.
    """
    iban = kaal(text)
    if iban.startswith("NL") and not _IBAN_NL.fullmatch(iban):
        return "Een Nederlands rekeningnummer ziet er zo uit: NL02 ABNA 0123 4567 89. Kijk het na."
    if not _IBAN.fullmatch(iban):
        return "Dit is geen IBAN. Een IBAN begint met twee letters en twee cijfers, bijvoorbeeld NL02 ABNA 0123 4567 89."
    if iban[:2] not in SEPA:
        return "Naar een rekening in dit land kan de gemeente niet betalen. Kies een rekening in Europa (SEPA)."
    if int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 != 1:
        return "Dit rekeningnummer klopt niet. Er staat een cijfer of letter verkeerd. Kijk het na."
    return None


def in_fours(iban: str) -> str:
    """An account number as people read it: NL02 ABNA 0123 4567 89."""
    return " ".join(iban[at:at + 4] for at in range(0, len(iban), 4))
