"""What watchers of a cluster see is checked against what was written, while servers are killed: etcd's guarantees.

Ordered: indexes of one server never go back, nor does an instance go back to an older state. Unique: nothing is told
twice. Atomic: a step is told whole, and is what a query at its index gives. Reliable: what was acknowledged is seen.
Resumable: who comes back with a cursor gets what it missed, or is told to begin anew.

MUSTER_CLUSTER_ROUNDS makes it longer; eng/nightly.py does.
"""
import http.client
import json
import os
import random
import signal
import threading
import time
import unittest

from cluster import Cluster, Figures
from harness import eventually

SERVICES = ("alpha", "beta")
IDS = 10
SEED = 7
ROUNDS = int(os.environ.get("MUSTER_CLUSTER_ROUNDS", "1"))


class Watch(threading.Thread):
    """One stream after the other, of one server or of each in turn, with every guarantee checked on the way."""

    def __init__(self, servers, service):
        super().__init__(daemon=True)
        self.servers = servers
        self.service = service
        self.stopping = False
        self.problems = []
        self.cursor = None
        self.list = {}
        self.step = []
        self.steps = {}
        self.seen = {}
        self.counts = dict.fromkeys(("hello", "snapshot", "resync", "resumed", "changed", "removed", "idle", "bye", "broken"), 0)
        self.turn = 0

    def run(self):
        while not self.stopping:
            server = self.servers[self.turn % len(self.servers)]
            self.turn += 1
            try:
                self.follow(server)
            except (OSError, http.client.HTTPException, ValueError):
                self.counts["broken"] += 1
            time.sleep(0.05)

    def follow(self, server):
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=3)
        try:
            connection.request("GET", f"/api/v1/watch/{self.service}" + (f"?cursor={self.cursor}" if self.cursor else ""))
            answer = connection.getresponse()
            if answer.status != 200:
                raise http.client.HTTPException(str(answer.status))
            self.step = []
            self.catching_up = self.cursor is not None
            # one that roams stays a while with each server
            while not self.stopping and (len(self.servers) == 1 or time.monotonic() - began < 1.5):
                line = answer.readline()
                if not line:
                    raise http.client.HTTPException("the stream ended")
                self.take(json.loads(line))
        finally:
            connection.close()

    def take(self, event):
        kind = event["type"]
        self.counts[kind] += 1
        if kind in ("snapshot", "changed", "removed", "resumed"):
            self.check_order(kind, event)
        if kind == "snapshot":
            self.check(not self.catching_up or self.cursor is None, "a snapshot without a resync before it")
            self.list = {self.key(one): self.state(one) for one in event["instances"]}
            self.catching_up = False
        elif kind == "resync":
            self.check(bool(event["reason"]), "a resync without a reason")
            self.cursor = None
        elif kind == "resumed":
            self.catching_up = False
        elif kind == "changed":
            self.change(event)
        elif kind == "removed":
            self.list.pop((event["node"], event["id"]), None)
        if "cursor" in event:
            lineage = event["cursor"].split(".")[0]
            self.cursor = event["cursor"]
            if not self.catching_up:
                self.steps[lineage, event["index"]] = dict(self.list)
            for key, version in self.list.items():
                self.seen.setdefault((key[1], version), time.monotonic())
            self.step = []
        elif kind in ("changed", "removed"):
            self.step.append(event["index"])

    def check_order(self, kind, event):
        index = event["index"]
        if self.cursor:
            _, last = self.cursor.split(".")[:2]
            # the lines of a step have one index, and the cursor comes with the last of them; "resumed" repeats where one is
            self.check(index > int(last) or (index == int(last) and kind == "resumed"), f"index {index} after cursor {self.cursor} ({kind})")
        self.check(all(index == other for other in self.step), f"index {index} within a step of {self.step}")

    def change(self, event):
        key, version = self.key(event["instance"]), self.state(event["instance"])
        self.check(version >= self.list.get(key, -1), f"{key} went back from {self.list.get(key)} to {version}")
        self.list[key] = version

    def check(self, holds, text):
        if not holds:
            self.problems.append(text)

    @staticmethod
    def key(instance):
        return instance["node"], instance["id"]

    @staticmethod
    def state(instance):
        return int(instance["metadata"]["v"])


class Poll(threading.Thread):
    """Blocking Consul queries against one server over its deaths, and REST queries whose lists the watchers' steps must equal."""

    def __init__(self, server, service):
        super().__init__(daemon=True)
        self.server = server
        self.service = service
        self.stopping = False
        self.problems = []
        self.index = 0
        self.lists = {}
        self.answers = 0

    def run(self):
        body = None
        while not self.stopping:
            try:
                answer = self.server.get(f"/v1/health/service/{self.service}?index={self.index}&wait=1s", timeout=4)
                if answer.status != 200:
                    continue
                if answer.index < self.index:
                    self.problems.append(f"{self.server.node}: the index went back from {self.index} to {answer.index}")
                if answer.index == self.index and body is not None and answer.body != body:
                    self.problems.append(f"{self.server.node}: two lists for index {answer.index}")
                self.index, body = answer.index, answer.body
                self.answers += 1
                rest = self.server.get(f"/api/v1/instances?service={self.service}", timeout=4)
                if rest.status == 200 and "services" in rest.json():
                    for one in rest.json()["services"]:
                        if "instances" in one:
                            self.lists[one["index"]] = {Watch.key(i): Watch.state(i) for i in one["instances"]}
            except (OSError, http.client.HTTPException, ValueError):
                time.sleep(0.05)


