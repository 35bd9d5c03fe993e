"""Loops of tools that live on Consul's HTTP API: a templating daemon, a balancer's provider, an exporter.

Each is written as such tools are: first read with index=0, stale reads, indexes that may be reset,
answers that are the same counted once, lists paired by position.
"""
import hashlib
import json
import random
import threading
import time
import unittest
import urllib.parse

from harness import ServerTest, eventually

MAX_STALE_MILLISECONDS = 10_000
CHURN_SECONDS = 2.5
WAIT_SECONDS = 2


class Dependency(threading.Thread):
    """One query of a template: waits for another index, and tells of each answer that differs from the one before."""

    def __init__(self, server, path, changed):
        super().__init__(daemon=True)
        self.server, self.path, self.changed = server, path, changed
        self.index, self.digest, self.data = 0, None, None
        self.reads = self.told = 0
        self.stopping = False
        self.problems = []

    def run(self):
        while not self.stopping:
            answer = self.read(stale=True)
            if int(answer.headers["X-Consul-LastContact"]) > MAX_STALE_MILLISECONDS:
                answer = self.read(stale=False)
            self.take(answer)

    def read(self, stale):
        arguments = {"index": self.index, "wait": f"{WAIT_SECONDS}s"} | ({"stale": ""} if stale else {})
        separator = "&" if "?" in self.path else "?"
        answer = self.server.get(self.path + separator + urllib.parse.urlencode(arguments))
        if answer.status != 200 or answer.headers["X-Consul-KnownLeader"] != "true":
            self.problems.append(f"{self.path}: {answer} {dict(answer.headers)}")
        self.reads += 1
        return answer

    def take(self, answer):
        if answer.index < 1:
            self.problems.append(f"{self.path}: index {answer.index}")
        if answer.index == self.index:
            return
        self.index = 0 if answer.index < self.index else answer.index
        digest = hashlib.sha256(answer.body).digest()
        if digest != self.digest:
            self.digest, self.data = digest, answer.json()
            self.told += 1
            self.changed()


class TemplateDaemon:
    """Renders a file from several services; writes it only when its text changed."""

    def __init__(self, server, services):
        self.services = services
        self.lock = threading.Lock()
        self.text = None
        self.writes = 0
        self.dependencies = [Dependency(server, f"/v1/health/service/{name}?passing", self.render) for name in services]
        self.dependencies.append(Dependency(server, "/v1/catalog/services", self.render))
        self.dependencies.append(Dependency(server, "/v1/catalog/nodes", self.render))

    def start(self):
        for dependency in self.dependencies:
            dependency.start()

    def stop(self):
        for dependency in self.dependencies:
            dependency.stopping = True

    def render(self):
        with self.lock:
            if any(dependency.data is None for dependency in self.dependencies):
                return
            text = "\n".join(f"upstream {name} {{ {' '.join(self.servers(dependency.data))} }}"
                             for name, dependency in zip(self.services, self.dependencies))
            if text != self.text:
                self.text = text
                self.writes += 1

    @staticmethod
    def servers(entries):
        # as consul-template sorts them: by node, then by id
        rows = [(entry["Node"]["Node"], entry["Service"]["ID"], entry["Service"]["Address"] or entry["Node"]["Address"],
                 entry["Service"].get("Port", 0)) for entry in entries]
        if rows != sorted(rows):
            raise AssertionError(f"not in order: {rows}")
        return [f"{address}:{port}" for _, _, address, port in rows]


