"""(g) Honest pushes while a thousand slow clients hang on."""

import contextlib
import itertools
import os
import pathlib
import resource
import selectors
import socket
import threading
import time

import machine
from part_webhook import HOLD, Load, hold_the_only_slot
from pushes import Template
from report import Goal, Section
from servers import HOOK_PATH, Hookd, Webhook, action, push_rule, repository
from statistics_of import median, number, spread, table

SLOW = 1_000
CONNECTIONS = 16
# As service managers start programs; what a server makes of it is its own affair.
DESCRIPTORS = 1024

HEAD = (
    f"POST {HOOK_PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    f"X-Hub-Signature-256: sha256={'a' * 64}\r\n"
)
# One stops within its headers, the next within its body.
BEGINNINGS = (f"{HEAD}X-Slow: ".encode(), f"{HEAD}Content-Length: 1000000\r\n\r\n".encode())


class SlowClients(threading.Thread):
    """Keeps SLOW connections, each of which sends one byte a second; one that the server closes is
    replaced at once. They come from several addresses, of which none has too many."""

    def __init__(self, port):
        super().__init__()
        self.port = port
        self.over = threading.Event()
        self.all_there = threading.Event()
        self.closed = 0
        self.numbers = itertools.count()

    def connect(self):
        index = next(self.numbers)
        client = socket.socket()
        client.bind((f"127.0.0.{2 + index % 10}", 0))
        client.connect(("127.0.0.1", self.port))
        client.setblocking(False)
        client.send(BEGINNINGS[index % len(BEGINNINGS)])
        return client

    def run(self):
        clients = selectors.DefaultSelector()
        for _ in range(SLOW):
            clients.register(self.connect(), selectors.EVENT_READ)
        self.all_there.set()
        next_byte = time.monotonic()
        while not self.over.is_set():
            for key, _ in clients.select(0.1):
                self.replace(clients, key.fileobj)
            if time.monotonic() >= next_byte:
                next_byte += 1
                for key in list(clients.get_map().values()):
                    # A connection that is closed shows as readable too.
                    with contextlib.suppress(OSError):
                        key.fileobj.send(b"x")
        for key in list(clients.get_map().values()):
            key.fileobj.close()
        clients.close()

    def replace(self, clients, client):
        self.closed += 1
        clients.unregister(client)
        client.close()
        with contextlib.suppress(OSError):
            clients.register(self.connect(), selectors.EVENT_READ)


def open_sockets(pid):
    links = []
    for link in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            links.append(os.readlink(link))
    return sum(link.startswith("socket:") for link in links)


def measure(server, load, seconds):
    """Honest pushes alone, then beside the slow ones."""
    alone = load.run(server.port, CONNECTIONS, seconds)
    server.wait_until_drained(15)
    slow = SlowClients(server.port)
    slow.start()
    try:
        slow.all_there.wait(60)
        time.sleep(1)
        held = open_sockets(server.pid)
        beside = load.run(server.port, CONNECTIONS, seconds)
    finally:
        slow.over.set()
        slow.join()
    return {
        "alone p50": alone["p50_ms"],
        "alone p99": alone["p99_ms"],
        "p50": beside["p50_ms"],
        "p99": beside["p99_ms"],
        "rate": beside["requests"] / beside["seconds"],
        "held": held,
        "closed": slow.closed,
        "peak": machine.memory_kib(server.pid, "VmHWM") / 1024,
    }


def started(bench, name, template):
    if name == "webhook":
        return Webhook(bench.folder("webhook"), template.ref, descriptors=DESCRIPTORS)
    branch = template.ref.removeprefix("refs/heads/")
    repositories = [
        repository(
            template.repository, [push_rule("bench", [action("true", ["/bin/true"])], [branch])]
        ),
        repository(HOLD, [push_rule("hold", [action("sleep", ["/bin/sleep", "7200"])])]),
    ]
    return Hookd(bench.programs, bench.folder("hookd"), repositories, slots=1,
                 descriptors=DESCRIPTORS)


def run(bench):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4 * SLOW), hard))
    try:
        return run_with_descriptors(bench)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def run_with_descriptors(bench):
    # Headers are due after ten seconds: in a full run slow clients are cut and come again.
    rounds, seconds = (1, 4) if bench.quick else (2, 12)
    template = Template(bench.root)
    load = Load(bench, template)
    cells = {"webhook": [], "hookd": []}
    for _ in range(rounds):
        for name, results in cells.items():
            with started(bench, name, template) as server:
                if name == "hookd":
                    hold_the_only_slot(bench, server)
                cell = measure(server, load, seconds)
                server.kill()  # the action that holds the slot would be waited for
            results.append(cell)
            bench.say(f"{name}: p99 {number(cell['p99'])} ms beside {cell['held']} sockets, "
                      f"{number(cell['alone p99'])} ms alone")
    rows = []
    for name, results in cells.items():
        fields = ("alone p50", "alone p99", "p50", "p99", "rate", "held", "closed", "peak")
        rows.append([name, *(spread([cell[field] for cell in results]) for field in fields)])
    header = ["server", "alone p50 ms", "alone p99 ms", "beside slow p50 ms", "beside slow p99 ms",
              "accepted/s", "sockets held", "slow ones cut", "peak MiB"]
    text = (
        f"wrk posts pushes on {CONNECTIONS} connections for {seconds} s, first alone, then beside "
        f"{SLOW:,} clients that send one byte a second, one half within their headers and the "
        "other within a body; one that is cut connects again at once. They come from ten "
        f"addresses. Both servers are started with a limit of {DESCRIPTORS:,} open files, as "
        f"service managers do. {rounds} runs each.\n\n"
        + table(header, rows)
    )
    p99 = median([cell["p99"] for cell in cells["hookd"]])
    held = min(cell["held"] for cell in cells["hookd"])
    goals = [
        Goal(f"honest p99 beside {SLOW:,} slow clients", p99, "<=", 50, "ms"),
        Goal("slow clients that were let in meanwhile", held, ">=", SLOW, "sockets"),
    ]
    return Section("Slow clients", text, goals)
