"""What the engine asks of the driver."""

import pytest
from sqlalchemy import event

from portal.db import make_engine


class Asked(Exception):
    """Instead of a connection: what it would have been made with."""


def asked(address: str) -> dict:
    """The arguments of the driver for an address. Connects to nothing."""
    engine = make_engine(address)

    @event.listens_for(engine, "do_connect")
    def stop(_dialect, _record, _arguments, values):
        raise Asked(dict(values))

    with pytest.raises(Asked) as told:
        engine.connect()
    return told.value.args[0]


@pytest.mark.parametrize(("query", "threshold"), [("", 1), ("?prepare_threshold=None", None), ("?prepare_threshold=7", 7)])
def test_a_statement_is_prepared_when_it_comes_back_unless_the_address_says_otherwise(query, threshold):
    found = asked(f"postgresql+psycopg://portal_app@127.0.0.1/niets{query}")
    assert found["prepare_threshold"] == threshold and found["dbname"] == "niets"


def test_the_rest_of_an_address_stays():
    found = asked("postgresql+psycopg://portal_app@/niets?host=/een/map&port=5433&prepare_threshold=None&sslmode=require")
    assert (found["host"], str(found["port"]), found["sslmode"]) == ("/een/map", "5433", "require")
