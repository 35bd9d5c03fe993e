"""Debian's HAProxy finds its backends through DNS alone (SRV), while traffic runs and instances come and go."""
import csv
import http.client
import pathlib
import socket
import subprocess
import threading
import time
import unittest

from harness import HttpService, ServerTest, eventually, free_port

HAPROXY = "/usr/sbin/haproxy"

# What an operator of HAProxy writes for a discovered backend. Only `retries` and `redispatch` are said aloud; the
# times are short because a test has no minutes to wait.
CONFIGURATION = """
global
    stats socket {socket} mode 600 level admin

defaults
    mode http
    timeout connect 1s
    timeout client 5s
    timeout server 5s
    retries 3
    option redispatch

resolvers muster
    nameserver muster 127.0.0.1:{dns_port}
    accepted_payload_size 1232
    resolve_retries 3
    timeout resolve 100ms
    timeout retry 100ms
    hold valid 100ms
    hold obsolete 0s
    hold nx 100ms

frontend entry
    bind 127.0.0.1:{port}
    default_backend shop

backend shop
    balance roundrobin
    server-template shop 10 _{name}._tcp.service.consul resolvers muster resolve-prefer ipv4{options} init-addr none check inter 200ms
"""


class Traffic:
    """Asks HAProxy all the time, a new connection for each request, and keeps what did not succeed."""

    def __init__(self, port, threads=2):
        self.port = port
        self.requests = 0
        self.failures = []
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self.run) for _ in range(threads)]
        for thread in self.threads:
            thread.start()

    def run(self):
        while not self.stopping.is_set():
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
                connection.request("GET", "/health")
                answer = connection.getresponse()
                answer.read()
                connection.close()
                if answer.status != 200:
                    self.failures.append(answer.status)
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
            self.requests += 1
            time.sleep(0.005)

    def end(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()


class HAProxyTest(ServerTest):
    def balance(self, name, options=""):
        """Starts HAProxy for a service."""
        self.name = name
        self.port = free_port()
        self.socket = self.server.folder / f"{name}.sock"
        configuration = self.server.folder / f"{name}.cfg"
        configuration.write_text(CONFIGURATION.format(
            name=name, socket=self.socket, dns_port=self.server.dns_port, port=self.port, options=options), "utf-8")
        self.log = open(self.server.folder / f"{name}.txt", "wb")
        self.addCleanup(self.log.close)
        self.haproxy = subprocess.Popen(
            [HAPROXY, "-db", "-f", str(configuration)], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        self.addCleanup(self.haproxy.wait)
        self.addCleanup(self.haproxy.kill)
        self.services = {}

    def start(self, number, address):
        service = HttpService("--address", address)
        self.addCleanup(service.kill)
        self.services[number] = service
        self.server.register(self.name, ID=f"{self.name}-{number}", Address=address, Port=service.port)

    def leave(self, number):
        """An orderly end: leave the catalog, serve until nobody asks any more, then stop."""
        self.server.deregister(f"{self.name}-{number}")
        self.wait_for_backends(set(self.services) - {number})
        eventually(lambda: not any(row["scur"] != "0" for row in self.servers() if not row["status"].startswith("UP")), 10,
                   "the instance has answered what it had taken")
        self.services.pop(number).kill()

    def servers(self):
        """What HAProxy knows of its servers, through its own socket."""
        with socket.socket(socket.AF_UNIX) as peer:
            peer.connect(str(self.socket))
            peer.sendall(b"show stat\n")
            text = peer.makefile().read()
        rows = csv.DictReader(text.lstrip("# ").splitlines())
        return [row for row in rows if row["pxname"] == "shop" and row["svname"] != "BACKEND"]

    def backends(self):
        """The ports HAProxy sends to now."""
        try:
            return {int(row["addr"].rpartition(":")[2]) for row in self.servers() if row["status"].startswith("UP")}
        except OSError:
            return set()  # it is just starting

    def wait_for_backends(self, numbers):
        expected = {self.services[number].port for number in numbers}
        eventually(lambda: self.backends() == expected, 10,
                   f"HAProxy sends to {sorted(expected)}, not {sorted(self.backends())}: "
                   + pathlib.Path(self.log.name).read_text("utf-8")[-500:])

    def test_a_service_grows_and_shrinks_without_a_failed_request(self):
        # An address each: unless told otherwise, HAProxy takes one address for one server.
        self.balance("shop")
        self.start(1, "127.0.0.11")
        self.wait_for_backends({1})
        traffic = Traffic(self.port)
        self.addCleanup(traffic.end)
        for number in (2, 3, 4, 5):
            self.start(number, f"127.0.0.{10 + number}")
        self.wait_for_backends({1, 2, 3, 4, 5})
        for number in (1, 3, 5):
            self.leave(number)
        self.wait_for_backends({2, 4})
        time.sleep(0.5)
        traffic.end()
        self.assertEqual([], traffic.failures)
        self.assertGreater(traffic.requests, 200)

    def test_instances_on_one_address_are_found_when_haproxy_may_share_it(self):
        self.balance("dense", " resolve-opts allow-dup-ip")
        for number in (1, 2, 3):
            self.start(number, "127.0.0.1")
        self.wait_for_backends({1, 2, 3})
        self.leave(2)
        self.wait_for_backends({1, 3})


if __name__ == "__main__":
    unittest.main()
