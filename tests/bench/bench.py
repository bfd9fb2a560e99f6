#!/usr/bin/env python3
"""Runs parts of the benchmark and writes what they find. Called by scripts/bench."""

import argparse
import itertools
import os
import pathlib
import sys
import tempfile
import time

import machine
import part_actions
import part_bodies
import part_idle
import part_latency
import part_parse
import part_push
import part_slow
import part_webhook
import report

PARTS = {
    "webhook": part_webhook.run,
    "push": part_push.run,
    "latency": part_latency.run,
    "actions": part_actions.run,
    "idle": part_idle.run,
    "bodies": part_bodies.run,
    "slow": part_slow.run,
    "parse": part_parse.run,
}


class Bench:
    """What every part needs: where things are, how long it may take, how to speak."""

    def __init__(self, root, programs, temporary, quick):
        self.root = root
        self.source = root / "tests/bench"
        self.programs = programs
        self.temporary = temporary
        self.quick = quick
        self._numbers = itertools.count(1)

    def folder(self, name):
        """A new, empty folder. It goes away at the end."""
        path = self.temporary / f"{name}-{next(self._numbers)}"
        path.mkdir()
        return path

    def say(self, text):
        print(f"    {text}", flush=True)


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--output", type=pathlib.Path)
    parser.add_argument("--programs", type=lambda p: pathlib.Path(p).resolve(), required=True)
    # Not /tmp: where that is memory, nothing would wait for a disk.
    parser.add_argument("--state", type=pathlib.Path, default="/var/tmp")
    parser.add_argument("parts", nargs="*")
    options = parser.parse_args(arguments)
    unknown = [part for part in options.parts if part not in PARTS]
    if unknown:
        parser.error(f"there is no part \"{unknown[0]}\"; there are {' '.join(PARTS)}")
    return options


def main(arguments):
    options = parse(arguments)
    root = pathlib.Path(__file__).resolve().parent.parent.parent
    output = options.output or root / "docs/benchmarks.md"
    names = options.parts or list(PARTS)
    command = " ".join(["scripts/bench", *(["--quick"] if options.quick else []), *options.parts])
    missed = 0
    with tempfile.TemporaryDirectory(prefix="hookd-bench-", dir=options.state) as temporary:
        facts = machine.facts(temporary)
        for name in names:
            print(f"==> {name}", flush=True)
            facts["load before"] = f"{machine.load_now():.1f}"
            folder = pathlib.Path(temporary, name)
            folder.mkdir()
            bench = Bench(root, options.programs, folder, options.quick)
            start = time.monotonic()
            section = PARTS[name](bench)
            report.write(output, name, section.markdown(facts, command))
            for goal in section.goals:
                print("    " + "  ".join(goal.row()))
                missed += not goal.met()
            bench.say(f"took {time.monotonic() - start:.0f} s")
    print(f"\n{missed} goals missed; written to {os.path.relpath(output)}")


if __name__ == "__main__":
    main(sys.argv[1:])
