"""Real services with real health endpoints, killed for real: each leaves every answer in time.

The time is not a number of this test: it is what the server itself names as its staleness budget.
"""
import http.client
import time
import unittest

from harness import HttpService, ServerTest, eventually

# What the machine may add by being busy with other tests at the same time.
SLACK_SECONDS = 2.0


class KilledServicesTest(ServerTest):
    def budget(self, name):
        answer = self.server.get(f"/api/v1/services/{name}/staleness")
        self.assertEqual(200, answer.status, answer)
        return answer.json()["totalSeconds"]

    def start(self, name, instance, **check):
        service = HttpService()
        self.addCleanup(service.kill)
        self.server.register(
            name, ID=instance, Address="127.0.0.1", Port=service.port,
            Check={"HTTP": service.url, "Interval": "1s", "Timeout": "1s", **check})
        return service

    def ports_by_dns(self, name):
        """The SRV ports that dig gets, or none when the name is gone."""
        return [int(line.split()[2]) for line in self.server.dig_short(f"{name}.service.consul", "SRV")]

    def test_a_killed_service_leaves_http_and_dns_within_the_budget(self):
        kept = self.start("shop", "shop-1")
        killed = self.start("shop", "shop-2")
        eventually(lambda: len(self.server.passing("shop")) == 2, 5, "both instances pass their checks")
        eventually(lambda: len(self.ports_by_dns("shop")) == 2, 2, "both instances are in DNS")
        budget = self.budget("shop")
        self.assertLess(budget, 10, "checks every second cannot need a budget this large")

        killed.kill()
        died = time.monotonic()
        eventually(lambda: self.server.passing("shop") == ["shop-1"], budget + SLACK_SECONDS,
                   "the killed instance left HTTP")
        eventually(lambda: self.ports_by_dns("shop") == [kept.port],
                   max(0.5, budget + SLACK_SECONDS - (time.monotonic() - died)),
                   "the killed instance left DNS")
        self.assertEqual(["127.0.0.1"], self.server.dig_short("shop.service.consul", "A"))
        everybody = self.server.get("/v1/health/service/shop").json()
        states = {entry["Service"]["ID"]: entry["Checks"][-1]["Status"] for entry in everybody}
        self.assertEqual({"shop-1": "passing", "shop-2": "critical"}, states)

    def test_a_service_that_returns_comes_back(self):
        service = self.start("phoenix", "phoenix-1")
        eventually(lambda: self.server.passing("phoenix"), 4, "it passes")
        self.set_status(service, 503)
        eventually(lambda: not self.server.passing("phoenix"), 4, "it left while answering 503")
        self.set_status(service, 429)
        eventually(lambda: self.status_of("phoenix") == "warning", 4, "429 is a warning")
        self.assertEqual([service.port], self.ports_by_dns("phoenix"), "DNS keeps instances that only warn")
        self.set_status(service, 200)
        eventually(lambda: self.server.passing("phoenix"), 4, "it came back")

    def set_status(self, service, status):
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=5)
        connection.request("PUT", f"/status/{status}")
        connection.getresponse().read()
        connection.close()

    def status_of(self, name):
        return self.server.get(f"/v1/health/checks/{name}").json()[0]["Status"]

    def test_failures_before_critical_are_part_of_the_budget(self):
        self.start("once", "once-1")
        thrice = self.start("thrice", "thrice-1", FailuresBeforeCritical=3)
        self.assertGreater(self.budget("thrice"), self.budget("once") + 1.5)
        eventually(lambda: self.server.passing("thrice"), 4, "it passes")
        budget = self.budget("thrice")
        thrice.kill()
        eventually(lambda: not self.server.passing("thrice"), budget + SLACK_SECONDS, "it left HTTP")

    def test_a_critical_service_is_deregistered_to_the_second(self):
        service = self.start("doomed", "doomed-1", DeregisterCriticalServiceAfter="3s")
        eventually(lambda: self.server.passing("doomed"), 4, "it passes")
        service.kill()
        eventually(lambda: not self.server.passing("doomed"), 4, "it is critical")
        critical_since = time.monotonic()
        eventually(lambda: not self.server.get("/v1/catalog/service/doomed").json(), 3 + SLACK_SECONDS, "it is gone")
        self.assertGreater(time.monotonic() - critical_since, 2.5, "it left before its time")
        self.assertNotIn("doomed-1", self.server.get("/v1/agent/services").json())
        self.assertIn("status: NXDOMAIN", self.server.dig("doomed.service.consul"))

    def test_a_silent_heartbeat_leaves_within_the_budget(self):
        self.server.register("beating", Check={"TTL": "2s", "Status": "passing"})
        self.assertEqual(["beating"], self.server.passing("beating"))
        self.server.put("/v1/agent/check/pass/service:beating")
        silent_since = time.monotonic()
        budget = self.budget("beating")
        self.assertLess(budget, 5)
        eventually(lambda: not self.server.passing("beating"), budget + SLACK_SECONDS, "it left HTTP")
        self.assertGreater(time.monotonic() - silent_since, 1.9, "it was expired before its TTL")
        self.assertIn("status: NXDOMAIN", self.server.dig("beating.service.consul"))

    def test_the_budget_is_the_sum_of_its_terms(self):
        self.start("summed", "summed-1")
        budget = self.server.get("/api/v1/services/summed/staleness").json()
        self.assertAlmostEqual(
            budget["totalSeconds"], sum(term["seconds"] for term in budget["terms"]), places=3)


if __name__ == "__main__":
    unittest.main()
