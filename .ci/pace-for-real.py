"""Counts what arrives in any second and any minute, at a server on loopback that accepts everything after 50 ms."""

import asyncio
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

BATCHCAST = sys.argv[1]
LATENCY = 0.05

arrivals = {"feishu": [], "tim": []}


async def serve(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.decode().split("\r\n")
            lengths = [line.split(":")[1] for line in lines if line.lower().startswith("content-length:")]
            await reader.readexactly(int(lengths[0]) if lengths else 0)
            path = lines[0].split(" ")[1]
            if "tenant_access_token" in path:
                answer = {"code": 0, "msg": "ok", "tenant_access_token": "t-1", "expire": 7200}
            elif path.startswith("/open-apis"):
                arrivals["feishu"].append(time.monotonic())
                answer = {"code": 0, "msg": "ok", "data": {"message_id": "bm-" + "0" * 32}}
                await asyncio.sleep(LATENCY)
            else:
                arrivals["tim"].append(time.monotonic())
                answer = {"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": "", "MsgKey": "k"}
                await asyncio.sleep(LATENCY)
            body = json.dumps(answer).encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def most_within(times, seconds):
    first, most = 0, 0
    for last, at in enumerate(times):
        while at - times[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


def send(home, url, people, *options):
    path = home / "people.txt"
    path.write_text("".join(f"{person}\n" for person in people))
    command = [BATCHCAST, "send", "--text", "hi", "--to", path, "--endpoint", url, "--json", *options]
    ran = subprocess.run(command, env={"HOME": str(home)}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return json.loads(ran.stdout)


def serve_for_ever(started):
    async def main():
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        started.put_nowait(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


def main():
    import queue

    started = queue.Queue()
    threading.Thread(target=serve_for_ever, args=[started], daemon=True).start()
    url = f"http://127.0.0.1:{started.get()}"
    with tempfile.TemporaryDirectory() as home:
        home = pathlib.Path(home)
        feishu = send(home, url, (f"ou_{number:032x}" for number in range(200_000)))
        tim = send(home, url, (f"user{number}" for number in range(12_500)), "--via", "tim")
    times = arrivals["feishu"]
    second, minute = most_within(times, 1), most_within(times, 60)
    print(f"feishu: {len(times)} requests in {times[-1] - times[0]:.1f} s, at most {second} in a second and {minute} in a minute")
    assert (len(times), feishu["requests"]["throttled"]) == (1000, 0)
    assert second <= 50 and minute <= 1000
    assert times[-1] - times[0] <= 40
    times = arrivals["tim"]
    print(f"tim: {len(times)} full batches, the 24th after {times[23] - times[0]:.1f} s, the 25th after {times[24] - times[0]:.1f} s")
    assert (len(times), tim["requests"]["throttled"]) == (25, 0)
    assert times[23] - times[0] < 10 and 60 <= times[24] - times[0] < 70


main()
