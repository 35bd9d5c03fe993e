"""A sidecar through a server's life: registered inside its service, kept over a kill, gone with its service."""
import unittest

from harness import Server


class SidecarTest(unittest.TestCase):
    def test_a_sidecar_survives_a_kill_and_leaves_with_its_service(self):
        server = Server(dev=False, name="sidecars")
        self.addCleanup(server.end)
        server.start()
        server.register("web", ID="web-1", Port=8080, Lease="30s", Connect={"SidecarService": {
            "Proxy": {"Config": {"z": 1, "a": 2.5}, "Upstreams": [{"DestinationName": "db", "LocalBindPort": 9191}]}}})
        server.register("native", Port=1, Connect={"Native": True})
        before = self.shown(server)
        self.assertEqual(["web-1-sidecar-proxy"], [entry["Service"]["ID"] for entry in before["/v1/health/connect/web"]])
        self.assertEqual(["native"], [row["ServiceID"] for row in before["/v1/catalog/connect/native"]])
        server.kill()
        server.start()
        self.assertEqual(before, self.shown(server))
        index = server.get("/v1/health/connect/web").index
        self.assertEqual(200, server.deregister("web-1").status)
        answer = server.get(f"/v1/health/connect/web?index={index}&wait=5s")
        self.assertEqual([], answer.json())
        self.assertGreater(answer.index, index)
        self.assertNotIn("web-1-sidecar-proxy", server.get("/v1/agent/services").json())

    @staticmethod
    def shown(server):
        """What the answers say about proxies, without what probing them changes."""
        documents = {path: server.get(path).json() for path in (
            "/v1/agent/services", "/v1/catalog/connect/web", "/v1/catalog/connect/native", "/v1/health/connect/web")}
        for entry in documents["/v1/health/connect/web"]:
            entry["Checks"] = sorted(check["CheckID"] for check in entry["Checks"])
        return documents


if __name__ == "__main__":
    unittest.main()
