"""(f) Large bodies: what accepting one costs in memory, and what strangers can make us hold."""

import contextlib
import json
import select
import socket
import threading
import time

import machine
from pushes import Sender, Template, headers_of, signature_of
from report import Goal, Section
from servers import HOOK_PATH, Hookd, Webhook, action, push_rule, repository
from statistics_of import median, number, table

MIB = 1 << 20
ACCEPTED = 25 * MIB
REFUSED = 30 * MIB
AT_ONCE = 8
PIECE = 256 << 10
WRONG = "sha256=" + "a" * 64


class Upload:
    """One large request, sent piece by piece."""

    def __init__(self, port, body, signature, chunked, delivery):
        self.pieces = [memoryview(body)[at : at + PIECE] for at in range(0, len(body), PIECE)]
        self.chunked = chunked
        self.socket = socket.create_connection(("127.0.0.1", port), 60)
        framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body)}"
        fields = [f"{name}: {value}" for name, value in headers_of(delivery, signature).items()]
        head = [f"POST {HOOK_PATH} HTTP/1.1", "Host: localhost", *fields, framing, "", ""]
        self.socket.sendall("\r\n".join(head).encode())

    def send_next(self):
        """Returns whether there is more to send. An answer ends it, as with any client."""
        try:
            if select.select([self.socket], [], [], 0)[0]:
                return False
            piece = self.pieces.pop(0)
            if self.chunked:
                self.socket.sendall(b"%x\r\n" % len(piece))
            self.socket.sendall(piece)
            if self.chunked:
                self.socket.sendall(b"\r\n" if self.pieces else b"\r\n0\r\n\r\n")
        except OSError:
            return False  # closed by the other side; its answer may be there all the same
        return bool(self.pieces)

    def status(self):
        """0 where the connection broke without an answer."""
        with contextlib.closing(self.socket):
            try:
                words = self.socket.recv(4096).split(b" ", 2)
            except OSError:
                return 0
            return int(words[1]) if len(words) > 2 else 0


def send_at_once(uploads):
    """All of them piece by piece in turn. Returns their statuses."""
    active = list(uploads)
    while active:
        active = [upload for upload in active if upload.send_next()]
    return [upload.status() for upload in uploads]


class Honest(threading.Thread):
    """Posts small pushes one after another until told to stop."""

    def __init__(self, port, template):
        super().__init__()
        self.sender = Sender(port)
        self.template = template
        self.over = threading.Event()
        self.times, self.others = [], []

    def run(self):
        while not self.over.is_set():
            start = time.perf_counter()
            _, status, _ = self.sender.try_post(self.template)
            self.times.append((time.perf_counter() - start) * 1000)
            if status not in (200, 202):
                self.others.append(status)
            time.sleep(0.002)
        self.sender.close()


def body_of(template, size, commit, fill):
    """A push of exactly `size` bytes; `fill` makes what is added, given how many bytes are left."""
    push = json.loads(template.body(commit))
    fill(push, size - len(json.dumps(push)))
    body = json.dumps(push)
    push["rest"] = "x" * (size - len(body) - len(', "rest": ""'))
    body = json.dumps(push).encode()
    if len(body) != size:
        raise RuntimeError(f"the body has {len(body)} bytes")
    return body