class Writer(threading.Thread):
    """Registers states with growing numbers and removes them, through whichever server answers; keeps what was acknowledged."""

    def __init__(self, servers):
        super().__init__(daemon=True)
        self.servers = servers
        self.chance = random.Random(SEED)
        self.gate = threading.Lock()
        self.stopping = False
        self.version = 0
        self.truth = {}
        self.acknowledged = []

    def run(self):
        while not self.stopping:
            with self.gate:
                service, number = self.chance.choice(SERVICES), self.chance.randrange(IDS)
                one = f"{service}-{number}"
                if one in self.truth and self.chance.random() < 0.3:
                    self.send("DELETE", f"/api/v1/instances/{one}", None, (204,))
                    del self.truth[one]
                else:
                    self.version += 1
                    self.send("POST", "/api/v1/instances", {
                        "service": service, "id": one, "address": "10.0.0.1", "port": 80, "metadata": {"v": str(self.version)}}, (200, 201))
                    self.truth[one] = self.version
                    self.acknowledged.append((time.monotonic(), service, one, self.version))
            time.sleep(0.02)

    def send(self, method, path, body, accepted):
        began = time.monotonic()
        while True:
            try:
                headers = {"Content-Type": "application/json"} if body else {}
                status = self.chance.choice(self.servers).call(method, path, body, headers, timeout=1).status
                # gone everywhere, by an attempt that was not answered; not just unknown to one for another moment
                if status in accepted or (status == 404 and time.monotonic() - began > 1):
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.02)


class HistoryTest(unittest.TestCase):
    def test_watchers_of_servers_that_die_see_a_history_that_was(self):
        cluster = Cluster(name="history")
        self.addCleanup(cluster.end)
        cluster.start()
        servers = cluster.servers
        writer = Writer(servers)
        watches = [Watch([server], service) for server in servers for service in SERVICES]
        watches += [Watch(servers[shift:] + servers[:shift], SERVICES[0]) for shift in range(3)]
        polls = [Poll(server, SERVICES[0]) for server in servers]
        for thread in [writer, *watches, *polls]:
            thread.start()

        def act(action, seconds):
            with writer.gate:
                time.sleep(0.2)
                action()
            time.sleep(seconds)

        one, two, three = servers
        act(lambda: None, 2)
        for _ in range(ROUNDS):
            act(two.kill, 1.5)
            act(lambda: cluster.again(two), 2)
            act(lambda: three.signal(signal.SIGSTOP), 1.5)
            act(lambda: three.signal(signal.SIGCONT), 2)
            act(one.kill, 1.5)
            act(lambda: cluster.again(one), 2)
        writer.stopping = True
        writer.join(10)

        def is_settled(watch):
            truth = {key: version for key, version in writer.truth.items() if key.startswith(watch.service)}
            return {one: version for (_, one), version in watch.list.items()} == truth

        for watch in watches:
            eventually(lambda watch=watch: is_settled(watch), 15, f"a watcher of {watch.service} ends with the truth")
        for thread in [*watches, *polls]:
            thread.stopping = True
        time.sleep(0.3)

        compared = self.compare(watches, polls)
        late = self.report(writer, watches, polls, compared)
        self.assertEqual([], [problem for thread in [*watches, *polls] for problem in thread.problems])
        self.assertGreater(compared, 20, "steps were compared with queries")
        self.assertGreater(len(writer.acknowledged), 100)
        self.assertLess(late, float("inf"), "every acknowledged state was seen, or one that replaced it")
        alone = [watch for watch in watches if len(watch.servers) == 1]
        self.assertGreater(sum(watch.counts["resumed"] for watch in alone), 0, "some went on with their cursors")
        self.assertGreater(sum(watch.counts["resync"] for watch in watches if len(watch.servers) > 1), 0, "another server says resync")

    def compare(self, watches, polls):
        """Every list that a query gave at an index, against every watcher's list at that index of the same server."""
        compared = 0
        for watch in watches:
            for (_, index), shown in watch.steps.items():
                for poll in polls:
                    if watch.service == poll.service and index in poll.lists:
                        compared += 1
                        if poll.lists[index] != shown:
                            watch.problems.append(f"{poll.server.node} at {index}: a query gives {poll.lists[index]}, the stream {shown}")
        return compared

    def report(self, writer, watches, polls, compared):
        """Worst time from an acknowledgement to the watchers of live servers seeing that state or a later one."""
        worst = 0
        for watch in watches:
            for at, service, one, version in writer.acknowledged:
                if service == watch.service:
                    seen = [when for (id_, state), when in watch.seen.items() if id_ == one and state >= version]
                    removed = one not in writer.truth or writer.truth[one] < version
                    worst = max(worst, min(seen) - at if seen else 0 if removed else float("inf"))
        figures = Figures("W7 The history that watchers see while servers die", "what", "figure")
        figures.add("writes acknowledged", f"{len(writer.acknowledged)} registrations, through three servers")
        figures.add("servers", "node-2 killed and started, node-3 stopped for 1.5 s, node-1 killed and started")
        for kind in ("changed", "removed", "snapshot", "resync", "resumed", "broken"):
            figures.add(f"lines `{kind}`" if kind != "broken" else "streams that broke", sum(watch.counts[kind] for watch in watches))
        figures.add("steps equal to a query at their index", compared)
        figures.add("blocking answers, no index went back", sum(poll.answers for poll in polls))
        figures.add("longest from an acknowledgement to all watchers, outages included", f"{worst:.2f} s")
        figures.add("problems", sum(len(thread.problems) for thread in [*watches, *polls]))
        figures.write()
        return worst


if __name__ == "__main__":
    unittest.main()
