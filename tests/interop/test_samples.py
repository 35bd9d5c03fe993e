"""Muster's JSON against answers captured from a real Consul agent, for the same registrations.

Compared is everything: which keys, in which order, of which type, with which value. What differs
from run to run or by design is listed below and compared by type only.
"""
import difflib
import json
import pathlib
import unittest

from harness import ServerTest

SAMPLES = pathlib.Path(__file__).with_name("samples")

# Differ from run to run: identities, positions in history, and what a probe saw last.
# Interval and Timeout of a check are empty in the captured version; newer ones and Muster tell them.
VOLATILE = {"CreateIndex", "ModifyIndex", "ContentHash", "Output", "Interval", "Timeout"}

# Consul's own server service: Muster lists itself in that place, with metadata of its own.
SERVER_SERVICE = "consul"


def register_all(server):
    """The registrations that the samples were captured with."""
    server.register("web", ID="web-1", Tags=["urlprefix-/foo"], Address="127.0.0.1", Port=28999, Check={"TTL": "600s"})
    for number in (2, 3, 4, 5):
        server.register("api", ID=f"api-{number}", Tags=[f"v{number}", "a.b"], Address=f"10.0.0.{number}",
                        Port=800 + number, Weights={"Passing": number, "Warning": 1})
    server.register("noaddr", Port=99)
    server.register("fq", Address="db.example.com", Port=99)
    server.register("six", Address="2001:db8::1", Port=99)
    server.register("crit", Port=99, Check={"TTL": "600s"})
    server.register(
        "full", ID="full-1", Tags=["t1", "t2"], Address="10.1.1.1", Port=8080, Meta={"k": "v"},
        TaggedAddresses={"wan": {"Address": "198.51.100.1", "Port": 80}}, Weights={"Passing": 10, "Warning": 1},
        EnableTagOverride=True,
        Checks=[{"Name": "h", "HTTP": "http://127.0.0.1:1/", "Interval": "600s"},
                {"CheckID": "ttl1", "TTL": "600s", "Notes": "n"}])


def blank(value):
    """A copy of a document in which every volatile value is only its type's name."""
    if isinstance(value, dict):
        of_a_node = "Node" in value  # where the ID is the node's, a random UUID
        copy = {}
        for name, item in value.items():
            volatile = name in VOLATILE or (name == "ID" and of_a_node)
            copy[name] = f"<{type(item).__name__}>" if volatile else blank(item)
        return copy
    if isinstance(value, list):
        return [blank(item) for item in value]
    return value


def text(document):
    return json.dumps(blank(document), indent=1).split("\n")


class SamplesTest(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        register_all(cls.server)

    def compare(self, sample, path, adjust=lambda document: document):
        captured = json.loads((SAMPLES / f"{sample}.json").read_text("utf-8"))
        answer = self.server.get(path)
        self.assertEqual(200, answer.status, answer)
        expected, actual = text(adjust(captured)), text(adjust(answer.json()))
        if expected != actual:
            difference = difflib.unified_diff(expected, actual, f"Consul's {sample}", "Muster's answer", lineterm="", n=4)
            self.fail("\n".join(difference))

    def test_health_service(self):
        self.compare("health-service", "/v1/health/service/full")

    def test_catalog_service(self):
        self.compare("catalog-service", "/v1/catalog/service/full")

    def test_catalog_nodes(self):
        self.compare("catalog-nodes", "/v1/catalog/nodes")

    def test_catalog_node(self):
        def without_the_servers_own(document):
            own = document["Services"].pop(SERVER_SERVICE)
            self.assertEqual((SERVER_SERVICE, []), (own["Service"], own["Tags"]))
            return document
        self.compare("catalog-node", "/v1/catalog/node/vm", without_the_servers_own)

    def test_catalog_node_services(self):
        def without_the_servers_own(document):
            document["Services"] = [service for service in document["Services"] if service["ID"] != SERVER_SERVICE]
            return document
        self.compare("catalog-node-services", "/v1/catalog/node-services/vm", without_the_servers_own)

    def test_catalog_services(self):
        def tags_sorted(document):
            return {name: sorted(tags) for name, tags in document.items()}
        self.compare("catalog-services", "/v1/catalog/services", tags_sorted)

    def test_agent_services(self):
        self.compare("agent-services", "/v1/agent/services")

    def test_agent_service(self):
        self.compare("agent-service", "/v1/agent/service/full-1")

    def test_agent_checks(self):
        self.compare("agent-checks", "/v1/agent/checks")

    def test_health_node(self):
        self.compare("health-node", "/v1/health/node/vm")

    def test_members(self):
        def the_tags_that_clients_read(document):
            for member in document:
                member["Port"] = 0
                member["Tags"] = {key: member["Tags"][key] for key in ("dc", "role", "segment", "vsn")}
            return document
        self.compare("members", "/v1/agent/members", the_tags_that_clients_read)


if __name__ == "__main__":
    unittest.main()
