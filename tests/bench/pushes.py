"""GitHub pushes as this benchmark sends them: a recorded one with other ids in it."""

import hashlib
import hmac
import http.client
import itertools
import json
import pathlib

from servers import HOOK_PATH, SECRET

_NUMBERS = itertools.count(0xB0000000)


class Template:
    """The recorded push, as text in which @@COMMIT@@ stands for the new commit's id."""

    def __init__(self, root, repository=None, ref=None):
        recorded = pathlib.Path(root, "tests/data/payloads/github/push.json").read_text()
        push = json.loads(recorded)
        recorded_name = push["repository"]["full_name"]
        self.repository = repository or recorded_name
        self.ref = ref or push["ref"]
        text = json.dumps(push).replace(push["after"], "@@COMMIT@@")
        self.text = text.replace(recorded_name, self.repository).replace(push["ref"], self.ref)
        self.size = len(self.body(0))

    def body(self, number):
        return self.text.replace("@@COMMIT@@", f"{number:040x}").encode()

    def write(self, file):
        pathlib.Path(file).write_text(self.text)


def signature_of(body):
    return "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()


def headers_of(number, signature):
    return {
        "Content-Type": "application/json",
        "X-GitHub-Event": "push",
        "X-GitHub-Delivery": f"00000000-0000-4000-9000-{number:012x}",
        "X-Hub-Signature-256": signature,
    }


class Sender:
    """Posts pushes one after another on one connection."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def try_post(self, template):
        """Posts a push that is like no other; returns its commit, the status and the answer."""
        number = next(_NUMBERS)
        body = template.body(number)
        self.connection.request("POST", HOOK_PATH, body, headers_of(number, signature_of(body)))
        response = self.connection.getresponse()
        return f"{number:040x}", response.status, response.read()

    def post(self, template):
        """Posts a push that is like no other; returns its commit once it was answered 202."""
        commit, status, answer = self.try_post(template)
        if status != 202:
            raise RuntimeError(f"a push was answered {status}: {answer[:200]}")
        return commit

    def close(self):
        self.connection.close()
