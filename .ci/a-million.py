"""Plans, runs and reports campaigns of growing size up to a million recipients, and says what each step took."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

BATCHCAST = sys.argv[1]
MEGABYTE = 1e6


def step(home, *arguments):
    """Runs the program to its end: its output, its seconds, and the peak of its memory in megabytes."""
    started = time.monotonic()
    program = subprocess.Popen([BATCHCAST, *arguments], env={"HOME": str(home)}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    output = program.stdout.read()
    _, status, usage = os.wait4(program.pid, 0)
    program.returncode = os.waitstatus_to_exitcode(status)
    assert program.returncode == 0, f"{arguments}: exit {program.returncode}"
    return output.decode(), time.monotonic() - started, usage.ru_maxrss * 1024 / MEGABYTE


def campaign(home, url, recipients):
    people = home / "people.txt"
    # Line by line: a program's peak counts from what this one has when it starts it.
    with people.open("w") as file:
        file.writelines(f"ou_{number:032x}\n" for number in range(recipients))
    at = ["--endpoint", url, "--rate", "unlimited"]
    planned, plan, plan_peak = step(home, "plan", "--text", f"hi {recipients}", "--to", str(people), *at)
    size = (home / ".local/state/batchcast/ledger.db").stat().st_size / MEGABYTE
    summary, run, run_peak = step(home, "run", planned.strip(), *at, "--json")
    accepted = json.loads(summary)["recipients"]["accepted"]
    _, report, report_peak = step(home, "report", planned.strip(), "--csv", str(home / "report.csv"))
    assert accepted == recipients
    print(
        f"{recipients}: plan {plan:.2f} s {plan_peak:.0f} MB, run {run:.2f} s {run_peak:.0f} MB"
        f" ({recipients / 200 / run:.0f} batches/s), report {report:.2f} s {report_peak:.0f} MB, ledger {size:.1f} MB"
    )
    return plan, max(plan_peak, run_peak, report_peak), size


def main():
    emulator = subprocess.Popen([BATCHCAST, "emulator"], stdout=subprocess.PIPE)
    url = emulator.stdout.readline().decode().split()[-1]
    try:
        for recipients in (125_000, 250_000, 500_000, 1_000_000):
            with tempfile.TemporaryDirectory() as home:
                plan, peak, size = campaign(pathlib.Path(home), url, recipients)
        assert peak < 100 and size < 150, (peak, size)
    finally:
        emulator.terminate()


main()
