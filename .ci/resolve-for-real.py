"""`batchcast resolve` settles what is in doubt as delivered, as not delivered, or by sending it again.

The vendor is a server on loopback that takes a message for ou_doubt and never answers, the first time. Four campaigns
come to a doubt so; one of them is killed while it waits for the answer.
"""

import http.server
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

BATCHCAST = sys.argv[1]
PEOPLE = ["ou_first", "ou_doubt", "ou_last"]
DEADLINE = 1
# From the deadline of the attempt in doubt, in seconds.
SETTLES = 120


class Vendor(http.server.BaseHTTPRequestHandler):
    """Everybody is accepted, apart from ou_doubt, who is left without an answer once for each text."""

    protocol_version = "HTTP/1.1"
    asked = []
    arrived = threading.Condition()

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.endswith("/tenant_access_token/internal"):
            return self.answer({"code": 0, "msg": "ok", "tenant_access_token": "t-1", "expire": 7200})
        [person], text = body["open_ids"], body["content"]["text"]
        with self.arrived:
            is_first = (text, person) not in self.asked
            self.asked.append((text, person))
            self.arrived.notify_all()
        if person == "ou_doubt" and is_first:
            # Until the other side has gone.
            self.rfile.read(1)
            self.close_connection = True
            return None
        return self.answer({"code": 0, "msg": "ok", "data": {"message_id": f"bm-{len(self.asked)}"}})

    def answer(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Program:
    def __init__(self, home, url):
        self.url = url
        self.environment = {"HOME": home, "BATCHCAST_APP_ID": "cli_a", "BATCHCAST_APP_SECRET": "secret"}
        config = pathlib.Path(home, ".config/batchcast/config.toml")
        config.parent.mkdir(parents=True)
        config.write_text("default_profile = 'one'\n[profiles.one]\nids_per_request = 1\n")

    def start(self, *arguments):
        command = [BATCHCAST, *arguments, "--json"]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, env=self.environment, text=True, **pipes)

    def send(self, text):
        ids = [argument for person in PEOPLE for argument in ("--id", person)]
        how = ["--in-flight", "1", "--deadline", f"{DEADLINE}s"]
        return self.start("send", "--text", text, *ids, "--endpoint", self.url, *how)

    def run(self, exit_code, *arguments):
        process = self.start(*arguments)
        stdout, stderr = process.communicate(timeout=60)
        shown = f"{arguments}: exit {process.returncode}\n{stdout}\n{stderr}"
        assert process.returncode == exit_code, shown
        return json.loads(stdout)

    def check(self, campaign, state, *people):
        status = self.run(0, "status", campaign)
        found = [status["recipients"][name] for name in ("accepted", "rejected", "unknown", "pending")]
        assert (status["state"], found) == (state, list(people)), status
        return status

    def report(self, campaign, person):
        command = [BATCHCAST, "report", campaign, "--jsonl", "-"]
        lines = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True).stdout
        [row] = [row for row in map(json.loads, lines.splitlines()) if row["id"] == person]
        return row


def comes_to_a_doubt(program, text):
    document, _ = program.send(text).communicate(timeout=60)
    document = json.loads(document)
    assert document["recipients"]["unknown"] == 1 and document["state"] == "finished", document
    return document["campaign"]


def is_killed_in_doubt(program, text):
    process = program.send(text)
    with Vendor.arrived:
        assert Vendor.arrived.wait_for(lambda: (text, "ou_doubt") in Vendor.asked, timeout=60)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    [campaign] = [it for it in program.run(0, "list")["campaigns"] if it["state"] == "paused"]
    return campaign["campaign"]


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Vendor)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as home:
        program = Program(home, f"http://127.0.0.1:{server.server_port}")
        delivered, not_delivered, resend = [comes_to_a_doubt(program, text) for text in ("one", "two", "three")]
        killed = is_killed_in_doubt(program, "four")
        began = time.monotonic()

        for campaign in (delivered, not_delivered, resend, killed):
            for choice in ("delivered", "not-delivered", "resend"):
                error = program.run(2, "resolve", campaign, "--as", choice)
                assert "may still be on its way" in error["message"], error
        program.check(delivered, "finished", 2, 0, 1, 0)
        program.check(killed, "paused", 1, 0, 1, 1)
        print(f"ok: refused at once; waiting {DEADLINE + SETTLES} s", flush=True)
        time.sleep(max(0, began + DEADLINE + SETTLES + 0.5 - time.monotonic()))

        program.run(0, "resolve", delivered, "--batch", "1", "--as", "delivered")
        program.check(delivered, "finished", 3, 0, 0, 0)
        assert program.report(delivered, "ou_doubt")["state"] == "accepted"
        program.run(0, "run", delivered)

        program.run(0, "resolve", not_delivered, "--as", "not-delivered")
        program.check(not_delivered, "finished", 2, 1, 0, 0)
        row = program.report(not_delivered, "ou_doubt")
        assert row["state"] == "rejected" and row["reason"], row
        program.run(3, "run", not_delivered)

        program.run(0, "resolve", resend, "--as", "resend")
        status = program.check(resend, "paused", 2, 0, 0, 1)
        assert status["next"] == f"batchcast run {resend}", status
        program.run(0, "run", resend)
        program.check(resend, "finished", 3, 0, 0, 0)

        # Whoever was killed: what it had in hand is in doubt, and the one after it pending.
        program.run(0, "resolve", killed, "--as", "delivered")
        program.check(killed, "paused", 2, 0, 0, 1)
        program.run(0, "run", killed)
        program.check(killed, "finished", 3, 0, 0, 0)
        assert program.run(2, "resolve", killed, "--batch", "1", "--as", "resend")["kind"] == "refused"

        for text in ("one", "two", "three", "four"):
            asked = [person for of, person in Vendor.asked if of == text]
            expected = PEOPLE + (["ou_doubt"] if text == "three" else [])
            assert asked == expected, f"{text}: {asked}"
    print("4 passed, 0 failed")


main()
