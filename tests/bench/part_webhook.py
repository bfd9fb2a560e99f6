"""(a) Accepted webhooks: wrk against Debian's webhook and against hookd, turn by turn."""

import json
import os
import pathlib
import subprocess
import time

import machine
from pushes import Sender, Template
from report import Goal, Section
from servers import HOOK_PATH, SECRET, Hookd, Webhook, action, push_rule, repository
from statistics_of import median, number, spread, table

CONNECTIONS = (1, 16, 64, 256)
GOAL_CONNECTIONS = 64
HOLD = "acme/hold"
DRAIN_SECONDS = 120


class Load:
    """wrk with the signing script. Every request of all runs is another push."""

    def __init__(self, bench, template):
        self.folder = bench.folder("load")
        self.script = bench.source / "signed_pushes.lua"
        self.template = self.folder / "template.json"
        self.result = self.folder / "result.json"
        self.next = 1
        template.write(self.template)

    def run(self, port, connections, seconds):
        environment = {
            "PATH": os.environ["PATH"],
            "BENCH_TEMPLATE": str(self.template),
            "BENCH_SECRET": SECRET,
            "BENCH_START": str(self.next),
            "BENCH_RESULT": str(self.result),
        }
        self.next += 10_000_000
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s"]
        command += ["-s", str(self.script), f"http://127.0.0.1:{port}{HOOK_PATH}"]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        result = json.loads(self.result.read_text())
        if result["refused"] or result["broken"]:
            raise RuntimeError(f"not every request was accepted: {result}")
        return result


def measure(server, load, connections, seconds, wait):
    """One run: rate, latency, processor time until `wait` returns, peak memory."""
    machine.reset_peak(server.pid)
    before = server.cpu()
    result = load.run(server.port, connections, seconds)
    wait()
    return {
        "rate": result["requests"] / result["seconds"],
        "p50": result["p50_ms"],
        "p99": result["p99_ms"],
        "cpu": (server.cpu() - before) * 1000 / result["requests"],
        "peak": machine.memory_kib(server.pid, "VmHWM") / 1024,
        "requests": result["requests"],
    }


def run_webhook(bench, load, ref, connections, seconds):
    folder = bench.folder("webhook")
    with Webhook(folder, ref) as server:
        return measure(
            server, load, connections, seconds, lambda: server.wait_until_drained(DRAIN_SECONDS)
        )


def run_hookd(daemon, load, connections, seconds):
    before = daemon.events()
    cell = measure(daemon, load, connections, seconds, lambda: time.sleep(0.3))
    stored = daemon.events() - before
    # wrk stops without reading its last answers: one a connection.
    if not cell["requests"] <= stored <= cell["requests"] + connections:
        raise RuntimeError(f"{cell['requests']} answered 202, {stored} events stored")
    cell["stored"] = stored
    return cell


def hold_the_only_slot(bench, daemon):
    """Events and runs are stored as ever; no action starts, so that accepting is measured alone."""
    sender = Sender(daemon.port)
    sender.post(Template(bench.root, HOLD))
    sender.close()
    deadline = time.monotonic() + 10
    while daemon.running() == 0:
        if time.monotonic() > deadline:
            raise RuntimeError("the action that holds the slot did not start")
        time.sleep(0.02)


def queue_limit(bench, template, seconds, *mode):
    """Accepts a second without HTTP: of a bare loop of group commits, or of the queue itself."""
    command = [bench.programs / "bench_queue_limit", *mode]
    command += ["--producers", GOAL_CONNECTIONS, "--body", template.size, "--seconds", seconds]
    command += ["--folder", bench.folder("limit")]
    done = subprocess.run([str(word) for word in command], check=True, capture_output=True)
    return json.loads(done.stdout)["accepts_per_s"]


