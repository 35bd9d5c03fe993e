"""The REST API as a foreign program uses it: with nothing but HTTP and JSON."""
import http.client
import json
import time
import unittest

from harness import NODE, ServerTest, eventually

JSON = {"Content-Type": "application/json"}


class RestTest(ServerTest):
    def post(self, **members):
        return self.server.call("POST", "/api/v1/instances", members, headers=JSON)

    def test_register_query_explain_and_deregister(self):
        answer = self.post(service="payments", id="payments-1", address="10.6.0.1", port=8080, tags=["v2"],
                           metadata={"k": "v"}, region="eu", zone="eu-1", ports={"metrics": 9100})
        self.assertEqual(201, answer.status, answer)
        self.assertTrue(answer.headers["Location"].endswith("/api/v1/services/payments/instances/payments-1"))
        self.assertEqual(200, self.post(service="payments", id="payments-1", address="10.6.0.1", port=8080).status)

        service = self.server.get("/api/v1/services/payments").json()
        instance, = service["instances"]
        self.assertEqual((NODE, "payments", "passing", True), (
            service["servedBy"], service["service"], instance["health"], instance["usable"]))
        self.assertTrue(instance["reasons"])
        explained = self.server.get("/api/v1/services/payments/instances/payments-1").json()
        self.assertEqual("payments-1", explained["instance"]["id"])
        self.assertEqual("registered", explained["events"][0]["kind"])

        # The same instance in the other dialects.
        self.assertEqual(["payments-1"], self.server.passing("payments"))
        self.assertEqual(["10.6.0.1"], self.server.dig_short("payments.service.consul"))

        self.assertEqual(204, self.server.call("DELETE", "/api/v1/instances/payments-1").status)
        self.assertEqual([], self.server.passing("payments"))
        self.assertEqual(404, self.server.get("/api/v1/services/payments/instances/payments-1").status)
        events = self.server.get("/api/v1/services/payments/timeline").json()["events"]
        self.assertEqual("deregistered", events[-1]["kind"])

    def test_a_lease_expires_with_its_cause(self):
        self.assertEqual(201, self.post(service="leased", port=1, leaseSeconds=1).status)
        budget = self.server.get("/api/v1/services/leased/staleness").json()["totalSeconds"]
        for _ in range(4):
            time.sleep(0.5)
            self.assertEqual(204, self.server.put("/api/v1/instances/leased/renew").status)
        index = self.server.get("/v1/health/service/leased").index
        began = time.monotonic()
        eventually(lambda: not self.server.passing("leased"), budget + 2, "the lease expired")
        self.assertGreater(time.monotonic() - began, 0.5)
        self.assertGreater(self.server.get("/v1/health/service/leased").index, index)
        self.assertEqual(404, self.server.put("/api/v1/instances/leased/renew").status)
        last = self.server.get("/api/v1/services/leased/timeline").json()["events"][-1]
        self.assertEqual("expired", last["kind"])
        self.assertRegex(last["cause"], r"^expired: last \w+ [\d.]+ s ago, \w+ 1 s$")

    def test_a_renewal_is_no_write(self):
        self.post(service="renewed", port=1, leaseSeconds=60)
        before = self.server.get("/v1/catalog/services").index
        for _ in range(5):
            self.server.put("/api/v1/instances/renewed/renew")
        self.assertEqual(before, self.server.get("/v1/catalog/services").index)

    def test_wrong_requests_get_a_problem_document_with_every_error(self):
        answer = self.post(service="x", port=70000, leaseSeconds=-1, nonsense=1)
        self.assertEqual(400, answer.status)
        self.assertEqual("application/problem+json", answer.headers["Content-Type"])
        self.assertIn("nonsense", answer.text)
        answer = self.post(service="bad name!", port=70000, leaseSeconds=-1)
        self.assertEqual({"service", "port", "leaseSeconds"}, {error["field"] for error in answer.json()["errors"]})
        self.assertEqual(404, self.server.get("/api/v1/services/nobody").status)
        self.assertEqual(404, self.server.put("/api/v1/instances/nobody/renew").status)
        self.assertEqual(404, self.server.call("DELETE", "/api/v1/instances/nobody").status)
        plain = self.server.call("POST", "/api/v1/instances", '{"service":"x"}', headers={"Content-Type": "text/plain"})
        self.assertEqual(415, plain.status)

    def test_health_filters(self):
        self.server.register("mixed", ID="m-ok", Port=1)
        self.server.register("mixed", ID="m-warn", Check={"TTL": "600s", "Status": "warning"})
        self.server.register("mixed", ID="m-bad", Check={"TTL": "600s", "Status": "critical"})
        for health, ids in (("any", {"m-ok", "m-warn", "m-bad"}), ("usable", {"m-ok", "m-warn"}), ("passing", {"m-ok"})):
            answer = self.server.get(f"/api/v1/services/mixed?health={health}").json()
            self.assertEqual(ids, {instance["id"] for instance in answer["instances"]})
        listed = {row["name"]: row for row in self.server.get("/api/v1/services").json()["services"]}["mixed"]
        self.assertEqual((3, 1, 1, 1), tuple(listed[key] for key in ("instances", "passing", "warning", "critical")))

    def test_watch_streams_changes(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.http_port, timeout=10)
        self.addCleanup(connection.close)
        connection.request("GET", "/api/v1/watch/streamed")
        stream = connection.getresponse()
        self.assertEqual((200, "application/x-ndjson"), (stream.status, stream.headers["Content-Type"]))
        self.assertEqual("hello", json.loads(stream.readline())["type"])
        first = json.loads(stream.readline())
        self.assertEqual(("snapshot", []), (first["type"], first["instances"]))
        self.server.register("streamed", Port=1)
        changed = json.loads(stream.readline())
        self.assertEqual(("changed", "streamed"), (changed["type"], changed["instance"]["id"]))
        self.server.deregister("streamed")
        removed = json.loads(stream.readline())
        self.assertEqual(("removed", "streamed"), (removed["type"], removed["id"]))
        self.assertTrue(removed["cause"])
        self.assertLess(first["index"], changed["index"])
        self.assertLess(changed["index"], removed["index"])


if __name__ == "__main__":
    unittest.main()
