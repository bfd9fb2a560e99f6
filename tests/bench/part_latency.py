"""(c) Time from the answered webhook to the first line of the action."""

import time

from part_push import Commits, Git, make_bare
from pushes import Sender, Template
from report import Goal, Section
from servers import Hookd, push_rule, repository
from statistics_of import median, number, percentile, table


def wait_for_lines(file, count):
    """The lines of a file once there are `count`."""
    deadline = time.monotonic() + 30
    while True:
        lines = file.read_text().splitlines() if file.exists() else []
        if len(lines) >= count:
            return lines
        if time.monotonic() > deadline:
            raise RuntimeError(f"{len(lines)} of {count} actions started")
        time.sleep(0.002)


def measure(bench, workspace, count):
    """Milliseconds from the moment the client has the answer until the action's first line."""
    folder = bench.folder("latency")
    file = folder / "lines"
    command = [str(bench.programs / "bench_first_line"), str(file)]
    rule = push_rule("bench", [{"name": "first", "run": command, "workspace": workspace}])
    bare = None
    if workspace == "clean":
        git = Git(folder)
        bare = make_bare(git, folder / "bare.git")
        work = folder / "work"
        work.mkdir()
        commit = Commits(git, work).next()
        git.run(work, "push", "-q", str(bare), "HEAD:refs/heads/main")
    delays = []
    with Hookd(bench.programs, bench.folder("hookd"), [repository("acme/bench", [rule], bare)]) \
            as daemon:
        sender = Sender(daemon.port)
        for turn in range(count + 5):
            template = Template(bench.root, "acme/bench", f"refs/heads/b{turn}")
            if bare:
                template.text = template.text.replace("@@COMMIT@@", commit)
            sender.post(template)
            answered = time.time_ns()
            started = int(wait_for_lines(file, turn + 1)[turn].split()[0])
            if turn >= 5:  # the first ones warm the caches
                delays.append((started - answered) / 1e6)
            daemon.wait_until_finished(10)
        sender.close()
    return delays


def run(bench):
    count = 100 if bench.quick else 200
    kinds = {
        "no workspace": measure(bench, "none", count),
        "clean checkout of a repository with one file": measure(bench, "clean", count),
    }
    rows = []
    for name, delays in kinds.items():
        bench.say(f"{name}: {number(median(delays))} ms")
        rows.append([name, *(number(f(delays)) for f in (median, lambda d: percentile(d, 95), max))])
    text = (
        f"One push at a time is posted to a daemon that has nothing else to do, {count} times. The "
        "clock starts when the client has read the 202; it ends where the action, a small compiled "
        "program, reads the clock as the first thing it does.\n\n"
        + table(["action with", "median ms", "p95 ms", "longest ms"], rows)
    )
    goals = [Goal("answer to first line, median", median(kinds["no workspace"]), "<=", 10, "ms")]
    return Section("From the answer to the action's first line", text, goals)
