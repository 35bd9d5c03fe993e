"""Watchers under churn: nobody misses the last change, no index goes back, all answers agree."""
import http.client
import json
import random
import threading
import time
import unittest

from harness import ServerTest, eventually

CHURN_SECONDS = 3
WAIT_SECONDS = 2


class Follower(threading.Thread):
    """Follows one query the way every Consul client does: read, remember the index, wait for a newer one."""

    def __init__(self, server, path, headers=None):
        super().__init__(daemon=True)
        self.server = server
        self.path = path + ("&" if "?" in path else "?")
        self.headers = headers or {}
        self.body = None
        self.index = 0
        self.answers = 0
        self.stop = False
        self.problems = []

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.http_port, timeout=30)
        try:
            while not self.stop:
                connection.request("GET", f"{self.path}index={self.index}&wait={WAIT_SECONDS}s", headers=self.headers)
                answer = connection.getresponse()
                body = answer.read()
                if answer.status != 200:
                    self.problems.append(f"{answer.status} {body!r}")
                    return
                index = int(answer.headers["X-Consul-Index"])
                if index < self.index:
                    self.problems.append(f"the index went back from {self.index} to {index}")
                if index == self.index and body != self.body:
                    self.problems.append(f"two bodies for index {index}")
                self.index, self.body = index, body
                self.answers += 1
        except (OSError, http.client.HTTPException, KeyError) as error:
            self.problems.append(repr(error))
        finally:
            connection.close()


class WatchingTest(ServerTest):
    def test_under_churn_every_watcher_ends_with_the_truth(self):
        services = ("alpha", "beta", "gamma")
        forms = ["/v1/health/service/{}?passing", "/v1/health/service/{}", "/v1/health/service/{}?passing&tag=even",
                 "/v1/catalog/service/{}", "/v1/health/checks/{}"]
        followers = [Follower(self.server, form.format(service)) for form in forms for service in services for _ in range(2)]
        followers += [Follower(self.server, "/v1/catalog/services"), Follower(self.server, "/v1/health/state/any"),
                      Follower(self.server, "/v1/health/service/never-there")]
        began = time.monotonic()
        for follower in followers:
            follower.start()
        self.churn(services)
        for follower in followers:
            truth = lambda: self.server.get(follower.path[:-1]).body
            eventually(lambda: follower.body == truth(), 5, f"{follower.path} knows the last state")
        ends_of_waits = (time.monotonic() - began) / WAIT_SECONDS
        for follower in followers:
            follower.stop = True
        for follower in followers:
            self.assertEqual([], follower.problems, follower.path)
        busy = [follower.answers for follower in followers if "never-there" not in follower.path]
        self.assertGreater(min(busy), 3, "the churn reached everybody")
        self.assertLess(followers[-1].answers, ends_of_waits + 2, "a service that is never there wakes nobody")

    def churn(self, services):
        """Random changes over one connection: registrations, changes, states, maintenance, removals."""
        chance = random.Random(11)
        connection = http.client.HTTPConnection("127.0.0.1", self.server.http_port, timeout=10)
        self.addCleanup(connection.close)

        def put(path, body=None):
            connection.request("PUT", path, None if body is None else json.dumps(body))
            connection.getresponse().read()

        until = time.monotonic() + CHURN_SECONDS
        while time.monotonic() < until:
            service, number = chance.choice(services), chance.randrange(8)
            key = f"{service}-{number}"
            action = chance.random()
            if action < 0.4:
                put("/v1/agent/service/register", {
                    "Name": service, "ID": key, "Port": chance.randint(1, 9999),
                    "Tags": ["even" if number % 2 == 0 else "odd"], "Check": {"TTL": "600s", "Status": "passing"}})
            elif action < 0.7:
                put(f"/v1/agent/check/{chance.choice(('pass', 'warn', 'fail'))}/service:{key}")
            elif action < 0.8:
                put(f"/v1/agent/service/maintenance/{key}?enable={chance.choice(('true', 'false'))}")
            else:
                put(f"/v1/agent/service/deregister/{key}")

    def test_every_dialect_agrees_after_the_churn(self):
        services = ("one", "two")
        self.churn(services)
        for service in services:
            usable = {(entry["Service"]["ID"], entry["Service"]["Port"])
                      for entry in self.server.get(f"/v1/health/service/{service}").json()
                      if all(check["Status"] != "critical" for check in entry["Checks"])}
            rest = self.server.get(f"/api/v1/services/{service}?health=usable")
            instances = rest.json()["instances"] if rest.status == 200 else []
            self.assertEqual(usable, {(instance["id"], instance["port"]) for instance in instances})
            ports = sorted({port for _, port in usable})
            by_dns = sorted(int(line.split()[2]) for line in self.server.dig_short("+tcp", f"{service}.service.consul", "SRV"))
            self.assertEqual(ports, by_dns)


if __name__ == "__main__":
    unittest.main()