def run(bench):
    rounds, seconds = (1, 1) if bench.quick else (3, 3)
    template = Template(bench.root)
    load = Load(bench, template)
    branch = template.ref.removeprefix("refs/heads/")
    repositories = [
        repository(
            template.repository,
            [push_rule("bench", [action("true", ["/bin/true"])], [branch])],
        ),
        repository(HOLD, [push_rule("hold", [action("sleep", ["/bin/sleep", "7200"])])]),
    ]
    cells = {(name, c): [] for name in ("webhook", "hookd") for c in CONNECTIONS}
    limits, queues = [], []
    with Hookd(bench.programs, bench.folder("hookd"), repositories, slots=1) as daemon:
        hold_the_only_slot(bench, daemon)
        for turn in range(rounds):
            for connections in CONNECTIONS:
                both = [
                    ("webhook", lambda c=connections: run_webhook(bench, load, template.ref, c, seconds)),
                    ("hookd", lambda c=connections: run_hookd(daemon, load, c, seconds)),
                ]
                for name, one in both if turn % 2 == 0 else reversed(both):
                    cell = one()
                    cells[name, connections].append(cell)
                    bench.say(f"{name}, {connections} connections: {number(cell['rate'])}/s, "
                              f"p99 {number(cell['p99'])} ms")
                if connections == GOAL_CONNECTIONS:
                    limits.append(queue_limit(bench, template, seconds))
                    queues.append(queue_limit(bench, template, seconds, "--queue"))
        daemon.kill()  # the action that holds the slot would be waited for
    return section(template, cells, limits, queues, rounds, seconds)


def values(cells, name, connections, field):
    return [cell[field] for cell in cells[name, connections]]


def section(template, cells, limits, queues, rounds, seconds):
    rows = []
    for connections in CONNECTIONS:
        for name in ("webhook", "hookd"):
            one = {f: values(cells, name, connections, f) for f in ("rate", "p50", "p99", "cpu")}
            peak = max(values(cells, name, connections, "peak"))
            rows.append([str(connections), name, *(spread(v) for v in one.values()), number(peak)])
        ratio = [
            median(values(cells, "hookd", connections, f))
            / median(values(cells, "webhook", connections, f))
            for f in ("rate", "p50", "p99", "cpu")
        ]
        peak = max(values(cells, "hookd", connections, "peak")) / max(
            values(cells, "webhook", connections, "peak")
        )
        rows.append([str(connections), "**ratio**", *(number(r) for r in ratio), number(peak)])
    header = ["connections", "server", "accepted/s", "p50 ms", "p99 ms", "CPU ms/request",
              "peak MiB"]
    answered = sum(sum(values(cells, "hookd", c, "requests")) for c in CONNECTIONS)
    stored = sum(sum(values(cells, "hookd", c, "stored")) for c in CONNECTIONS)
    text = (
        f"wrk posts GitHub pushes of {template.size:,} bytes for {seconds} s a run, "
        f"{rounds} runs each, turn by turn; each request has its own delivery id, commit and "
        "signature. `webhook` checks the signature and the ref and starts `/bin/true`; its CPU "
        "counts that too, until nothing is left to do. hookd checks the same, and has the event, "
        "its run and its action on disk before it answers; its one worker slot is held, so that "
        "starting actions (part d) is not mixed in. Medians, lowest and highest in brackets; "
        "memory is the highest of all runs.\n\n"
        f"{table(header, rows)}\n\n"
        f"No request was refused or broke. hookd answered {answered:,} with 202 and stored "
        f"{stored:,} events; the difference is what was on its way when wrk stopped.\n\n"
        f"The limit, in the same minutes: a bare loop of group commits that writes the same rows "
        f"without HTTP, for {GOAL_CONNECTIONS} threads at once, stores {spread(limits)} events a "
        f"second; the queue behind its own interface {spread(queues)}."
    )
    rate = median(values(cells, "hookd", GOAL_CONNECTIONS, "rate"))
    limit = Goal("accepted/s at 64 connections, of the bare group-commit limit",
                 rate / median(limits), ">=", 0.7, "×")
    return Section("Accepted webhooks", text, [*goals_of(cells), limit])


def goals_of(cells):
    def both(field):
        return [median(values(cells, n, GOAL_CONNECTIONS, field)) for n in ("hookd", "webhook")]

    rate, p99, cpu = both("rate"), both("p99"), both("cpu")
    peak = max(max(values(cells, "hookd", c, "peak")) for c in CONNECTIONS)
    most = CONNECTIONS[-1]
    slowest = median(values(cells, "hookd", most, "p99"))
    typical = median(values(cells, "webhook", most, "p50"))
    return [
        Goal("accepted/s at 64 connections, of webhook's", rate[0] / rate[1], ">=", 3, "×"),
        Goal("p99 at 64 connections, of webhook's", p99[0] / p99[1], "<=", 0.2, "×"),
        Goal("CPU per request at 64 connections, of webhook's", cpu[0] / cpu[1], "<=", 1 / 6, "×"),
        Goal(f"p99 at {most} connections, of webhook's p50 there", slowest / typical, "<=", 1, "×"),
        Goal("peak memory under load", peak, "<=", 64, "MiB"),
    ]
