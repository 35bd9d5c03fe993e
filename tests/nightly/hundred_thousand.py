"""100,000 registrations by one client, SIGKILL, and the way back: memory for each, time until ready, nothing lost (A4, R1)."""
import http.client
import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "interop"))

from harness import Server  # noqa: E402

INSTANCES = 100_000
CONNECTIONS = 8
MOST_BYTES_EACH = 4096
MOST_SECONDS_TO_READY = 5


def memory(server):
    with open(f"/proc/{server.process.pid}/status", encoding="ascii") as status:
        line, = [line for line in status if line.startswith("VmRSS:")]
    return int(line.split()[1]) * 1024


def register(server, first):
    connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=60)
    for number in range(first, INSTANCES, CONNECTIONS):
        connection.request("PUT", "/v1/agent/service/register", body=f'{{"Name": "many-{number % 1000}", "ID": "many-{number}", "Port": 80, "Check": {{"TTL": "1h"}}}}')
        answer = connection.getresponse()
        if answer.status != 200:
            raise SystemExit(f"{number}: {answer.status} {answer.read()}")
        answer.read()
    connection.close()


def main():
    server = Server(dev=False, name="many")
    try:
        server.start()
        before = memory(server)
        writers = [threading.Thread(target=register, args=(server, first)) for first in range(CONNECTIONS)]
        began = time.monotonic()
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        took = time.monotonic() - began
        each = (memory(server) - before) / INSTANCES
        server.kill()
        began = time.monotonic()
        server.start()
        ready = time.monotonic() - began
        found = len(server.get("/v1/agent/services").json())
        print(f"{INSTANCES} registrations in {took:.0f} s, {each:.0f} bytes of memory each; ready {ready:.1f} s after SIGKILL with {found} of them")
        return 0 if found == INSTANCES and each <= MOST_BYTES_EACH and ready <= MOST_SECONDS_TO_READY else 1
    finally:
        server.end()


if __name__ == "__main__":
    sys.exit(main())