def fill_with_what_nobody_wants(push, size):
    push["padding"] = ["x" * (64 << 10)] * (size // (64 << 10) - 1)


def fill_with_commits(push, size):
    commit = json.dumps(push["commits"][0])
    count = (size - 1000) // (len(commit) + 2)
    push["commits"] = push["commits"] + [json.loads(commit) for _ in range(count)]


def measure_peak(server, work):
    """MiB above idle at the peak of `work`, and two seconds later."""
    time.sleep(1)
    idle = machine.memory_kib(server.pid, "VmRSS")
    machine.reset_peak(server.pid)
    result = work()
    peak = machine.memory_kib(server.pid, "VmHWM")
    time.sleep(2)
    after = machine.memory_kib(server.pid, "VmRSS")
    return (peak - idle) / 1024, (after - idle) / 1024, result


def accept(server, body, chunked, delivery):
    upload = Upload(server.port, body, signature_of(body), chunked, delivery)
    start = time.perf_counter()
    statuses = send_at_once([upload])
    if statuses[0] not in (200, 202):
        raise RuntimeError(f"a body of 25 MiB was answered {statuses[0]}")
    return time.perf_counter() - start


def refuse(server, body, chunked, template):
    honest = Honest(server.port, template)
    honest.start()
    try:
        uploads = [Upload(server.port, body, WRONG, chunked, i) for i in range(AT_ONCE)]
        statuses = send_at_once(uploads)
    finally:
        honest.over.set()
        honest.join()
    return statuses, honest


def count_statuses(statuses):
    kinds = sorted(set(statuses))
    return ", ".join(f"{statuses.count(kind)} × {kind or 'cut'}" for kind in kinds)


def started(bench, name, limits=None):
    template = Template(bench.root)
    if name == "webhook":
        return Webhook(bench.folder("webhook"), template.ref)
    branch = template.ref.removeprefix("refs/heads/")
    rule = push_rule("bench", [action("true", ["/bin/true"])], [branch])
    files = [repository(template.repository, [rule])]
    return Hookd(bench.programs, bench.folder("hookd"), files, limits=limits)


ACCEPT_BODIES = (
    ("in fields that nobody asks for", fill_with_what_nobody_wants),
    ("in commits", fill_with_commits),
)


def measure_accepting(bench, template):
    rows, worst = [], 0
    for what, fill in ACCEPT_BODIES:
        body = body_of(template, ACCEPTED, 1, fill)
        for chunked in (False, True):
            for name in ("webhook", "hookd"):
                with started(bench, name) as server:
                    Sender(server.port).try_post(template)
                    peak, after, seconds = measure_peak(
                        server, lambda: accept(server, body, chunked, 1)
                    )
                sent = "chunked" if chunked else "declared"
                bench.say(f"{name}, 25 MiB {what}, {sent}: {number(peak)} MiB")
                rows.append([f"{what}, {sent}", name, number(peak), number(after),
                             number(peak / (ACCEPTED / MIB)), number(seconds)])
                if name == "hookd":
                    worst = max(worst, peak)
    header = ["25 MiB", "server", "MiB over idle", "2 s later", "of the body", "answered after s"]
    return table(header, rows), worst


def measure_refusing(bench, template):
    body = body_of(template, REFUSED, 2, fill_with_what_nobody_wants)
    rows, worst, refused = [], 0, 0
    for name, limits in (("webhook", None), ("hookd", None), ("hookd", {"body": "40MiB"})):
        for chunked in (False, True):
            with started(bench, name, limits) as server:
                Sender(server.port).try_post(template)
                peak, after, (statuses, honest) = measure_peak(
                    server, lambda: refuse(server, body, chunked, template)
                )
            sent = "chunked" if chunked else "declared"
            label = "hookd, `limits.body` 40MiB" if limits else name
            bench.say(f"{label}, {AT_ONCE} of 30 MiB, {sent}: {number(peak)} MiB")
            rows.append([label, sent, number(peak), number(after), count_statuses(statuses),
                         f"{len(honest.others)} of {len(honest.times)}",
                         number(median(honest.times)), number(max(honest.times))])
            if name == "hookd":
                worst = max(worst, peak)
                refused += len(honest.others)
    header = ["server", f"{AT_ONCE} × 30 MiB", "MiB over idle", "2 s later", "answers",
              "small pushes refused", "their median ms", "longest ms"]
    return table(header, rows), worst, refused


def run(bench):
    template = Template(bench.root)
    accepting, accept_peak = measure_accepting(bench, template)
    refusing, refuse_peak, refused = measure_refusing(bench, template)
    text = (
        "One push of 25 MiB with a right signature to a server that has answered one small push. "
        "hookd has it on disk when it answers; `webhook` keeps nothing. Above idle is the highest "
        "resident memory (VmHWM) less what was resident before.\n\n"
        f"{accepting}\n\n"
        f"{AT_ONCE} pushes of 30 MiB with a wrong signature at once, sent in turn piece by piece, "
        "while one honest sender posts small pushes one after another. An answer that comes before "
        "the body is sent ends the sending.\n\n"
        f"{refusing}"
    )
    goals = [
        Goal("memory of accepting 25 MiB, of the body", accept_peak / (ACCEPTED / MIB), "<=", 2,
             "×"),
        Goal(f"memory of {AT_ONCE} × 30 MiB with a wrong signature", refuse_peak, "<=", 64, "MiB"),
        Goal("small pushes refused meanwhile", refused, "<=", 0, "pushes"),
    ]
    return Section("Large bodies", text, goals)
