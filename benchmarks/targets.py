"""What Coffre set out to reach, and whether it did: ratios to the fastest restic of the same run, step by step."""

from __future__ import annotations

import dataclasses
import statistics
import typing
from collections.abc import Iterator

from tools import STEPS

if typing.TYPE_CHECKING:
    from report import Measured

RATIOS = {
    # (step, corpus): wall and memory, of what the fastest restic takes
    ("first", "code"): (0.45, 0.8),
    ("first", "office"): (0.45, 1.0),
    ("first", "media"): (0.40, 1.0),
    ("first", "tiny"): (0.33, 0.8),
    ("unchanged", "code"): (0.20, 0.8),
    ("unchanged", "tiny"): (0.20, 0.8),
    ("mutation", "code"): (0.40, 0.8),
    ("restore", "code"): (0.50, 0.8),
    ("check", "code"): (0.60, 0.8),
    ("prune", "code"): (0.15, 0.8),
}
SIZE, REQUESTS = 1.03, 1.0
PIPELINE = 1 / 0.85
"""Wall of the first backup, to what its parts allow."""
BESIDE_BORG = {"prune": 1.2}
"""Wall; 1.0 for each other step."""


@dataclasses.dataclass
class Target:
    """One figure that was wanted: `value` is to be at most `limit`."""

    what: str
    value: float
    limit: float

    @property
    def is_reached(self) -> bool:
        return self.value <= self.limit

    def row(self) -> str:
        return f"| {self.what} | {self.value:.2f} | {self.limit:.2f} | {'reached' if self.is_reached else '**not reached**'} |"


def of_corpus(measured: Measured) -> Iterator[Target]:
    """All targets that the figures of one corpus can tell about."""
    coffre = next((tool for tool in measured.tools if tool.kind == "coffre"), None)
    if not coffre:
        return
    for step in measured.steps:
        title = f"{STEPS[step]}, {measured.name}"
        fastest = measured.fastest_restic(step)
        if (step, measured.name) in RATIOS and fastest:
            wall, memory = RATIOS[step, measured.name]
            yield Target(f"{title}: wall, to {fastest.name}", measured.ratio(coffre, fastest, step, "wall"), wall)
            yield Target(f"{title}: peak memory, to {fastest.name}", measured.ratio(coffre, fastest, step, "memory"), memory)
        for borg in (tool for tool in measured.tools if tool.kind == "borg"):
            limit = BESIDE_BORG.get(step, 1.0)
            yield Target(f"{title}: wall, to {borg.name}", measured.ratio(coffre, borg, step, "wall"), limit)
    if measured.alone:
        value = statistics.median(measured.values(coffre, "first", "wall")) / measured.allowed_wall()
        yield Target(f"{STEPS['first']}, {measured.name}: wall, to what its parts allow", value, PIPELINE)
    for step in measured.sizes():
        smallest = measured.least_restic(lambda tool: measured.size_after(tool, step))
        if smallest:
            value = measured.size_after(coffre, step) / measured.size_after(smallest, step)
            yield Target(f"size after {STEPS[step]}, {measured.name}: to {smallest.name}", value, SIZE)
    for step in measured.requests.get(coffre.name, {}):
        thrifty = measured.least_restic(lambda tool: measured.request_count(tool, step))
        if thrifty and step != "init":
            value = measured.request_count(coffre, step) / measured.request_count(thrifty, step)
            yield Target(f"store requests, {STEPS[step]}, {measured.name}: to {thrifty.name}", value, REQUESTS)
