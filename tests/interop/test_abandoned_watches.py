"""Clients that ask, wait and go away leave nothing behind: no waiting query, no descriptor, no task, no memory.

MUSTER_ABANDON_SECONDS makes it longer; eng/nightly.py does.
"""
import os
import re
import socket
import struct
import time
import unittest

from harness import ServerTest, eventually

SECONDS = int(os.environ.get("MUSTER_ABANDON_SECONDS", "10"))
PER_SECOND = 200
WAITING_SECONDS = 0.5
SERVICES = 50
# what the youngest generation of the heap may take or not at the moment of asking
HEAP_SLACK_KIB = 20 * 1024


class AbandonedWatchesTest(ServerTest):
    def test_abandoned_queries_leave_nothing(self):
        self.abandon(3)  # code is compiled, pools and tables reach their size
        self.wait_for_quiet()
        before = self.usage()
        self.abandon(SECONDS)
        self.wait_for_quiet()
        after = self.usage()
        self.assertLessEqual(after["descriptors"], before["descriptors"] * 1.1 + 2, (before, after))
        self.assertLessEqual(after["threads"], before["threads"] * 1.1 + 4, (before, after))
        self.assertLessEqual(after["kib"], before["kib"] * 1.1 + HEAP_SLACK_KIB, (before, after))

    def abandon(self, seconds):
        """Sends PER_SECOND queries a second; half of them close, half reset the connection, half a second later."""
        waiting = []
        began = time.monotonic()
        for number in range(seconds * PER_SECOND):
            due = began + number / PER_SECOND
            while (now := time.monotonic()) < due:
                time.sleep(due - now)
            waiting.append((now + WAITING_SECONDS, self.ask(f"service-{number % SERVICES}")))
            while waiting and waiting[0][0] <= now:
                self.leave(waiting.pop(0)[1], reset=number % 2 == 0)
        for _, client in waiting:
            self.leave(client, reset=False)

    def ask(self, service):
        client = socket.create_connection(("127.0.0.1", self.server.http_port))
        client.sendall(f"GET /v1/health/service/{service}?index={self.index}&wait=5m HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        return client

    @staticmethod
    def leave(client, reset):
        if reset:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()

    def setUp(self):
        super().setUp()
        # nothing was ever there, so this is the index of the absence of each of them
        self.index = self.server.get("/v1/health/service/service-0").index

    def metric(self, name):
        text = self.server.get("/metrics").text
        return float(re.search(rf"^{name} (\S+)$", text, re.MULTILINE).group(1))

    def wait_for_quiet(self):
        eventually(lambda: self.metric("muster_consul_blocked_queries") == 0, 10, "no query waits")
        eventually(lambda: self.metric("muster_http_connections") <= 2, 10, "the connections are gone")

    def usage(self):
        process = self.server.process.pid
        with open(f"/proc/{process}/status", encoding="ascii") as status:
            lines = dict(line.split(":", 1) for line in status)
        return {"kib": int(lines["VmRSS"].split()[0]), "threads": int(lines["Threads"]),
                "descriptors": len(os.listdir(f"/proc/{process}/fd"))}


if __name__ == "__main__":
    unittest.main()
