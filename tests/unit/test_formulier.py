"""One field of a posted form: what is read, and the sentence when it is refused."""

import pytest
from flask import Flask

from portal.web.forms import Form


def number(text: str) -> tuple[int | None, dict[str, str]]:
    with Flask(__name__).test_request_context(method="POST", data={"aantal": text}):
        form = Form()
        return form.number("aantal", low=1, high=100), form.errors


@pytest.mark.parametrize(("text", "value"), [("1", 1), (" 12 ", 12), ("007", 7), ("100", 100)])
def test_a_whole_number_is_read(text, value):
    assert number(text) == (value, {})


@pytest.mark.parametrize("text", ["0", "101", "-1", "1,5", "1.0", "+1", "1_0", "1 0", "acht", "\u0661\u0662", "\uff11",
                                  "\u00b2", "9" * 19, "9" * 4301, "0" * 5000 + "1"])
def test_what_is_no_number_gets_the_same_sentence(text):
    assert number(text) == (None, {"aantal": "Vul een heel getal in van 1 tot en met 100."})
