"""`batchcast resolve --check` settles what is in doubt as the vendor delivered it, and `recall` takes that back.

The vendor is `batchcast emulator`, which knows half of 200 accounts; the others are imported, apart from those that it
never takes. Of ten requests two lose their answers and one is never processed. A campaign is killed while it waits for
an answer, and another is settled batch by batch.
"""

import csv
import io
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

BATCHCAST = sys.argv[1]
DEADLINE = 2
# From the deadline of the attempt in doubt, in seconds.
SETTLES = 120
SEND = "/v4/openim/batchsendmsg"
WITHDRAW = "/v4/openim/admin_msgwithdraw"
HISTORY = "/v4/openim/admin_getroammsg"
# Two of a request whose answer is lost, and one of another.
NEVER = {25, 33, 70}
PEOPLE = [f"user{n}_invalid" if n in NEVER else f"user{n}" for n in range(200)]


class Emulator:
    def __init__(self, folder):
        directory = pathlib.Path(folder, "directory.json")
        directory.write_text(json.dumps({"tim": {"accounts": []}}))
        command = [BATCHCAST, "emulator", "--directory", str(directory)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
        self.process = subprocess.Popen(command, env={"HOME": folder}, **pipes)
        self.url = self.process.stdout.readline().split()[-1]

    def faults(self, rules):
        body = json.dumps([{"match": {"path": SEND, **match}, "fault": fault} for match, fault in rules]).encode()
        request = urllib.request.Request(f"{self.url}/_emulator/faults", data=body, method="PUT")
        urllib.request.urlopen(request, timeout=10).read()

    def lines(self, name):
        lines = urllib.request.urlopen(f"{self.url}/_emulator/{name}", timeout=10).read().decode().splitlines()
        return [json.loads(line) for line in lines]

    def asked(self, path):
        return sum(request["path"] == path for request in self.lines("requests"))

    def waits_for(self, path, requests):
        until = time.monotonic() + 30
        while self.asked(path) < requests:
            assert time.monotonic() < until, "no request came"
            time.sleep(0.05)

    def delivered(self):
        return [(delivery["message_id"], delivery["id"]) for delivery in self.lines("deliveries")]


class Program:
    def __init__(self, home, url):
        self.url, self.home = url, home
        self.environment = {
            "HOME": home,
            "BATCHCAST_TIM_SDKAPPID": "1400000000",
            "BATCHCAST_TIM_IDENTIFIER": "administrator",
            "BATCHCAST_TIM_SECRET_KEY": "sandbox-key",
        }
        config = pathlib.Path(home, ".config/batchcast/config.toml")
        config.parent.mkdir(parents=True)
        config.write_text("default_profile = 'twenty'\n[profiles.twenty]\nvia = 'tim'\nids_per_request = 20\n")

    def file(self, name, people):
        path = pathlib.Path(self.home, name)
        path.write_text("".join(f"{person}\n" for person in people))
        return str(path)

    def start(self, *arguments):
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen([BATCHCAST, *arguments], env=self.environment, text=True, **pipes)

    def send(self, text, file):
        count = len(pathlib.Path(file).read_text().splitlines())
        how = ["--in-flight", "1", "--deadline", f"{DEADLINE}s", "--yes", "--expect-count", str(count), "--json"]
        return self.start("send", "--text", text, "--to", file, "--endpoint", self.url, *how)

    def run(self, exit_code, *arguments):
        process = self.start(*arguments)
        stdout, stderr = process.communicate(timeout=120)
        assert process.returncode == exit_code, f"{arguments}: exit {process.returncode}\n{stdout}\n{stderr}"
        return stdout

    def check(self, campaign, state, *people):
        status = json.loads(self.run(0, "status", campaign, "--json"))
        found = [status["recipients"][name] for name in ("accepted", "rejected", "unknown", "pending")]
        assert (status["state"], found) == (state, list(people)), status
        return status

    def report(self, campaign):
        rows = [json.loads(line) for line in self.run(0, "report", campaign, "--jsonl", "-").splitlines()]
        states = {row["id"]: row["state"] for row in rows}
        assert len(rows) == len(states), "somebody is there twice"
        return rows, states


def imports(program):
    """Half of them before anything else, and then whoever `lookup` says is missing."""
    known = [person for n, person in enumerate(PEOPLE) if n % 2 == 0 and n not in NEVER]
    program.run(0, "import", "--to", program.file("known.txt", known), "--endpoint", program.url)
    everybody = program.file("everybody.txt", PEOPLE)

    def unknown():
        found = json.loads(program.run(0, "lookup", "--to", everybody, "--endpoint", program.url, "--json"))
        return [address["address"] for address in found["addresses"] if not address["imported"]]

    missing = unknown()
    assert missing == [person for person in PEOPLE if person not in known], missing
    program.run(3, "import", "--to", program.file("missing.txt", missing), "--endpoint", program.url)
    assert unknown() == [PEOPLE[n] for n in sorted(NEVER)]
    return everybody


def ends_in_doubt(program, text, file, unknown):
    document, shown = program.send(text, file).communicate(timeout=60)
    document = json.loads(document)
    shown = (document, shown)
    assert document.get("state") == "finished" and document["recipients"]["unknown"] == unknown, shown
    return document["campaign"]


def is_killed_in_doubt(program, emulator, text, file):
    """Killed when its request was processed, and the answer is on its way."""
    emulator.faults([({"nth": [1]}, {"kind": "delay", "ms": 60_000})])
    before = emulator.asked(SEND)
    process = program.send(text, file)
    emulator.waits_for(SEND, before + 1)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    campaigns = json.loads(program.run(0, "list", "--json"))["campaigns"]
    [campaign] = [it["campaign"] for it in campaigns if it["state"] == "paused"]
    return campaign


def is_interrupted(program, emulator, campaign):
    """While the fourth of sixty is asked for: the four are settled, and the others in doubt as they were."""
    emulator.faults([({"path": HISTORY, "nth": [4]}, {"kind": "delay", "ms": 2_000})])
    process = program.start("resolve", campaign, "--check", "--in-flight", "1", "--json")
    emulator.waits_for(HISTORY, 4)
    process.send_signal(signal.SIGTERM)
    document, shown = process.communicate(timeout=60)
    shown = (process.returncode, document, shown)
    document = json.loads(document)
    assert process.returncode == 6 and document["error"]["kind"] == "interrupted", shown
    assert document["recipients"]["unknown"] == 56 and emulator.asked(HISTORY) == 4, shown
    assert "4 were settled, 56 are left in doubt" in document["error"]["message"], shown
    emulator.faults([])


def main():
    with tempfile.TemporaryDirectory() as home:
        emulator = Emulator(home)
        try:
            checks(Program(home, emulator.url), emulator)
        finally:
            emulator.process.terminate()
            emulator.process.wait(timeout=10)
    print("3 passed, 0 failed")


def checks(program, emulator):
    everybody = imports(program)
    lost, dropped = {"kind": "reset_after"}, {"kind": "reset_before"}
    emulator.faults([({"nth": [2, 8]}, lost), ({"nth": [5]}, dropped)])
    ten = ends_in_doubt(program, "one", everybody, 60)
    delivered = {person for _, person in emulator.delivered()}
    assert len(delivered) == len(emulator.delivered()) == 177
    emulator.faults([({"nth": [1]}, lost), ({"nth": [3]}, dropped)])
    forty = program.file("forty.txt", [person for person in PEOPLE[100:160]])
    three = ends_in_doubt(program, "two", forty, 40)
    killed = is_killed_in_doubt(program, emulator, "three", program.file("two.txt", PEOPLE[100:140]))
    began = time.monotonic()

    for campaign in (ten, three, killed):
        error = json.loads(program.run(2, "resolve", campaign, "--check", "--json"))
        assert "may still be on its way" in error["message"], error
    assert emulator.asked(HISTORY) == 0
    program.check(ten, "finished", 139, 1, 60, 0)
    print(f"ok: refused at once; waiting {DEADLINE + SETTLES} s", flush=True)
    time.sleep(max(0, began + DEADLINE + SETTLES + 0.5 - time.monotonic()))

    is_interrupted(program, emulator, ten)

    # All that is left at once: to exactly what was delivered, and nobody is asked for twice.
    program.run(0, "resolve", ten, "--check")
    program.check(ten, "finished", 177, 23, 0, 0)
    assert emulator.asked(HISTORY) == 60
    _, states = program.report(ten)
    assert states == {person: "accepted" if person in delivered else "rejected" for person in PEOPLE}
    assert "nothing was in doubt" in program.start("resolve", ten, "--check").communicate(timeout=60)[1]

    # Batch by batch, and then nothing is to be sent.
    program.run(0, "resolve", three, "--batch", "0", "--check")
    program.check(three, "finished", 40, 0, 20, 0)
    program.run(0, "resolve", three, "--batch", "2", "--check")
    program.check(three, "finished", 40, 20, 0, 0)
    before = emulator.asked(SEND)
    program.run(3, "run", three)
    assert emulator.asked(SEND) == before

    # What the dead one had on the wire, and only then the rest.
    program.run(0, "resolve", killed, "--check")
    program.check(killed, "paused", 20, 0, 0, 20)
    emulator.faults([])
    program.run(0, "run", killed)
    program.check(killed, "finished", 40, 0, 0, 0)
    for message_id in {message_id for message_id, _ in emulator.delivered()}:
        people = [person for of, person in emulator.delivered() if of == message_id]
        assert len(people) == len(set(people)), "somebody got a message twice"

    # Taken back from everybody who has it, once.
    for campaign, count in ((ten, 177), (three, 40), (killed, 40)):
        before = emulator.asked(WITHDRAW)
        _, states = program.report(campaign)
        rows = list(csv.DictReader(io.StringIO(program.run(0, "recall", campaign, "--csv", "-").lstrip("\ufeff"))))
        assert all(row["recall"] == "recalled" for row in rows), rows
        assert {row["id"] for row in rows} == {person for person, state in states.items() if state == "accepted"}
        program.run(0, "recall", campaign)
        assert (len(rows), emulator.asked(WITHDRAW) - before) == (count, count)


main()
