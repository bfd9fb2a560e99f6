"""Starts and stops what is measured: hookd, and Debian's webhook."""

import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import sqlite3
import subprocess
import time

import machine

SECRET = "a benchmark's secret of 32 bytes"
HOOK_PATH = "/hooks/bench"


class Server:
    """A process of ours; ended by its own id."""

    def __init__(self, command, log, descriptors=None):
        """descriptors: how many the process may have open at first, as a service manager says."""
        self.log = log
        if descriptors:
            command = ["prlimit", f"--nofile={descriptors}:", *command]
        with open(log, "wb") as output:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/"
            )

    @property
    def pid(self):
        return self.process.pid

    def cpu(self):
        return machine.tree_cpu_seconds(self.pid)

    def wait_for_port(self, port):
        self._wait(lambda: socket.create_connection(("127.0.0.1", port), 1).close())

    def _wait(self, attempt, seconds=15):
        deadline = time.monotonic() + seconds
        while True:
            try:
                return attempt()
            except OSError as problem:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    text = pathlib.Path(self.log).read_text(errors="replace")
                    raise RuntimeError(f"{self.process.args[0]} did not start: {text}") from problem
                time.sleep(0.02)

    def wait_until_drained(self, seconds):
        """Waits until the process has no child and uses no time any more. Returns whether so."""
        deadline = time.monotonic() + seconds
        quiet = 0
        before = self.cpu()
        while quiet < 5 and time.monotonic() < deadline:
            time.sleep(0.1)
            now = self.cpu()
            busy = now - before > 0.015 or machine.children_of(self.pid)
            quiet = 0 if busy else quiet + 1
            before = now
        return quiet >= 5

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self):
        """Ends it as a crash would, and sees that what it started ends with it."""
        left = machine.descendants_of(self.pid)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        deadline = time.monotonic() + 10
        while left and time.monotonic() < deadline:
            left = [child for child in left if os.path.exists(f"/proc/{child}")]
            time.sleep(0.02)
        if left:
            raise RuntimeError(f"processes {left} outlived their daemon")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Webhook(Server):
    """adnanh/webhook: checks the signature and the ref, then starts /bin/true."""

    def __init__(self, folder, ref, descriptors=None):
        hooks = [
            {
                "id": "bench",
                "execute-command": "/bin/true",
                "trigger-rule": {
                    "and": [
                        {
                            "match": {
                                "type": "payload-hmac-sha256",
                                "secret": SECRET,
                                "parameter": {"source": "header", "name": "X-Hub-Signature-256"},
                            }
                        },
                        {
                            "match": {
                                "type": "value",
                                "value": ref,
                                "parameter": {"source": "payload", "name": "ref"},
                            }
                        },
                    ]
                },
            }
        ]
        file = pathlib.Path(folder, "hooks.json")
        file.write_text(json.dumps(hooks))
        self.port = machine.free_port()
        command = ["webhook", "-ip", "127.0.0.1", "-port", str(self.port), "-hooks", str(file)]
        super().__init__(command, os.path.join(folder, "webhook.log"), descriptors)
        self.wait_for_port(self.port)


class Hookd(Server):
    """Our daemon on a state folder of its own. The folder may be one that was used before.

    repositories: their files' contents, as rules.md has them.
    """

    def __init__(self, programs, folder, repositories, slots=4, limits=None, descriptors=None):
        folder = pathlib.Path(folder)
        self.programs = pathlib.Path(programs)
        self.state = folder / "state"
        self.port = machine.free_port()
        self.config = folder / "hookd.json"
        self._write_files(folder, repositories, slots, limits)
        command = [str(self.programs / "hookd"), "--config", str(self.config)]
        super().__init__(command, str(folder / "hookd.log"), descriptors)
        self._wait(self._ask_whether_ready, 40)

    def _write_files(self, folder, repositories, slots, limits):
        secret = folder / "secret"
        secret.write_text(SECRET)
        secret.chmod(0o600)
        repos = folder / "repos.d"
        repos.mkdir(exist_ok=True)
        for number, repository in enumerate(repositories):
            (repos / f"{number}.json").write_text(json.dumps(repository))
        server = {
            "state": str(self.state),
            "listen": {"webhooks": {"address": f"127.0.0.1:{self.port}"}},
            "worker": {"slots": slots},
            "webhooks": [
                {
                    "path": HOOK_PATH,
                    "provider": "github",
                    "secret": {"file": "secret"},
                    "repositories": [r["repository"] for r in repositories],
                }
            ],
            "repositories": "repos.d/*.json",
        }
        if limits:
            server["limits"] = limits
        self.config.write_text(json.dumps(server))

    def _ask_whether_ready(self):
        connection = http.client.HTTPConnection("localhost", timeout=2)
        connection.sock = socket.socket(socket.AF_UNIX)
        with contextlib.closing(connection):
            connection.sock.connect(str(self.state / "hookd.sock"))
            connection.request("GET", "/readyz")
            if connection.getresponse().status != 200:
                raise OSError("not ready")

    def query(self, sql):
        """One row of the queue's database, read beside the daemon."""
        address = f"file:{self.state / 'queue.db'}?mode=ro"
        with contextlib.closing(sqlite3.connect(address, uri=True, timeout=10)) as database:
            return database.execute(sql).fetchone()

    def events(self):
        return self.query("SELECT count(*) FROM event")[0]

    def unfinished(self):
        return self.query("SELECT count(*) FROM queue")[0]

    def running(self):
        return self.query("SELECT count(*) FROM queue WHERE fence IS NOT NULL")[0]

    def wait_until_finished(self, seconds, left=0):
        """Waits until at most `left` actions are not finished. Returns whether so."""
        deadline = time.monotonic() + seconds
        while self.unfinished() > left:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True


def repository(name, rules, path=None):
    """A repository file."""
    file = {"repository": name, "rules": rules}
    if path:
        file["path"] = str(path)
    return file


def push_rule(name, actions, branches=()):
    return {"name": name, "on": {"push": {"branches": list(branches)}}, "actions": actions}


def action(name, command):
    """An action without a checkout."""
    return {"name": name, "run": [str(word) for word in command], "workspace": "none"}
