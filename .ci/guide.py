"""Runs the programs in a guide against an emulator, and gives its files to the options that take them.

Commands are only shown, and a few blocks are run elsewhere. Another block that nobody here knows how to run fails, so that
none is added that is never tried.
"""

import os
import pathlib
import re
import subprocess
import sys

from emulator import Emulator

PROGRAM, GUIDE, SCRATCH = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
ADDRESS = "http://127.0.0.1:8080"
# The heading under which a JSON file stands, and the option that takes it.
FILES = {"Who exists": "--directory", "What the documents leave open": "--settings", "What goes wrong": "--faults"}
# Run elsewhere: the SDKs by their own checks, Rust as the example of the crate that stands beside it.
ELSEWHERE = {"python": "import lark_oapi", "js": 'from "@larksuiteoapi/node-sdk"', "rust": "batchcast_emulator::Emulator"}
USES_THE_FIXTURE = '''

import urllib.request


def test_it_listens(emulator):
    with urllib.request.urlopen(emulator + "/_emulator/health") as answer:
        assert answer.status == 200
'''


def blocks(text):
    """The language, the heading above it, and the text of each block."""
    heading, language, lines = "", None, []
    for line in text.splitlines():
        if language is None and line.startswith("#"):
            heading = line.lstrip("# ")
        elif language is None and (fence := re.fullmatch(r"```(\w+)", line)):
            language, lines = fence.group(1), []
        elif language is not None and line == "```":
            yield language, heading, "\n".join(lines) + "\n"
            language = None
        elif language is not None:
            lines.append(line)


def run(*command):
    subprocess.run([str(part) for part in command], check=True, timeout=60, cwd=SCRATCH)


def against_an_emulator(name, code, *command):
    assert ADDRESS in code, f"the program does not name {ADDRESS}:\n{code}"
    with Emulator(PROGRAM) as emulator:
        (SCRATCH / name).write_text(code.replace(ADDRESS, emulator.url))
        run(*command, SCRATCH / name)


def taken(option, file):
    (SCRATCH / "file.json").write_text(file)
    with Emulator(PROGRAM, option, str(SCRATCH / "file.json")) as emulator:
        emulator.ask("GET", "/_emulator/health")


def pytest(code):
    os.environ["PATH"] = f"{pathlib.Path(PROGRAM).parent}{os.pathsep}{os.environ['PATH']}"
    (SCRATCH / "test_guide.py").write_text(code + USES_THE_FIXTURE)
    run(sys.executable, "-m", "pytest", "--quiet", "-p", "no:cacheprovider", SCRATCH / "test_guide.py")


def tried(language, heading, code):
    if language == "console":
        return "shown"
    if language in ELSEWHERE and ELSEWHERE[language] in code:
        return "run elsewhere"
    if language == "python" and "@pytest.fixture" in code:
        pytest(code)
    elif language == "python":
        against_an_emulator("guide_example.py", code, sys.executable)
    elif language == "js":
        against_an_emulator("guide_example.mjs", code, "node")
    elif language == "json" and heading in FILES:
        taken(FILES[heading], code)
    else:
        sys.exit(f"nobody knows how to run the block of {language} under {heading!r}:\n{code}")
    return "works"


found = list(blocks(GUIDE.read_text()))
for language, heading, code in found:
    print(f"{tried(language, heading, code)}: {language} under {heading!r}", flush=True)
ran = sum(language in ("python", "js", "json") for language, _, _ in found)
assert ran >= 9, f"only {ran} blocks were found"
