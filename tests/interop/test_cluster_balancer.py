"""Three servers behind Debian's HAProxy: clients that watch, write and renew while each server in turn is killed or stopped.

Every change must be seen by every reader, and nothing that is alive may ever be missing from a list.
MUSTER_CLUSTER_ROUNDS makes it longer; eng/nightly.py does.
"""
import http.client
import json
import os
import signal
import threading
import time
import unittest

import consul

from cluster import Balancer, Cluster, Figures
from harness import eventually

SERVICE = "orders"
ROUNDS = int(os.environ.get("MUSTER_CLUSTER_ROUNDS", "1"))
STEADY = 12
TTL = 6
LIFE_SECONDS = 5
CHANGES_PER_SECOND = 4


class Reader(threading.Thread):
    """Keeps the ids it saw: when each came, and when it had gone again."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port = port
        self.stopping = False
        self.came = {}
        self.went = {}
        self.present = set()
        self.complete = False
        self.missing = []
        self.answers = 0
        self.failures = []

    def show(self, ids):
        """What a client would use from now on."""
        now = time.monotonic()
        self.answers += 1
        for one in ids - self.present:
            self.came.setdefault(one, now)
        for one in self.present - ids:
            self.went[one] = now
        steady = {one for one in ids if one.startswith("steady-")}
        self.complete = self.complete or len(steady) == STEADY
        if self.complete and len(steady) < STEADY:
            self.missing.append((now, STEADY - len(steady)))
        self.present = ids

    def run(self):
        while not self.stopping:
            try:
                self.read()
            except (OSError, http.client.HTTPException, consul.ConsulException, ValueError) as error:
                self.failures.append((time.monotonic(), repr(error)))
                time.sleep(0.1)


class ConsulReader(Reader):
    """Blocks with python-consul, and goes on with the last index after an error, as its users do."""

    kind = "Consul"

    def read(self):
        client = consul.Consul(host="127.0.0.1", port=self.port)
        index = None
        while not self.stopping:
            try:
                index, entries = client.health.service(SERVICE, index=index, wait="5s", passing=True)
            except (OSError, consul.ConsulException) as error:
                self.failures.append((time.monotonic(), repr(error)))
                time.sleep(0.1)
                continue
            self.show({entry["Service"]["ID"] for entry in entries})


class StreamReader(Reader):
    """Follows the REST stream, and comes back with its cursor."""

    kind = "REST"

    def __init__(self, port):
        super().__init__(port)
        self.cursor = None
        self.instances = {}
        self.resyncs = 0
        self.resumed = 0

    def read(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            query = f"?health=usable&detail=endpoint{'&cursor=' + self.cursor if self.cursor else ''}"
            connection.request("GET", f"/api/v1/watch/{SERVICE}{query}")
            answer = connection.getresponse()
            if answer.status != 200:
                raise http.client.HTTPException(f"{answer.status}")
            while not self.stopping:
                line = answer.readline()
                if not line:
                    raise http.client.HTTPException("the stream ended")
                self.take(json.loads(line))
        finally:
            connection.close()

    def take(self, event):
        kind = event["type"]
        self.resyncs += kind == "resync"
        self.resumed += kind == "resumed"
        if kind == "snapshot":
            self.instances = {(one["node"], one["id"]): one for one in event["instances"]}
        elif kind == "changed":
            self.instances[event["instance"]["node"], event["instance"]["id"]] = event["instance"]
        elif kind == "removed":
            self.instances.pop((event["node"], event["id"]), None)
        if "cursor" in event:
            self.cursor = event["cursor"]
            self.show({one for _, one in self.instances})


class Caller:
    """Writes through the balancer, again until it is acknowledged."""

    def __init__(self, port):
        self.port = port
        self.repeated = 0
        self.connection = None

    def put(self, path, body=None, accept=(200,)):
        while True:
            try:
                if self.connection is None:
                    self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=3)
                self.connection.request("PUT", path, body=None if body is None else json.dumps(body))
                answer = self.connection.getresponse()
                answer.read()
                if answer.status in accept:
                    return
            except (OSError, http.client.HTTPException):
                self.connection.close()
                self.connection = None
            self.repeated += 1
            time.sleep(0.1)


class Writer(threading.Thread):
    """Registers instances that live for some seconds each, and keeps the moments of the acknowledgements."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.caller = Caller(port)
        self.gate = threading.Lock()
        self.stopping = False
        self.registered = {}
        self.removed = {}

    def run(self):
        number = 0
        while not (self.stopping and len(self.removed) == len(self.registered)):
            with self.gate:
                if not self.stopping:
                    one = f"order-{number}"
                    number += 1
                    self.caller.put("/v1/agent/service/register", {
                        "Name": SERVICE, "ID": one, "Address": "10.0.0.1", "Port": 1000 + number})
                    self.registered[one] = time.monotonic()
                due = [one for one, at in self.registered.items()
                       if one not in self.removed and time.monotonic() - at > LIFE_SECONDS]
                for one in due:
                    self.caller.put(f"/v1/agent/service/deregister/{one}", accept=(200, 404))
                    self.removed[one] = time.monotonic()
            time.sleep(1 / CHANGES_PER_SECOND)


