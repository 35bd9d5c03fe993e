"""What exporters, dashboards and operators ask an agent: the loops of consul_exporter, Telegraf and the Datadog check, and the log.

Shapes are compared with the answers captured from a real agent in samples/.
"""
import http.client
import json
import pathlib
import re
import unittest

from harness import Server, ServerTest, eventually

SAMPLES = pathlib.Path(__file__).with_name("samples")


def sample(name):
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


def shape(value):
    """Names and types, in order."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items()}
    return [shape(item) for item in value] if isinstance(value, list) else type(value).__name__


class SurfaceTest(ServerTest):
    def json(self, path):
        answer = self.server.get(path)
        self.assertEqual((200, "application/json"), (answer.status, answer.headers["Content-Type"]), answer)
        return answer.json()

    def test_operator_answers_have_consuls_shape(self):
        raft = self.json("/v1/operator/raft/configuration")
        self.assertGreater(raft["Servers"][0].pop("LastIndex"), 0)  # newer than the captured version
        for expected, actual in ((sample("operator-raft"), raft), (sample("autopilot-health"), self.json("/v1/operator/autopilot/health"))):
            self.assertEqual(json.dumps(shape(expected)), json.dumps(shape(actual)))

    def test_self_has_consuls_shape(self):
        expected, actual = sample("self"), self.json("/v1/agent/self")
        self.assertEqual(list(expected), list(actual))
        actual["Config"].pop("BuildDate")  # newer than the captured version
        for part in ("Config", "Coord", "Meta"):
            self.assertEqual(json.dumps(shape(expected[part])), json.dumps(shape(actual[part])), part)
        for part in ("Member", "Stats"):
            self.assertEqual(list(expected[part]), list(actual[part]), part)
        self.assertLessEqual(set(actual["DebugConfig"]) - {"Version"}, set(expected["DebugConfig"]) | {"NodeID", "NodeName"})

    def test_metrics_have_consuls_shape_and_names(self):
        self.server.register("counted", Port=1)
        self.server.get("/v1/health/service/counted")

        def with_calls():
            # when an interval of ten seconds has just ended, the calls above are in the one that has begun
            metrics = self.json("/v1/agent/metrics")
            return metrics if metrics["Counters"] else None

        expected, actual = sample("metrics"), eventually(with_calls, 15, "an interval with the calls above")
        self.assertEqual(list(expected), list(actual))
        self.assertRegex(actual["Timestamp"], r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d0 \+0000 UTC$")
        for part in ("Gauges", "Counters", "Samples"):
            self.assertTrue(actual[part], part)
            self.assertEqual({tuple(entry) for entry in expected[part]}, {tuple(entry) for entry in actual[part]}, part)
        names = {gauge["Name"] for gauge in actual["Gauges"]}
        both = {"consul.autopilot.healthy", "consul.consul.state.nodes", "consul.consul.state.services", "consul.raft.last_index",
                "consul.runtime.alloc_bytes", "consul.runtime.total_gc_runs"}
        self.assertLessEqual(both, names)
        self.assertLessEqual(both, {gauge["Name"] for gauge in expected["Gauges"]})

    def test_prometheus_is_off_by_default(self):
        answer = self.server.get("/v1/agent/metrics?format=prometheus")
        self.assert_answer(answer, 415, "Prometheus is not enabled since its retention time is not positive")
        self.assertEqual(answer.text, answer.headers["X-Consul-Reason"])

    def test_host_tells_of_this_machine(self):
        host = self.json("/v1/agent/host")
        self.assertEqual(["Memory", "CPU", "Host", "Disk", "CollectionTime", "Errors"], list(host))
        total = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text("ascii")).group(1)) * 1024
        self.assertEqual(total, host["Memory"]["total"])
        self.assertEqual("linux", host["Host"]["os"])
        self.assertGreater(host["Disk"]["total"], host["Disk"]["used"])
        self.assertGreater(host["Disk"]["inodesTotal"], 0)
        self.assertTrue(all(cpu["modelName"] for cpu in host["CPU"]))

    def test_consul_exporters_loop(self):
        """consul_exporter 0.13: leader, peers, members, nodes, services, each service's health, the state of all checks."""
        self.server.register("exported", ID="exported-1", Port=1, Tags=["a"], Check={"TTL": "600s", "Status": "passing"})
        leader, peers = self.json("/v1/status/leader"), self.json("/v1/status/peers")
        self.assertEqual([leader], peers)
        members = self.json("/v1/agent/members")
        self.assertEqual([1], [member["Status"] for member in members])
        self.assertEqual(["vm.dc1"], [member["Name"] for member in self.json("/v1/agent/members?wan=1")])
        self.assertEqual([leader], [server["Address"] for server in self.json("/v1/operator/raft/configuration")["Servers"]])
        nodes = self.json("/v1/catalog/nodes?stale")
        self.assertEqual(["vm"], [node["Node"] for node in nodes])
        services = self.json("/v1/catalog/services?stale")
        self.assertIn("exported", services)
        for name in services:
            for entry in self.json(f"/v1/health/service/{name}?stale"):
                statuses = {check["Status"] for check in entry["Checks"]}
                self.assertLessEqual(statuses, {"passing", "warning", "critical"})
        checks = self.json("/v1/health/state/any?stale")
        self.assertIn(("vm", "service:exported-1", "passing", "exported"),
                      [(check["Node"], check["CheckID"], check["Status"], check["ServiceName"]) for check in checks])

    def test_telegrafs_and_datadogs_loops(self):
        """Telegraf: agent/metrics, health/state/any. Datadog: agent/self, status, catalog, health, raft configuration."""
        for gauge in self.json("/v1/agent/metrics")["Gauges"]:
            self.assertIsInstance(gauge["Value"], (int, float))
            self.assertIsInstance(gauge["Labels"], dict)
        config = self.json("/v1/agent/self")["Config"]
        self.assertEqual((True, "dc1", "vm"), (config["Server"], config["Datacenter"], config["NodeName"]))
        self.assertTrue(self.json("/v1/status/leader").startswith("127.0.0.1:"))
        for path in ("/v1/catalog/nodes", "/v1/catalog/services", "/v1/health/state/any", "/v1/coordinate/datacenters"):
            self.assertIn(self.server.get(path).status, (200, 404), path)

    def test_health_as_status_code(self):
        self.server.register("balanced", ID="b-1", Port=1, Check={"TTL": "600s", "Status": "warning"})
        answer = self.server.get("/v1/agent/health/service/id/b-1", headers={"Accept": "text/plain"})
        self.assert_answer(answer, 429, "warning")
        self.server.put("/v1/agent/check/pass/service:b-1")
        self.assert_answer(self.server.get("/v1/agent/health/service/name/balanced?format=text"), 200, "passing")

    def test_the_log_is_streamed(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.http_port, timeout=10)
        self.addCleanup(connection.close)
        connection.request("GET", "/v1/agent/monitor?loglevel=info")
        answer = connection.getresponse()
        self.assertEqual((200, "chunked"), (answer.status, answer.headers["Transfer-Encoding"]))
        self.server.put("/v1/agent/reload")
        self.assertRegex(answer.readline().decode("utf-8"), r"^\d{4}-.*Z \[INFO\]  Muster\.\S+: Configuration reloaded")
        self.assertEqual(400, self.server.get("/v1/agent/monitor?loglevel=loud").status)


class PrometheusTest(unittest.TestCase):
    def test_prometheus_under_consuls_path(self):
        server = Server(name="prometheus")
        self.addCleanup(server.end)
        path = server.folder / "telemetry.json"
        path.write_text('{"telemetry": {"prometheus_retention_time": "60s", "disable_hostname": true}}', "utf-8")
        server.flags += ["-config-file", str(path)]
        server.start()
        server.get("/v1/catalog/nodes")
        answer = server.get("/v1/agent/metrics?format=prometheus")
        self.assertEqual((200, "text/plain; version=0.0.4; charset=utf-8"), (answer.status, answer.headers["Content-Type"]))
        for name in ("consul_autopilot_healthy", "consul_state_services", "consul_raft_last_index", "consul_api_http_count",
                     "consul_rpc_query", "muster_catalog_instances", "muster_agent_configuration_stale"):
            self.assertRegex(answer.text, rf"(?m)^{name}[ {{]")
        for line in answer.text.splitlines():
            self.assertRegex(line, r'^(# (TYPE|HELP) \S+ .*|[a-zA-Z_:][\w:]*(\{[^}]*\})? [-+.\deEInfNa]+)$')


if __name__ == "__main__":
    unittest.main()
