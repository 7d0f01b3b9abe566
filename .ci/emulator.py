"""`batchcast emulator` on a free port of loopback, and what it says of the clients that talked to it."""

import json
import subprocess
import urllib.request


class Emulator:
    """Runs within a `with`, at the end of which it must stop of its own accord, with exit code 0."""

    def __init__(self, program, *options):
        self.process = subprocess.Popen([program, "emulator", *options], env={}, stdout=subprocess.PIPE, text=True)
        # Its first line, which comes when the port is open.
        self.url = self.process.stdout.readline().removeprefix("listening on ").strip()
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def __enter__(self):
        assert self.url.startswith("http://127.0.0.1:"), f"the emulator does not listen: {self.url!r}"
        return self

    def __exit__(self, failed, *_):
        self.process.terminate()
        code = self.process.wait(timeout=10)
        assert failed or code == 0, f"the emulator stopped with {code}"

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, method=method)
        with self.opener.open(request, timeout=10) as answer:
            return answer.read().decode()

    def put_directory(self, directory):
        self.ask("PUT", "/_emulator/directory", directory)

    def deliveries(self, message_id):
        """Who got a message, by kind and id, in the order of delivery."""
        rows = [json.loads(line) for line in self.ask("GET", "/_emulator/deliveries").splitlines()]
        return [(row["kind"], row["id"]) for row in rows if row["message_id"] == message_id]

    def delivered(self):
        """How many deliveries there are of all messages."""
        return len(self.ask("GET", "/_emulator/deliveries").splitlines())

    def requests(self):
        """What was asked, and the HTTP status and the code that it was answered with."""
        rows = [json.loads(line) for line in self.ask("GET", "/_emulator/requests").splitlines()]
        return [(row["method"], row["path"], row["status"], row["code"]) for row in rows]
