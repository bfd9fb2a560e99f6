"""(e) Memory of the idle daemon, and what a log of 200 MB adds."""

import time

import machine
from pushes import Sender, Template
from report import Goal, Section
from servers import Hookd, action, push_rule, repository
from statistics_of import number, table

LOG_BYTES = 200_000_000


def run(bench):
    command = [bench.programs / "bench_print_bytes", LOG_BYTES]
    files = [repository("acme/bench", [push_rule("bench", [action("print", command)])])]
    limits = {"log": "256MiB"}
    with Hookd(bench.programs, bench.folder("hookd"), files, limits=limits) as daemon:
        time.sleep(2)
        idle = machine.memory_kib(daemon.pid, "VmRSS")
        private = machine.memory_kib(daemon.pid, "RssAnon")
        sender = Sender(daemon.port)
        template = Template(bench.root, "acme/bench")
        machine.reset_peak(daemon.pid)
        sender.post(template)
        largest_child = 0
        while daemon.unfinished():
            for child in machine.descendants_of(daemon.pid):
                try:
                    largest_child = max(largest_child, machine.memory_kib(child, "VmHWM"))
                except (OSError, TypeError):
                    pass  # it has just ended
            time.sleep(0.02)
        peak = machine.memory_kib(daemon.pid, "VmHWM")
        sender.close()
        logs = sum(f.stat().st_size for f in (daemon.state / "logs").rglob("*") if f.is_file())
    if logs < LOG_BYTES:
        raise RuntimeError(f"only {logs} bytes of the log were kept")
    rows = [
        ["idle daemon, resident", number(idle / 1024)],
        ["of that its own (not files that are mapped)", number(private / 1024)],
        ["peak while an action printed 200 MB", number(peak / 1024)],
        ["largest process beside it meanwhile", number(largest_child / 1024)],
    ]
    text = (
        "The daemon two seconds after its start; then one webhook starts an action that prints "
        f"{LOG_BYTES:,} bytes, all of which are kept (`limits.log` is 256 MiB).\n\n"
        + table(["", "MiB"], rows)
    )
    goals = [
        Goal("idle daemon", idle / 1024, "<=", 12, "MiB"),
        Goal("added by an action that printed 200 MB", (peak - idle) / 1024, "<=", 4, "MiB"),
    ]
    return Section("Memory", text, goals)