class TemplatingTest(ServerTest):
    def setUp(self):
        for service in list(self.server.get("/v1/agent/services").json()):
            self.server.deregister(service)

    def test_a_template_follows_and_is_written_once_for_each_change(self):
        names = ("api", "web", "worker")
        daemon = TemplateDaemon(self.server, names)
        began = time.monotonic()
        daemon.start()
        try:
            eventually(lambda: daemon.text is not None, 5, "the first rendering")
            self.assertEqual("\n".join(f"upstream {name} {{  }}" for name in names), daemon.text)
            expected = {name: [] for name in names}
            generator = random.Random(5)
            changes = 0
            for step in range(12):
                name = generator.choice(names)
                number = step + 1
                if generator.random() < 0.3 and expected[name]:
                    gone = expected[name].pop()
                    self.server.deregister(f"{name}-{gone}")
                else:
                    self.server.register(name, ID=f"{name}-{number:03}", Address="10.0.0.1", Port=8000 + number)
                    expected[name].append(f"{number:03}")
                changes += 1
                wanted = "\n".join(
                    f"upstream {each} {{ {' '.join(f'10.0.0.1:{8000 + int(number)}' for number in expected[each])} }}" for each in names)
                eventually(lambda: daemon.text == wanted, 5, f"rendering {step}: {wanted}")
            self.assertEqual(changes + 1, daemon.writes)
            # what is registered again as it is, and a service in no template but the list, write nothing
            self.server.register("elsewhere", Port=1)
            time.sleep(0.2)
            self.assertEqual(changes + 1, daemon.writes)
        finally:
            daemon.stop()
        for dependency in daemon.dependencies:
            self.assertEqual([], dependency.problems)
            in_vain = dependency.reads - dependency.told
            self.assertLessEqual(in_vain, 3 + (time.monotonic() - began) / WAIT_SECONDS, f"{dependency.path}: woken for nothing")

    def test_lists_of_catalog_and_health_pair_by_position(self):
        stop = threading.Event()

        def churn():
            generator = random.Random(9)
            while not stop.is_set():
                number = generator.randrange(40)
                if generator.random() < 0.3:
                    self.server.deregister(f"p-{number}")
                elif number % 3 == 0:
                    self.server.put("/v1/catalog/register", {
                        "Node": f"N{number % 4}", "Address": "10.0.0.9",
                        "Service": {"Service": "paired", "ID": f"P-{number}", "Port": number + 1, "Tags": [f"t{number}"]}})
                else:
                    self.server.register("paired", ID=f"p-{number}", Port=number + 1, Tags=[f"t{number}"])

        churner = threading.Thread(target=churn, daemon=True)
        churner.start()
        compared = 0
        deadline = time.monotonic() + CHURN_SECONDS
        try:
            while time.monotonic() < deadline:
                rows = self.server.get("/v1/catalog/service/paired?stale")
                entries = self.server.get("/v1/health/service/paired?stale")
                if rows.index != entries.index:
                    continue
                compared += 1
                pairs = list(zip(rows.json(), entries.json(), strict=True))
                for row, entry in pairs:
                    self.assertEqual(
                        (row["Node"], row["ServiceID"], row["ServicePort"], row["ServiceTags"]),
                        (entry["Node"]["Node"], entry["Service"]["ID"], entry["Service"]["Port"], entry["Service"]["Tags"]))
        finally:
            stop.set()
            churner.join()
        self.assertGreater(compared, 3)
        self.assertGreater(len(pairs), 5)

    def test_an_exporter_counts_what_is_there(self):
        self.server.register("one", ID="one-1", Port=1, Tags=["a"], Check={"TTL": "60s", "Status": "passing"})
        self.server.register("one", ID="one-2", Port=2, Tags=["b"], Check={"TTL": "60s", "Status": "critical"})
        self.server.register("two", Port=3)
        self.server.put("/v1/agent/maintenance?enable=true&reason=x")
        try:
            metrics = self.scrape()
        finally:
            self.server.put("/v1/agent/maintenance?enable=false")
        self.assertEqual(1, metrics["consul_up"])
        self.assertEqual(1, metrics["consul_raft_leader"])
        self.assertEqual(1, metrics["consul_raft_peers"])
        self.assertEqual(1, metrics["consul_serf_lan_members"])
        services = {name for name in self.server.get("/v1/catalog/services").json()}
        self.assertEqual(len(services), metrics["consul_catalog_services"])
        self.assertLessEqual({"one", "two", "consul"}, services)
        self.assertEqual(1, metrics[("consul_service_checks", "service:one-1", "passing")])
        self.assertEqual(1, metrics[("consul_service_checks", "service:one-2", "critical")])
        self.assertEqual(1, metrics[("consul_node_checks", "_node_maintenance", "critical")])
        self.assertEqual(1, metrics[("consul_node_checks", "serfHealth", "passing")])
        # the node is in maintenance: nothing on it counts as healthy
        self.assertEqual([0, 0, 0], [metrics[("healthy", each)] for each in ("one-1", "one-2", "two")])
        again = self.scrape()
        self.assertEqual([1, 0, 1], [again[("healthy", each)] for each in ("one-1", "one-2", "two")])

    def scrape(self):
        """One scrape as an exporter does it: stale reads only."""
        get = lambda path: self.server.get(path + ("&" if "?" in path else "?") + "stale").json()
        metrics = {"consul_up": 1}
        metrics["consul_raft_leader"] = int(get("/v1/status/leader") != "")
        metrics["consul_raft_peers"] = len(get("/v1/status/peers"))
        metrics["consul_serf_lan_members"] = sum(1 for member in get("/v1/agent/members") if member["Status"] == 1)
        services = get("/v1/catalog/services")
        metrics["consul_catalog_services"] = len(services)
        for service in services:
            for entry in get("/v1/health/service/" + urllib.parse.quote(service)):
                states = [check["Status"] for check in entry["Checks"]]
                metrics[("healthy", entry["Service"]["ID"])] = int(all(state == "passing" for state in states))
        for check in get("/v1/health/state/any"):
            kind = "consul_service_checks" if check["ServiceID"] else "consul_node_checks"
            metrics[(kind, check["CheckID"], check["Status"])] = 1
        return metrics

    def test_a_reset_index_is_survived(self):
        """What comes from another server: an index ahead is answered at once, and the loop starts over from 0."""
        self.server.register("reset", Port=1)
        real = self.server.get("/v1/health/service/reset")
        began = time.monotonic()
        answer = self.server.get(f"/v1/health/service/reset?index={real.index + 10 ** 9}&wait=10s")
        self.assertLess(time.monotonic() - began, 3)
        self.assertEqual((real.index, json.loads(real.body)), (answer.index, answer.json()))


if __name__ == "__main__":
    unittest.main()
