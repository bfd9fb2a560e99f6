"""What a part found, and docs/benchmarks.md."""

import dataclasses
import datetime
import pathlib
import re

from statistics_of import number, table

BEGIN = "<!-- measured: {} -->"
END = "<!-- end: {} -->"


@dataclasses.dataclass
class Goal:
    """A figure that we said we would reach."""

    name: str
    value: float
    relation: str  # ">=" or "<="
    bound: float
    unit: str

    def met(self):
        return self.value >= self.bound if self.relation == ">=" else self.value <= self.bound

    def row(self):
        relation = "at least" if self.relation == ">=" else "at most"
        return [
            self.name,
            f"{number(self.value)} {self.unit}",
            f"{relation} {number(self.bound)} {self.unit}",
            "met" if self.met() else "**missed**",
        ]


@dataclasses.dataclass
class Section:
    title: str
    text: str
    goals: list = dataclasses.field(default_factory=list)

    def markdown(self, facts, command):
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
        lines = [f"## {self.title}", ""]
        lines += [f"`{command}`, {now}. " + "; ".join(f"{k}: {v}" for k, v in facts.items()) + "."]
        lines += ["", self.text, ""]
        if self.goals:
            rows = [goal.row() for goal in self.goals]
            lines += [table(["goal", "measured", "wanted", ""], rows), ""]
        return "\n".join(lines)


HEAD = """# Benchmarks

Written by `scripts/bench`; each part stands between its marks and is replaced when it is measured
again. What stands outside the marks is written by hand. Everything in a part was measured side by
side in one run on one machine, so read the ratios: the figures themselves move with the machine
and its neighbours.
"""


def write(file, name, markdown):
    """Puts a part into the file, in place of what it said before."""
    path = pathlib.Path(file)
    text = path.read_text() if path.exists() else HEAD
    begin, end = BEGIN.format(name), END.format(name)
    block = f"{begin}\n{markdown}{end}"
    old = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if old.search(text):
        text = old.sub(lambda _: block, text)
    else:
        text = f"{text.rstrip()}\n\n{block}\n"
    path.write_text(text)
