"""How many batch_send requests of 200 ids a second the emulator answers, beside what nginx answers with `return 200`.

wrk sends the same requests to both in turn, over connections that are kept alive; the delivery log is on. The figure is the
median of the ratios of several rounds, since a machine is never alone. Below LEAST it fails.
"""

import json
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

BATCHCAST = sys.argv[1]
LEAST = 0.15
ROUNDS = 5
SECONDS = 4
CONNECTIONS = 16
IDS = 200
KEPT = 1_000_000

NGINX = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{ return 200; }}
    }}
}}
"""


def post(url, body, headers=None):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json", **(headers or {})})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def per_second(url, script):
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", script, f"{url}/open-apis/message/v4/batch_send/"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)", said)
    if bad:
        sys.exit(f"not every request was answered: {bad.group(0)}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1))


def resident(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1000


def main():
    for program in ["wrk", "nginx"]:
        if not shutil.which(program):
            sys.exit(f"{program} is not here: install it first (apt-get install {program})")
    folder = pathlib.Path(tempfile.mkdtemp())
    emulator = subprocess.Popen(
        [BATCHCAST, "emulator", f"--keep-deliveries={KEPT}"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    nginx = None
    try:
        url = emulator.stdout.readline().split()[-1]
        token = post(f"{url}/open-apis/auth/v3/tenant_access_token/internal",
                     {"app_id": "cli_sandbox", "app_secret": "sandbox-secret"})["tenant_access_token"]
        body = {"msg_type": "text", "content": {"text": "load"}, "open_ids": [f"ou_{n:032x}" for n in range(IDS)]}
        script = folder / "batch_send.lua"
        script.write_text(f"""
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json; charset=utf-8"
wrk.headers["Authorization"] = "Bearer {token}"
wrk.body = [[{json.dumps(body)}]]
""")
        port = 20000 + emulator.pid % 10000
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port))
        nginx = subprocess.Popen(["nginx", "-p", folder, "-c", folder / "nginx.conf"], stderr=subprocess.DEVNULL)
        time.sleep(1)
        ratios = []
        for number in range(ROUNDS):
            ours, theirs = per_second(url, script), per_second(f"http://127.0.0.1:{port}", script)
            ratios.append(ours / theirs)
            print(f"round {number + 1}: emulator {ours:.0f}/s, nginx {theirs:.0f}/s, ratio {ours / theirs:.3f}, "
                  f"emulator has {resident(emulator):.0f} MB")
        with urllib.request.urlopen(f"{url}/_emulator/stats") as answer:
            stats = json.load(answer)["feishu"]
        if stats["deliveries"] != (stats["requests"] - 1) * IDS:
            sys.exit(f"deliveries were lost: {stats}")
        print(f"deliveries: {stats['deliveries']}, each counted; the newest {KEPT} are kept")
        median = statistics.median(ratios)
        print(f"median ratio: {median:.3f}, at least {LEAST} is wanted")
        if median < LEAST:
            sys.exit(1)
    finally:
        emulator.terminate()
        if nginx:
            nginx.terminate()
        shutil.rmtree(folder, ignore_errors=True)


main()
