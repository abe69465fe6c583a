"""Walking a stateful machine of hypothesis on the real database: the same walk in every run, with nothing kept of it."""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test


def begonnen(machine: type[RuleBasedStateMachine], world, **facts) -> type[RuleBasedStateMachine]:
    """The machine in this world, with nothing done yet: `done` counts what its rules did, by name."""
    for name, value in ({"world": world, "done": {}} | facts).items():
        setattr(machine, name, value)
    return machine


def wandelen(machine: type[RuleBasedStateMachine], *, examples: int, steps: int = 16) -> None:
    """Let it walk. What a walk may miss by the draw belongs in a test by hand."""
    run_state_machine_as_test(machine, settings=settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck), print_blob=False))
