"""`python -m resume_rag.evaluation.rollouts`: what the gates do to versions of which the truth is known.

Simulated requests go through the real tallies, gates and state machine, looked at again after every few requests of the canary,
far more often than a gateway does. Lines of a request fail together (a beta distribution over requests). Says how often a version
that is no worse is rolled back, how often a worse one is promoted, and after how many of its requests.
"""

from __future__ import annotations

import random
from typing import Annotated, NamedTuple

import typer

from resume_rag.rollout import Deployment, Policy, RolloutState, Sample, check_gates
from resume_rag.rollout.state import advance, roll_back, start
from resume_rag.rollout.tallies import Tally, sum_samples, sum_tallies

LINES = 8
CLUSTERING = 0.15
"""Correlation of two lines of one request."""

_LONGEST_STEP_REQUESTS = 3000
_LOOK_EVERY = 5


class World(NamedTuple):
    """A kind of version: shares of faulty lines, and the median of its first token."""

    name: str
    first_try: float
    undelivered: float
    errors: float
    first_ms: float


STABLE = World("stable", 0.15, 0.06, 0.002, 200)
WORLDS = (
    STABLE._replace(name="equal"),
    STABLE._replace(name="better", first_try=0.10, undelivered=0.03),
    STABLE._replace(name="first try 3 points worse (allowed: 5)", first_try=0.18),
    STABLE._replace(name="first try 10 points worse", first_try=0.25),
    STABLE._replace(name="first try 25 points worse", first_try=0.40),
    STABLE._replace(name="10 points fewer lines delivered", undelivered=0.16),
    STABLE._replace(name="5 % of lines fail", errors=0.05),
    STABLE._replace(name="first token 1.2 times as late (allowed: 1.5)", first_ms=240),
    STABLE._replace(name="first token 2 times as late", first_ms=400),
    STABLE._replace(name="dead", first_try=1.0, undelivered=1.0, errors=1.0),
)


class Ending(NamedTuple):
    """How one rollout ended."""

    phase: str
    canary_requests: int


def draw_sample(world: World, draw: random.Random) -> Sample:
    """One request of a version."""

    def faulty(share: float) -> int:
        if share in (0.0, 1.0):
            return round(LINES * share)
        strength = (1 - CLUSTERING) / CLUSTERING
        here = draw.betavariate(share * strength, (1 - share) * strength)
        return sum(draw.random() < here for _ in range(LINES))

    times = () if world.errors == 1 else tuple(world.first_ms * draw.lognormvariate(0, 0.4) for _ in range(LINES))
    return Sample(
        lines=LINES,
        first_try=faulty(world.first_try),
        fallback_lines=faulty(world.undelivered),
        errors=faulty(world.errors),
        first_token_ms=times,
    )


def run_rollout(world: World, policy: Policy, draw: random.Random) -> Ending:
    """One rollout of a version, to its end; one that no step decides is rolled back, as by the policy's longest time."""
    state = start(RolloutState(), Deployment(name="canary", url="embedded"), policy, 0.0)
    requests = 0
    while state.phase == "running":
        canary, stable = Tally(), Tally()
        at_step = 0
        while True:
            more = [draw_sample(world, draw) for _ in range(_LOOK_EVERY)]
            canary = sum_tallies([canary, sum_samples(more)])
            at_step += _LOOK_EVERY
            # The stable version's traffic in the same time, in bounds: more than a few hundred requests tell nothing new.
            beside = min(200, round(_LOOK_EVERY * (100 - state.share) / state.share)) if stable.requests < 1000 else 0
            stable = sum_tallies([stable, sum_samples(draw_sample(STABLE, draw) for _ in range(beside))])
            report = check_gates(canary, state.baseline if state.is_last_step and state.baseline else stable, policy)
            if report.verdict != "wait" or at_step >= _LONGEST_STEP_REQUESTS:
                break
        requests += at_step
        if report.verdict == "pass":
            state = advance(state, stable, 0.0, "passed")
        else:
            state = roll_back(state, 0.0, "worse" if report.failed else "undecided")
    return Ending("undecided" if state.reason == "undecided" else state.phase, requests)


def main(
    rollouts: Annotated[int, typer.Option(min=1, help="Of each kind.")] = 200, seed: Annotated[int, typer.Option(help="Of the draws.")] = 0
) -> None:
    """Print the table, under the default policy."""
    policy = Policy()
    typer.echo(
        f"{rollouts} rollouts of each kind; steps {', '.join(f'{step:g}' for step in policy.steps)} %, {policy.confidence:.0%} intervals"
    )
    typer.echo(f"{'version':<48}{'promoted':>10}{'rolled back':>13}{'undecided':>11}{'its requests, median':>22}")
    for world in WORLDS:
        endings = [run_rollout(world, policy, random.Random(f"{seed} {number}")) for number in range(rollouts)]  # noqa: S311
        promoted, back, undecided = (sum(ending.phase == phase for ending in endings) for phase in ("promoted", "rolled_back", "undecided"))
        median = sorted(ending.canary_requests for ending in endings)[len(endings) // 2]
        typer.echo(f"{world.name:<48}{promoted:>10}{back:>13}{undecided:>11}{median:>22}")


if __name__ == "__main__":
    typer.run(main)
