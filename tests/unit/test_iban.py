"""Account numbers: what can be paid to, and the sentence for what cannot."""

import pytest

from portal.kernel.iban import gebrek, kaal


@pytest.mark.parametrize("text", [
    "NL02ABNA0123456789", "NL02 ABNA 0123 4567 89", "nl02 abna 0123 4567 89", "NL91ABNA0417164300",
    # The examples of the register of ISO 13616: the shortest of the SEPA, the longest, and two neighbours.
    "NO9386011117947", "MT84MALT011000012345MTLCAST001S", "BE68539007547034", "DE89370400440532013000",
])
def test_an_account_in_the_sepa_is_taken(text):
    assert gebrek(text) is None


@pytest.mark.parametrize(("text", "says"), [
    ("NL02ABNA0123456788", "klopt niet"),  # one digit off
    ("NL02ABNA0123456798", "klopt niet"),  # two digits in each other's place
    ("DE89370400440532013001", "klopt niet"),
    ("NL02ABNA012345678", "Nederlands rekeningnummer"),  # one digit short
    ("NL02ABNA01234567890", "Nederlands rekeningnummer"),
    ("NL021BNA0123456789", "Nederlands rekeningnummer"),  # a digit in the name of the bank
    ("0123456789", "geen IBAN"), ("", "geen IBAN"), ("onze bank", "geen IBAN"), ("BE6853900754", "geen IBAN"),
    ("DE89" + "0" * 31, "geen IBAN"), ("DE89 3704-0044", "geen IBAN"), ("NO٩٣86011117947", "geen IBAN"),
    ("TR330006100519786457841326", "dit land"), ("XX00000000000000", "dit land"),
])
def test_what_cannot_be_paid_to_is_told_in_words(text, says):
    assert says in gebrek(text)


def test_every_single_wrong_digit_is_found():
    iban = "NL02ABNA0123456789"
    for place in (2, 3, *range(8, 18)):
        for digit in "0123456789".replace(iban[place], ""):
            assert gebrek(iban[:place] + digit + iban[place + 1:]), (place, digit)


def test_it_is_kept_without_spaces_in_capitals():
    assert kaal(" nl02 abna\N{NO-BREAK SPACE}0123 4567 89 ") == "NL02ABNA0123456789"
