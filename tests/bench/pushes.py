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


class Sender:
    """Posts pushes one after another on one connection."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def post(self, template):
        """Posts a push that is like no other; returns its commit once it was answered 202."""
        number = next(_NUMBERS)
        body = template.body(number)
        digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        self.connection.request(
            "POST",
            HOOK_PATH,
            body,
            {
                "Content-Type": "application/json",
                "X-GitHub-Event": "push",
                "X-GitHub-Delivery": f"00000000-0000-4000-9000-{number:012x}",
                "X-Hub-Signature-256": "sha256=" + digest,
            },
        )
        response = self.connection.getresponse()
        answer = response.read()
        if response.status != 202:
            raise RuntimeError(f"a push was answered {response.status}: {answer[:200]}")
        return f"{number:040x}"

    def close(self):
        self.connection.close()