class Heart(threading.Thread):
    """Keeps the steady instances alive through the balancer."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.caller = Caller(port)
        self.stopping = False
        for number in range(STEADY):
            self.caller.put("/v1/agent/service/register", {
                "Name": SERVICE, "ID": f"steady-{number}", "Address": "10.0.0.2", "Port": 1 + number,
                "Check": {"TTL": f"{TTL}s", "Status": "passing"}})

    def run(self):
        while not self.stopping:
            for number in range(STEADY):
                self.caller.put(f"/v1/agent/check/pass/service:steady-{number}")
            time.sleep(1)


class BalancerTest(unittest.TestCase):
    def setUp(self):
        self.cluster = Cluster(name="balancer")
        self.addCleanup(self.cluster.end)
        self.cluster.start()
        self.balancer = Balancer(self.cluster.servers)
        self.addCleanup(self.balancer.end)
        eventually(self.is_served, 10, "HAProxy found the servers")

    def is_served(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.balancer.port, timeout=2)
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def phase(self, name, action, seconds):
        begin = time.monotonic()
        with self.writer.gate:
            # what was acknowledged has reached the other servers: the loss of one in that moment is another test
            time.sleep(0.2)
            action()
        time.sleep(seconds)
        self.phases.append((name, begin, time.monotonic()))

    def test_every_server_is_lost_in_turn_and_nobody_misses_anything(self):
        port = self.balancer.port
        heart = Heart(port)
        self.writer = Writer(port)
        readers = [ConsulReader(port) for _ in range(4)] + [StreamReader(port) for _ in range(3)]
        for thread in [heart, *readers, self.writer]:
            thread.start()
        eventually(lambda: all(reader.complete for reader in readers), 10, "every reader has the steady instances")

        one, two, three = self.cluster.servers
        self.phases = []
        self.phase("nothing", lambda: None, 2)
        for _ in range(ROUNDS):
            self.phase("`kill -9` of node-1", one.kill, 4)
            self.phase("node-1 starts again", lambda: self.cluster.again(one), 2)
            self.phase("SIGSTOP of node-2", lambda: two.signal(signal.SIGSTOP), 5)
            self.phase("SIGCONT of node-2", lambda: two.signal(signal.SIGCONT), 2)
            self.phase("`kill -9` of node-3", three.kill, 4)
            self.phase("node-3 starts again", lambda: self.cluster.again(three), 2)
        self.writer.stopping = True
        self.writer.join(LIFE_SECONDS + 15)
        steady = {f"steady-{number}" for number in range(STEADY)}
        until = time.monotonic() + 10
        while time.monotonic() < until and not all(reader.present == steady for reader in readers):
            time.sleep(0.1)
        heart.stopping = True
        for reader in readers:
            reader.stopping = True
        self.report(readers, heart)
        for server in self.cluster.servers:
            self.assertEqual(steady, set(server.passing(SERVICE)), f"{server.node} ends with the truth")
        for reader in readers:
            self.assertEqual(steady, reader.present, f"a {reader.kind} reader ends with the truth")

        self.assertGreater(len(self.writer.registered), 30)
        for reader in readers:
            self.assertEqual([], reader.missing, reader.kind)
            self.assertEqual(set(), set(self.writer.registered) - set(reader.came), f"{reader.kind}: registrations never seen")
            self.assertEqual(set(), set(self.writer.removed) - set(reader.went), f"{reader.kind}: removals never seen")
        streams = [reader for reader in readers if reader.kind == "REST"]
        self.assertTrue(all(reader.failures for reader in streams), "every stream lost its server at least once")
        self.assertTrue(all(reader.resyncs + reader.resumed >= 1 for reader in streams))

    def report(self, readers, heart):
        figures = Figures(
            "Three servers behind HAProxy", "what was done", "changes", "last seen by a blocking Consul client", "last seen by a REST watcher",
            "errors of Consul clients / streams that broke")
        for name, begin, end in self.phases:
            changes = [(one, at, "came") for one, at in self.writer.registered.items() if begin <= at < end]
            changes += [(one, at, "went") for one, at in self.writer.removed.items() if begin <= at < end]
            late, failures = {}, {}
            for kind in ("Consul", "REST"):
                of_kind = [reader for reader in readers if reader.kind == kind]
                late[kind] = max(
                    (getattr(reader, what).get(one, float("inf")) - at for one, at, what in changes for reader in of_kind), default=0)
                failures[kind] = sum(begin <= at < end for reader in of_kind for at, _ in reader.failures)
            figures.add(name, len(changes), f"{late['Consul']:.2f} s", f"{late['REST']:.2f} s", f"{failures['Consul']} / {failures['REST']}")
        missed = {kind: sum(
            len(set(self.writer.registered) - set(reader.came)) + len(set(self.writer.removed) - set(reader.went))
            for reader in readers if reader.kind == kind) for kind in ("Consul", "REST")}
        figures.add("all of it", f"{len(self.writer.registered)} came, {len(self.writer.removed)} went",
                    f"{sum(reader.kind == 'Consul' for reader in readers)} clients missed {missed['Consul']}",
                    f"{sum(reader.kind == 'REST' for reader in readers)} streams missed {missed['REST']}",
                    f"writes repeated {self.writer.caller.repeated}, heartbeats {heart.caller.repeated}")
        figures.add(f"{STEADY} instances with a TTL of {TTL} s, renewed through HAProxy", "", "", "",
                    f"lists that lacked one: {sum(len(reader.missing) for reader in readers)}")
        figures.write()


if __name__ == "__main__":
    unittest.main()
