"""(d) No-op actions through the whole queue, and what one costs with few and many waiting."""

import json
import subprocess
import time

from pushes import Sender, Template
from report import Goal, Section
from servers import Hookd, action, push_rule, repository
from statistics_of import median, number, spread, table

SLOTS = 4
MANY = 100_000
ACTIONS_A_PUSH = 50
FEW = 10
HOLD = "acme/hold"


def rules_of(count):
    return [push_rule("bench", [action(f"a{i}", ["/bin/true"]) for i in range(count)])]


def post(daemon, template, count):
    sender = Sender(daemon.port)
    for _ in range(count):
        sender.post(template)
    sender.close()


def start(bench, actions, gate=None):
    """A daemon; with `gate` one whose slots a push to acme/hold occupies until that file is there."""
    files = [repository("acme/bench", rules_of(actions))]
    if gate:
        wait = ["/bin/sh", "-c", f"until [ -e '{gate}' ]; do sleep 0.05; done"]
        holds = [action(f"hold{i}", wait) for i in range(SLOTS)]
        files.append(repository(HOLD, [push_rule("hold", holds)]))
    return Hookd(bench.programs, bench.folder("hookd"), files, slots=SLOTS)


def wait_until_held(daemon):
    deadline = time.monotonic() + 10
    while daemon.running() < SLOTS:
        if time.monotonic() > deadline:
            raise RuntimeError("the actions that hold the slots did not start")
        time.sleep(0.02)


def spawn_rate(bench, count):
    """Bare posix_spawn of the same program, as many at once."""
    command = [bench.programs / "bench_spawn_rate", str(count), str(SLOTS), "/bin/true"]
    done = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return {"rate": count / done["seconds"], "cpu": done["cpu_seconds"] * 1000 / count}


def over(daemon, seconds, least_left=0):
    """Actions a second and processor time an action while the daemon works its backlog off."""
    before, cpu, begin = daemon.unfinished(), daemon.cpu(), time.monotonic()
    while time.monotonic() - begin < seconds and daemon.unfinished() > least_left:
        time.sleep(0.1)
    after, took = daemon.unfinished(), time.monotonic() - begin
    done = before - after
    if done <= 0:
        raise RuntimeError("no action ended")
    return {
        "rate": done / took,
        "cpu": (daemon.cpu() - cpu) * 1000 / done,
        "waiting": (before + after) / 2,
    }


def backlog_of_single_actions(bench, template, seconds):
    """Pushes with one action each, all posted before the first of them may start."""
    gate = bench.folder("gate") / "open"
    with start(bench, 1, gate) as daemon:
        post(daemon, Template(bench.root, HOLD), 1)
        wait_until_held(daemon)
        post(daemon, template, int(seconds * 1200))
        gate.touch()
        measured = over(daemon, seconds)
        daemon.kill()
    return measured


def few_waiting(bench, template, seconds):
    """Again and again one push with ten actions. Only the time behind the answer counts."""
    cpu = actions = 0
    with start(bench, FEW) as daemon:
        sender = Sender(daemon.port)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            sender.post(template)
            left, before = daemon.unfinished(), daemon.cpu()
            if not daemon.wait_until_finished(30):
                raise RuntimeError("ten actions did not end in 30 s")
            cpu += daemon.cpu() - before
            actions += left
        sender.close()
    return {"cpu": cpu * 1000 / actions, "waiting": FEW}


def many_waiting(bench, template, seconds):
    with start(bench, ACTIONS_A_PUSH) as daemon:
        post(daemon, template, (MANY + 5_000) // ACTIONS_A_PUSH)
        measured = over(daemon, seconds, MANY // 2)
        daemon.kill()
    return measured


def run(bench):
    rounds, seconds = (1, 3) if bench.quick else (3, 6)
    template = Template(bench.root, "acme/bench")
    whole, bare = [], []
    for _ in range(rounds):
        whole.append(backlog_of_single_actions(bench, template, seconds))
        bare.append(spawn_rate(bench, 1000))
        bench.say(f"hookd {number(whole[-1]['rate'])}/s, posix_spawn {number(bare[-1]['rate'])}/s")
    few, many = [], []
    for _ in range(rounds):
        few.append(few_waiting(bench, template, seconds))
        many.append(many_waiting(bench, template, seconds))
        bench.say(f"CPU an action: {number(few[-1]['cpu'])} ms with {FEW} waiting, "
                  f"{number(many[-1]['cpu'])} ms with {number(many[-1]['waiting'])}")
    return section(whole, bare, few, many)


def column(measured, field):
    return [one[field] for one in measured]


def section(whole, bare, few, many):
    rows = [
        ["hookd", spread(column(whole, "rate")), spread(column(whole, "cpu"))],
        ["bare `posix_spawn`", spread(column(bare, "rate")), spread(column(bare, "cpu"))],
    ]
    depth = [
        [f"{number(median(column(m, 'waiting')))}", spread(column(m, "cpu"))] for m in (few, many)
    ]
    ratio = median(column(many, "cpu")) / median(column(few, "cpu"))
    text = (
        f"Pushes with one action each (`/bin/true`, no workspace) are posted while every slot is held; then it is "
        f"measured how fast {SLOTS} worker slots work them off, with every state, log and outcome "
        "stored. Beside it, bare `posix_spawn` of the same program, as many at once, in the same "
        "minutes. CPU counts the daemon with everything it starts.\n\n"
        + table(["through", "actions/s", "CPU ms/action"], rows)
        + f"\n\nWhat an action costs while others wait ({FEW} of one push, or {ACTIONS_A_PUSH} "
        "of each of thousands):\n\n"
        + table(["waiting", "CPU ms/action"], depth)
    )
    goals = [
        Goal("actions a second", median(column(whole, "rate")), ">=", 150, "/s"),
        # A tenth is what the same measurement differs by from run to run.
        Goal("CPU an action with 100,000 waiting, of that with 10", ratio, "<=", 1.1, "×"),
    ]
    return Section("Actions through the queue", text, goals)
