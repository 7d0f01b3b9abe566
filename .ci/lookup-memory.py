"""Looks ever more addresses up, e-mail addresses and mobile numbers in turn, and says what it took."""

import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

BATCHCAST = sys.argv[1]
LOOK_UP = "/open-apis/contact/v3/users/batch_get_id"
MEGABYTE = 1e6


def step(home, *arguments):
    """Runs the program to its end: its lines, its seconds, and the peak of its memory in megabytes."""
    started, peak = time.monotonic(), 0
    with (home / "output").open("w+b") as output:
        program = subprocess.Popen([BATCHCAST, *arguments], env={"HOME": str(home)}, stdout=output, stderr=subprocess.DEVNULL)
        # Asked of the running program: what is told at its end counts this one's memory, which is more, as its own.
        while program.poll() is None:
            status = pathlib.Path(f"/proc/{program.pid}/status").read_text()
            peak = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")), peak)
            time.sleep(0.002)
        assert program.returncode == 0, f"{arguments}: exit {program.returncode}"
        output.seek(0)
        lines = sum(1 for _ in output)
    return lines, time.monotonic() - started, peak * 1024 / MEGABYTE


def asked(url):
    with urllib.request.urlopen(f"{url}/_emulator/requests") as log:
        return sum(LOOK_UP in line.decode() for line in log)


def looked_up(home, url, addresses):
    people = home / "people.csv"
    with people.open("w") as file:
        file.write("email,mobile\n")
        file.writelines(f"p{number}@example.com,\n,+86138{number:08}\n" for number in range(addresses // 2))
    at = ["--to", str(people), "--endpoint", url]
    before = asked(url)
    lines, seconds, peak = step(home, "lookup", *at)
    requests = asked(url) - before
    assert lines == addresses + 1, lines
    again, _, again_peak = step(home, "lookup", *at)
    _, plan_seconds, plan_peak = step(home, "plan", "--text", "hi", *at)
    assert (again, asked(url) - before) == (lines, requests), "what is known is not asked for again"
    print(
        f"{addresses}: {requests} requests in {seconds:.1f} s, {peak:.1f} MB; known already {again_peak:.1f} MB;"
        f" plan {plan_seconds:.1f} s {plan_peak:.1f} MB"
    )
    return requests, peak, plan_peak


def main():
    emulator = subprocess.Popen([BATCHCAST, "emulator"], stdout=subprocess.PIPE)
    url = emulator.stdout.readline().decode().split()[-1]
    peaks = {}
    try:
        for addresses in (2_000, 10_000, 40_000, 80_000):
            with tempfile.TemporaryDirectory() as home:
                requests, *peaks[addresses] = looked_up(pathlib.Path(home), url, addresses)
            assert requests == addresses // 100, requests
    finally:
        emulator.terminate()
    # By 40,000 the ledger's caches are full, and the window of 10,000 addresses has been long before.
    for few, many in zip(peaks[40_000], peaks[80_000]):
        assert many <= 1.3 * few, (few, many)


main()
