"""(h) Reading a delivery: what is wanted of its JSON, and finding its endpoint."""

import json
import subprocess

from report import Goal, Section
from statistics_of import median, number, spread, table

PAYLOADS = [
    ("github", "pull_request", "pull-request-synchronize.json"),
    ("github", "push", "push.json"),
    ("gitlab", "Push Hook", "push.json"),
]
PULL_REQUEST = PAYLOADS[0]
FEW, MANY = 10, 10_000


def ask(bench, *words):
    command = [str(bench.programs / "bench_deliveries"), *(str(word) for word in words)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def file_of(bench, payload):
    return bench.root / "tests/data/payloads" / payload[0] / payload[2]


def run(bench):
    rounds = 3 if bench.quick else 7
    count = 2_000 if bench.quick else 10_000
    read = {payload: [] for payload in PAYLOADS}
    found = {FEW: [], MANY: []}
    for _ in range(rounds):
        for payload in PAYLOADS:
            provider, event, _ = payload
            read[payload].append(ask(bench, "parse", provider, event, file_of(bench, payload), count))
        for endpoints in found:
            found[endpoints].append(
                ask(bench, "endpoints", endpoints, 2_000, file_of(bench, PAYLOADS[1]))
            )

    rows = []
    for (provider, event, _), results in read.items():
        rows.append([
            f"{provider}, {event}",
            number(results[0]["bytes"]),
            spread([r["us"] for r in results]),
            spread([r["tree_us"] for r in results]),
        ])
    lookups = [
        [number(n), spread([r["find_us"] for r in results]), spread([r["judge_us"] for r in results])]
        for n, results in found.items()
    ]
    judged = {n: median([r["judge_us"] for r in results]) for n, results in found.items()}
    text = (
        f"Recorded payloads are read in memory, {rounds} times {count:,} each: JSON checked as a "
        "whole, what rules can ask for picked out, the event made. Beside it a tree of the same "
        "bytes is made (nlohmann::json), and nothing is done with it.\n\n"
        + table(["payload", "bytes", "µs", "tree µs"], rows)
        + f"\n\nOf {FEW} or {MANY:,} endpoints each delivery finds its own, by a path drawn at "
        "random; then the whole of what is done for a delivery before it is stored: endpoint, "
        "signature, JSON, event.\n\n"
        + table(["endpoints", "finding µs", "whole µs"], lookups)
        + f"\n\nWith {MANY:,} endpoints the whole takes {number(judged[MANY] / judged[FEW])} times "
        f"what it takes with {FEW}."
    )
    pull_request = median([r["us"] for r in read[PULL_REQUEST]])
    goals = [
        Goal("reading a pull request of 25 KiB", pull_request, "<=", 200, "µs"),
        Goal("finding one of 10,000 endpoints, of all that is done for a delivery",
             median([r["find_us"] for r in found[MANY]]) / judged[MANY], "<=", 0.01, "×"),
    ]
    return Section("Reading deliveries", text, goals)
