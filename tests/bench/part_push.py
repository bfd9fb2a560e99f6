"""(b) Wall time of a one-commit git push with no hooks, with a shell trio, and with ours."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from report import Goal, Section
from servers import Hookd, action, push_rule, repository
from statistics_of import median, number, percentile, table

KINDS = ("no hooks", "/bin/sh trio", "hookd")
SHELL_HOOKS = {
    "pre-receive": "#!/bin/sh\ncat >/dev/null\n",
    "update": "#!/bin/sh\nexit 0\n",
    "post-receive": "#!/bin/sh\ncat >/dev/null\n",
}


class Git:
    """git without the settings of whoever runs this."""

    def __init__(self, home):
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "ann",
            "GIT_AUTHOR_EMAIL": "ann@acme.test",
            "GIT_COMMITTER_NAME": "ann",
            "GIT_COMMITTER_EMAIL": "ann@acme.test",
        }

    def run(self, folder, *arguments):
        command = ["git", "-C", str(folder), *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr}")
        return done.stdout.strip()


class Commits:
    """A repository that makes one small commit after another without a checkout."""

    def __init__(self, git, folder):
        self.git = git
        self.folder = folder
        self.count = 0
        git.run(folder, "init", "-q", "-b", "main", ".")
        self.tip = None

    def next(self):
        self.count += 1
        file = self.folder / "file"
        file.write_text(f"{self.count}\n")
        self.git.run(self.folder, "add", "file")
        self.git.run(self.folder, "commit", "-q", "-m", f"change {self.count}")
        self.tip = self.git.run(self.folder, "rev-parse", "HEAD")
        return self.tip


def make_bare(git, folder):
    folder.mkdir(parents=True)
    git.run(folder, "init", "-q", "--bare", "-b", "main", ".")
    for sample in (folder / "hooks").glob("*"):
        sample.unlink()
    return folder


def install(bench, daemon, repo):
    """Installs our hooks as an operator would."""
    command = [bench.programs / "hookctl", "--config", daemon.config, "install", repo]
    subprocess.run(command, check=True, capture_output=True)


def time_pushes(bench, count):
    """Milliseconds of each push, by kind, all three in turn."""
    folder = bench.folder("push")
    git = Git(folder)
    bare = {kind: make_bare(git, folder / f"{i}.git") for i, kind in enumerate(KINDS)}
    for name, text in SHELL_HOOKS.items():
        hook = bare["/bin/sh trio"] / "hooks" / name
        hook.write_text(text)
        hook.chmod(0o755)
    work = folder / "work"
    work.mkdir()
    commits = Commits(git, work)
    rules = [push_rule("bench", [action("true", ["/bin/true"])])]
    files = [repository("acme/bench", rules, bare["hookd"])]
    times = {kind: [] for kind in KINDS}
    with Hookd(bench.programs, bench.folder("hookd"), files) as daemon:
        install(bench, daemon, bare["hookd"])
        for turn in range(count + 3):
            commits.next()
            order = KINDS[turn % 3 :] + KINDS[: turn % 3]
            for kind in order:
                start = time.perf_counter()
                git.run(work, "push", "-q", str(bare[kind]), "HEAD:refs/heads/main")
                took = (time.perf_counter() - start) * 1000
                if turn >= 3:  # the first ones warm the caches
                    times[kind].append(took)
            # What the push started is over before the next is timed.
            daemon.wait_until_finished(10)
        stored = daemon.events()
    if stored != count + 3:
        raise RuntimeError(f"{count + 3} pushes, {stored} events stored")
    return times


def time_program(program, stdin, environment, folder):
    """Milliseconds from start to finish of one program."""
    readable, writable = os.pipe()
    os.write(writable, stdin)
    os.close(writable)
    null = os.open(os.devnull, os.O_WRONLY)
    actions = [
        (os.POSIX_SPAWN_DUP2, readable, 0),
        (os.POSIX_SPAWN_DUP2, null, 1),
        (os.POSIX_SPAWN_DUP2, null, 2),
    ]
    os.chdir(folder)
    start = time.perf_counter()
    child = os.posix_spawn(program, [str(program)], environment, file_actions=actions)
    _, status = os.waitpid(child, 0)
    took = (time.perf_counter() - start) * 1000
    os.chdir("/")
    os.close(readable)
    os.close(null)
    if status != 0:
        raise RuntimeError(f"{program} ended with {status}")
    return took


def time_hook_alone(bench, count):
    """post-receive with its spool on memory, so that no disk is waited for, and /bin/true."""
    memory = pathlib.Path(tempfile.mkdtemp(prefix="hookd-bench-", dir="/dev/shm"))
    try:
        git = Git(memory)
        bare = make_bare(git, memory / "bare.git")
        files = [repository("acme/bench", [push_rule("never", [action("true", ["/bin/true"])],
                                                     ["nothing"])], bare)]
        hook, nothing = [], []
        with Hookd(bench.programs, memory, files) as daemon:
            install(bench, daemon, bare)
            program = bare / "hooks/post-receive"
            for turn in range(count):
                line = f"{turn:040x} {turn + 1:040x} refs/heads/main\n".encode()
                environment = {"PATH": os.environ["PATH"], "GIT_DIR": "."}
                hook.append(time_program(program, line, environment, bare))
                nothing.append(time_program(pathlib.Path("/bin/true"), line, environment, bare))
        return hook, nothing
    finally:
        shutil.rmtree(memory)


def run(bench):
    times = time_pushes(bench, 12 if bench.quick else 60)
    for kind in KINDS:
        bench.say(f"push, {kind}: {number(median(times[kind]))} ms")
    hook, nothing = time_hook_alone(bench, 60 if bench.quick else 300)
    bench.say(f"post-receive alone: {number(median(hook))} ms")
    base = median(times["no hooks"])
    rows = [
        [kind, number(median(t)), number(percentile(t, 95)), number(median(t) - base),
         number(median(t) / base)]
        for kind, t in times.items()
    ]
    alone = [
        [name, number(median(t)), number(percentile(t, 95))]
        for name, t in (("hooks/post-receive", hook), ("/bin/true", nothing))
    ]
    text = (
        f"One commit is pushed to each of three bare repositories on a local path, in turn, "
        f"{len(times['hookd'])} times each. The trio are `pre-receive`, `update` and "
        "`post-receive` that do nothing, in `/bin/sh`. Ours is installed with `hookctl install`; "
        "the daemon runs and a rule starts an action for every push.\n\n"
        + table(["push with", "median ms", "p95 ms", "added ms", "ratio"], rows)
        + "\n\nFrom start to finish of the program alone, with its spool on a file system in "
        f"memory (no disk is waited for), {len(hook)} times in turn:\n\n"
        + table(["program", "median ms", "p95 ms"], alone)
    )
    shell = median(times["/bin/sh trio"]) - base
    ours = median(times["hookd"]) - base
    goals = [
        Goal("added to a push, of what the /bin/sh trio adds", ours / shell, "<=", 1, "×"),
        Goal("hooks/post-receive without the sync of the disk", median(hook), "<=", 3, "ms"),
    ]
    return Section("Time a push takes", text, goals)
