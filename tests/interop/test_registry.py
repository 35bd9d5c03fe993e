"""The small registry as a shell script uses it: with curl, beside the other dialects, and over a restart."""
import json
import subprocess
import time
import unittest

from harness import Server, ServerTest, eventually


def curl(server, method, path, body=None):
    """Status and document of one request of Debian's curl."""
    command = ["curl", "-s", "-m", "10", "-X", method, "-w", "\n%{http_code}", f"http://127.0.0.1:{server.http_port}{path}"]
    if body is not None:
        command += ["-d", json.dumps(body)]
    text, status = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout.rsplit("\n", 1)
    return int(status), json.loads(text) if text else None


class RegistryTest(ServerTest):
    def register(self, instance_id, service, **more):
        return curl(self.server, "POST", "/register",
                    {"instance_id": instance_id, "service_name": service, "host": "10.8.0.1", "port": 8080, **more})

    def healthy(self, service):
        return [one["instance_id"] for one in curl(self.server, "GET", f"/instances/{service}")[1]["instances"]]

    def test_an_instance_lives_by_its_heartbeats(self):
        status, made = self.register("beats-1", "beats", ttl_seconds=1, metadata={"version": "1"})
        self.assertEqual((201, "healthy"), (status, made["status"]))
        self.assertEqual(200, self.register("beats-1", "beats", ttl_seconds=1, metadata={"version": "1"})[0])
        for _ in range(4):
            time.sleep(0.5)
            status, beaten = curl(self.server, "PUT", "/heartbeat/beats-1")
            self.assertEqual(200, status)
            self.assertGreaterEqual(beaten["last_heartbeat"], made["last_heartbeat"])
            self.assertEqual(made["registered_at"], beaten["registered_at"])
        self.assertEqual(["beats-1"], self.healthy("beats"))
        eventually(lambda: not self.healthy("beats"), 3, "silence ended it")
        self.assertEqual(404, curl(self.server, "PUT", "/heartbeat/beats-1")[0])
        self.assertEqual(201, self.register("beats-1", "beats")[0])
        self.assertEqual(204, curl(self.server, "DELETE", "/instances/beats-1")[0])
        self.assertEqual(404, curl(self.server, "DELETE", "/instances/beats-1")[0])

    def test_it_is_the_same_catalog_as_everybody_elses(self):
        self.register("shared-1", "shared")
        self.assertEqual(["shared-1"], self.server.passing("shared"))
        self.assertEqual(["10.8.0.1"], self.server.dig_short("shared.service.consul"))
        self.server.put("/v1/agent/service/maintenance/shared-1?enable=true&reason=disks")
        self.assertEqual([], self.healthy("shared"))
        self.assertEqual("unhealthy", curl(self.server, "PUT", "/heartbeat/shared-1")[1]["status"])
        self.server.put("/v1/agent/service/maintenance/shared-1?enable=false")
        self.assertEqual(["shared-1"], self.healthy("shared"))
        self.server.call("PUT", "/api/v1/instances/shared-1/drain")
        self.assertEqual(([], [], []), (self.healthy("shared"), self.server.passing("shared"), self.server.dig_short("shared.service.consul")))

    def test_errors_name_the_field_and_its_rule(self):
        status, answer = curl(self.server, "POST", "/register", {"instance_id": "x", "service_name": "a b", "host": "h", "port": 0})
        self.assertEqual((400, {"service_name", "port"}), (status, {error["field"] for error in answer["errors"]}))
        self.assertTrue(all(error["rule"].startswith("must be") for error in answer["errors"]))
        self.assertEqual(405, curl(self.server, "PUT", "/register")[0])


class RestartTest(unittest.TestCase):
    def test_states_and_epochs_outlive_a_crash(self):
        server = Server(dev=False, name="states")
        self.addCleanup(server.end)
        server.start()
        headers = {"Content-Type": "application/json"}
        life = {"service": "web", "id": "web-1", "address": "10.8.0.2", "port": 1, "epoch": 6, "leaseSeconds": 60}
        self.assertEqual(201, server.call("POST", "/api/v1/instances", life, headers=headers).status)
        drained = server.call("PUT", "/api/v1/instances/web-1/status?epoch=6", {"state": "out_of_service", "reason": "disks"}, headers=headers)
        self.assertEqual(204, drained.status)
        self.assertEqual(201, server.call("POST", "/api/v1/instances", {**life, "id": "web-2", "epoch": 9}, headers=headers).status)
        self.assertEqual(204, server.call("DELETE", "/api/v1/instances/web-2").status)
        before, = server.get("/api/v1/services/web").json()["instances"]
        server.kill()
        server.start()
        after, = server.get("/api/v1/services/web").json()["instances"]
        self.assertEqual(*({key: one[key] for key in ("epoch", "state", "registeredAt", "reasons", "usable")} for one in (before, after)))
        late = server.call("DELETE", "/api/v1/instances/web-1?epoch=5")
        self.assertEqual((409, 6), (late.status, late.json()["currentEpoch"]))
        late = server.call("POST", "/api/v1/instances", {**life, "id": "web-2", "epoch": 8}, headers=headers)
        self.assertEqual((409, 9), (late.status, late.json()["currentEpoch"]))


if __name__ == "__main__":
    unittest.main()
