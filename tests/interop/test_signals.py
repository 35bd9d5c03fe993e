"""Signals: a clean leave on SIGTERM and SIGINT, and no blame on others after SIGSTOP."""
import http.client
import signal
import socket
import threading
import time
import unittest

import dns.message
import dns.query

from harness import NODE, HttpService, Server, eventually

TTL_SECONDS = 3
STOPPED_SECONDS = 8


class CleanLeaveTest(unittest.TestCase):
    def leave(self, number, dev):
        server = Server(dev=dev, name="leave")
        self.addCleanup(server.end)
        server.start()
        server.register("watched", Port=1)
        index = server.get("/v1/health/service/watched").index
        blocked = [threading.Thread(target=self.block, args=(server, index), daemon=True) for _ in range(20)]
        blocked.append(threading.Thread(target=self.stream, args=(server,), daemon=True))
        for thread in blocked:
            thread.start()
        idle = socket.create_connection(("127.0.0.1", server.http_port))
        self.addCleanup(idle.close)
        idle_dns = socket.create_connection(("127.0.0.1", server.dns_port))
        self.addCleanup(idle_dns.close)
        time.sleep(0.3)
        server.signal(number)
        signalled = time.monotonic()
        self.assertEqual(0, server.process.wait(10), server.output())
        self.assertLess(time.monotonic() - signalled, 3, "blocked queries must not hold the server back")
        for thread in blocked:
            thread.join(5)
            self.assertFalse(thread.is_alive(), "a blocked client was left hanging")

    @staticmethod
    def block(server, index):
        try:
            server.get(f"/v1/health/service/watched?index={index}&wait=60s", timeout=60)
        except (OSError, http.client.HTTPException):
            pass  # a closed connection is an answer too

    @staticmethod
    def stream(server):
        try:
            server.get("/api/v1/watch/watched", timeout=60)
        except (OSError, http.client.HTTPException):
            pass

    def test_sigterm(self):
        self.leave(signal.SIGTERM, dev=True)

    def test_sigint(self):
        self.leave(signal.SIGINT, dev=True)

    def test_sigterm_with_a_data_directory(self):
        self.leave(signal.SIGTERM, dev=False)


class StoppedServerTest(unittest.TestCase):
    """A server that slept does not blame others for the heartbeats it did not hear."""

    def test_nobody_expires_when_the_server_was_stopped(self):
        # without self-preservation, which would hide it: the clock of leases alone must do
        server = Server('-hcl={"preservation": {"enabled": false}}', name="stopped")
        self.addCleanup(server.end)
        server.start()
        names = [f"beating-{number}" for number in range(20)]
        for name in names:
            server.register(name, Check={"TTL": f"{TTL_SECONDS}s", "Status": "passing"})
            self.lease(server, f"leased-{name}")
        self.beat(server, names)

        server.signal(signal.SIGSTOP)
        time.sleep(STOPPED_SECONDS)
        server.signal(signal.SIGCONT)

        # The clients take up to a second to come back: well within a TTL that starts over.
        self.assert_all_here(server, names)
        time.sleep(1)
        self.beat(server, names)
        until = time.monotonic() + 2.5 * TTL_SECONDS
        while time.monotonic() < until:
            self.assert_all_here(server, names)
            self.beat(server, names)
            time.sleep(0.5)
        for name in names:
            check = server.get(f"/v1/health/checks/{name}").json()[0]
            self.assertEqual("passing", check["Status"])
            kinds = [event["kind"] for event in server.get(f"/api/v1/services/leased-{name}/timeline").json()["events"]]
            self.assertNotIn("expired", kinds)

        # It did not stop expiring for good.
        eventually(lambda: not server.passing(names[0]), TTL_SECONDS + 3, "a silent heartbeat still expires")
        eventually(lambda: not server.passing(f"leased-{names[0]}"), TTL_SECONDS + 3, "a silent lease still expires")

    def lease(self, server, name):
        answer = server.call("POST", "/api/v1/instances", {
            "service": name, "port": 1, "leaseSeconds": TTL_SECONDS}, headers={"Content-Type": "application/json"})
        self.assertEqual(201, answer.status, answer)

    def beat(self, server, names):
        for name in names:
            answer = server.put(f"/v1/agent/check/pass/service:{name}")
            self.assertEqual(200, answer.status, answer)
            answer = server.put(f"/api/v1/instances/leased-{name}/renew")
            self.assertEqual(204, answer.status, answer)

    def assert_all_here(self, server, names):
        for name in names:
            self.assertEqual([name], server.passing(name))
            self.assertEqual([f"leased-{name}"], server.passing(f"leased-{name}"))


class StoppedCheckerTest(unittest.TestCase):
    """Nor does it blame the services whose probes were under way when it was stopped."""

    def test_no_probe_fails_because_the_server_was_stopped(self):
        server = Server(name="stopped-probes")
        self.addCleanup(server.end)
        server.start()
        service = HttpService("--delay", "0.4")
        self.addCleanup(service.kill)
        names = [f"probed-{number}" for number in range(12)]
        for name in names:
            server.register(name, Check={
                "HTTP": service.url, "Interval": "1s", "Timeout": "2s", "Status": "passing",
                "DeregisterCriticalServiceAfter": "3s"})
        eventually(lambda: all("200 OK" in server.get(f"/v1/health/checks/{name}").json()[0]["Output"] for name in names),
                   15, "every check ran")
        index = server.get("/v1/catalog/services").index
        server.signal(signal.SIGSTOP)
        time.sleep(STOPPED_SECONDS)
        server.signal(signal.SIGCONT)
        until = time.monotonic() + 4
        while time.monotonic() < until:
            for name in names:
                self.assertEqual([name], server.passing(name), server.get(f"/v1/health/checks/{name}").text)
        self.assertEqual(index, server.get("/v1/catalog/services").index)


class BusyRestartTest(unittest.TestCase):
    def test_the_same_ports_are_free_at_once_after_the_end(self):
        server = Server(name="again")
        self.addCleanup(server.end)
        for _ in range(3):
            server.start()
            query = dns.message.make_query(f"{NODE}.node.consul", "A")
            self.assertEqual(1, len(dns.query.tcp(query, "127.0.0.1", timeout=5, port=server.dns_port).answer))
            server.signal(signal.SIGTERM)
            self.assertEqual(0, server.process.wait(10), server.output())


if __name__ == "__main__":
    unittest.main()
