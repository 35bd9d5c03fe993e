"""One catalog behind several servers: what an id, a node and a check mean to a client of any of them."""
import json
import pathlib
import socket
import unittest

from cluster import Cluster
from harness import PROGRAM, HttpService, eventually, run

DEFINITIONS = {"services": [{"id": "from-file", "name": "filed", "port": 81, "address": "10.0.0.81"}]}


def address_of_this_machine():
    """An address that is not loopback, so that another server may take over a check of it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # sends nothing
        return probe.getsockname()[0]


class SemanticsTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.cluster = Cluster(name="semantics")
        cls.addClassCleanup(cls.cluster.end)
        one, two, three = cls.cluster.servers
        definitions = pathlib.Path(one.folder) / "services.json"
        definitions.write_text(json.dumps(DEFINITIONS), "utf-8")
        one.flags += ["-config-file", str(definitions)]
        cls.cluster.start()

    def everywhere(self, name, expected, what=lambda entry: (entry["Node"]["Node"], entry["Service"]["ID"])):
        """Waits until all servers show the same instances of a service."""
        def shown(server):
            return sorted(what(entry) for entry in server.get(f"/v1/health/service/{name}").json())
        for server in self.cluster.servers:
            if server.process.poll() is None:
                eventually(lambda server=server: shown(server) == sorted(expected), 10, f"{server.node} shows {expected}, not {shown(server)}")

    def test_agent_calls_reach_an_id_on_any_server(self):
        one, two, three = self.cluster.servers
        one.register("calls", ID="c-1", Port=1, Check={"TTL": "600s"})
        self.everywhere("calls", [("node-1", "c-1")])
        self.assertEqual(200, two.put("/v1/agent/check/pass/service:c-1?note=fine").status)
        eventually(lambda: all(server.passing("calls") == ["c-1"] for server in self.cluster.servers), 5, "passing everywhere")
        self.assertEqual({}, {key: value for key, value in two.get("/v1/agent/services").json().items() if key == "c-1"})
        self.assertIn("c-1", one.get("/v1/agent/services").json())
        self.assertEqual("calls", three.get("/v1/agent/service/c-1").json()["Service"])
        self.assertEqual(200, three.put("/v1/agent/service/maintenance/c-1?enable=true&reason=x").status)
        eventually(lambda: one.get("/v1/agent/health/service/id/c-1").status == 503, 5, "maintenance reached its server")
        self.assertEqual(200, two.deregister("c-1").status)
        self.everywhere("calls", [])

    def test_what_was_registered_through_one_can_be_renewed_through_another_at_once(self):
        one, two, three = self.cluster.servers
        kind = {"Content-Type": "application/json"}
        for number in range(30):
            key = f"soon-{number}"
            one.register("soon", ID=key, Port=1, Check={"TTL": "600s"})
            self.assertEqual(200, two.put(f"/v1/agent/check/pass/service:{key}").status, key)
            body = {"service": "soon-rest", "id": f"rest-{number}", "address": "10.0.0.1", "port": 80, "leaseSeconds": 600}
            self.assertEqual(201, two.call("POST", "/api/v1/instances", body, kind).status)
            self.assertEqual(204, three.put(f"/api/v1/instances/rest-{number}/renew").status, key)
        self.assertEqual(404, three.put("/v1/agent/check/pass/service:nobody").status)

    def test_the_same_address_moves_and_another_is_a_second_instance(self):
        one, two, three = self.cluster.servers
        one.register("moves", ID="m-1", Address="10.0.0.1", Port=80)
        self.everywhere("moves", [("node-1", "m-1")])
        two.register("moves", ID="m-1", Address="10.0.0.1", Port=80)
        self.everywhere("moves", [("node-2", "m-1")])
        self.assertNotIn("m-1", one.get("/v1/agent/services").json())
        one.register("moves", ID="m-1", Address="10.0.0.2", Port=80)
        self.everywhere("moves", [("node-1", "m-1"), ("node-2", "m-1")])
        refused = three.deregister("m-1")
        self.assertEqual(404, refused.status)
        self.assertIn("(node-1, node-2)", refused.text)
        self.assertEqual(200, two.deregister("m-1").status)
        self.everywhere("moves", [("node-1", "m-1")])

    def test_ids_of_rest_and_of_the_small_registry_are_the_clusters(self):
        one, two, three = self.cluster.servers
        kind = {"Content-Type": "application/json"}
        body = {"service": "rested", "id": "r-1", "address": "10.0.0.1", "port": 80, "leaseSeconds": 600, "epoch": 3}
        self.assertEqual(201, one.call("POST", "/api/v1/instances", body, kind).status)
        self.everywhere("rested", [("node-1", "r-1")])
        index = three.get("/v1/health/service/rested").index
        self.assertEqual(200, two.call("POST", "/api/v1/instances", body, kind).status)
        self.assertEqual(204, three.put("/api/v1/instances/r-1/renew?epoch=3").status)
        self.assertEqual(index, three.get("/v1/health/service/rested").index, "neither is a change")
        stale = three.put("/api/v1/instances/r-1/renew?epoch=2")
        self.assertEqual((409, 3), (stale.status, stale.json()["currentEpoch"]))
        self.assertEqual(200, two.call("POST", "/api/v1/instances", {**body, "address": "10.0.0.2", "epoch": 4}, kind).status)
        self.everywhere("rested", [("node-1", "10.0.0.2")], lambda entry: (entry["Node"]["Node"], entry["Service"]["Address"]))
        self.assertEqual(409, three.call("POST", "/api/v1/instances", {**body, "service": "other"}, kind).status)
        small = {"instance_id": "s-1", "service_name": "small", "host": "10.0.0.1", "port": 80}
        self.assertEqual(201, one.call("POST", "/register", small, kind).status)
        self.everywhere("small", [("node-1", "s-1")])
        self.assertEqual(200, two.put("/heartbeat/s-1").status)
        self.assertEqual(204, three.call("DELETE", "/instances/s-1").status)
        self.everywhere("small", [])

    def test_z_a_lost_server_is_adopted_and_comes_back_to_the_truth(self):
        one, two, three = self.cluster.servers
        service = HttpService("--address", "0.0.0.0")
        self.addCleanup(service.kill)
        url = f"http://{address_of_this_machine()}:{service.port}/health"
        one.register("kept", ID="k-probe", Port=1, Check={"HTTP": url, "Interval": "1s", "Timeout": "2s"})
        one.register("kept", ID="k-local", Port=2, Check={"HTTP": f"http://127.0.0.1:{service.port}/health", "Interval": "1s"})
        one.register("kept", ID="k-ttl", Port=3, Check={"TTL": "5s", "Status": "passing"})
        one.register("kept", ID="k-gone", Port=4)
        eventually(lambda: all(len(server.passing("kept")) == 4 for server in self.cluster.servers), 10, "all pass everywhere")
        one.kill()
        self.assertEqual(200, two.deregister("k-gone").status)
        self.assertEqual(200, two.deregister("from-file").status)

        def owner(one_of, server):
            return server.get(f"/api/v1/services/kept/instances/{one_of}").json()["owner"]
        def is_adopted(one_of):
            two.put("/v1/agent/check/pass/service:k-ttl")
            return owner(one_of, two)["adopted"] and owner(one_of, three)["adopted"]
        eventually(lambda: all(is_adopted(one_of) for one_of in ("k-probe", "k-local", "k-ttl")), 30, "the others took them over")
        self.assertEqual([], [entry["Node"]["Node"] for entry in two.get("/v1/health/service/kept").json() if any(
            check["CheckID"] == "serfHealth" and check["Status"] != "passing" for check in entry["Checks"])], "a server is not a host")

        # what a new owner can check it checks; what it cannot keeps its status, and says so
        service.kill()
        eventually(lambda: "k-probe" not in two.passing("kept") and "k-probe" not in three.passing("kept"), 10, "the new owner notices")
        self.assertIn("k-local", two.passing("kept"))
        local = three.get("/api/v1/services/kept/instances/k-local").json()["instance"]
        self.assertEqual([True], [check["stale"] for check in local["checks"] if check["id"] == "service:k-local"])
        self.assertIn("is stale", " ".join(local["reasons"]))
        shown = [check["Output"] for entry in two.get("/v1/health/service/kept").json() for check in entry["Checks"] if check["CheckID"] == "service:k-local"]
        self.assertIn("[stale: ", shown[0])
        explained = run(PROGRAM, "explain", "kept/k-local", "--http-addr", f"http://127.0.0.1:{two.http_port}")
        self.assertIn("which took it over", explained.stdout + explained.stderr)
        self.assertIn("(stale)", explained.stdout)
        # its heartbeats stop, and its new owner ends it
        eventually(lambda: "k-ttl" not in two.passing("kept") and "k-ttl" not in three.passing("kept"), 10, "the TTL ends")

        self.cluster.again(one)
        self.assertNotIn("k-gone", [entry["Service"]["ID"] for entry in one.get("/v1/health/service/kept").json()], "not resurrected")
        eventually(lambda: not owner("k-local", two)["adopted"], 15, "its own server takes it back")
        eventually(lambda: "k-local" not in two.passing("kept"), 10, "and checks it again")
        self.everywhere("kept", [("node-1", "k-local"), ("node-1", "k-probe"), ("node-1", "k-ttl")])
        self.everywhere("filed", [("node-1", "from-file")])


if __name__ == "__main__":
    unittest.main()
