"""Muster's JSON against answers captured from a real Consul agent, for the same registrations.

Compared is everything: which keys, in which order, of which type, with which value, and the headers. What differs from
run to run or by design is listed below and compared by type only.
"""
import difflib
import json
import pathlib
import unittest

from harness import ServerTest

SAMPLES = pathlib.Path(__file__).with_name("samples")

# Name of a field -> why its value is not compared.
VOLATILE = {
    "CreateIndex": "a position in history",
    "ModifyIndex": "a position in history",
    "LastIndex": "a position in history",
    "LastTerm": "a position in history",
    "StableSince": "the time of day",
    "ContentHash": "opaque by its definition",
    "Output": "what a probe saw last",
    "Interval": "empty in the captured version; newer ones and Muster tell it",
    "Timeout": "empty in the captured version; newer ones and Muster tell it",
    "NodeID": "a random UUID",
    "Version": "the captured version is older than the one that Muster claims to be",
    "Revision": "names the build",
    "ServerPort": "the captured agent was told another port",
    "EnableLocalScriptChecks": "the captured agent was told to run scripts",
    "EnableRemoteScriptChecks": "the captured agent was told to run scripts",
    "Port@members": "the captured agent was told another port",
    "Port@Member": "the captured agent was told another port",
    "Address@Servers": "the captured agent was told another port",
    "ID@Servers": "a random UUID",
    "ID@Node": "a random UUID",
    "id@Tags": "a random UUID",
    "build@Tags": "names the build",
    "port@Tags": "the captured agent was told another port",
    "agent@Stats": "counts",
    "build@Stats": "names the build",
    "leader_addr@consul": "the captured agent was told another port",
    "bootstrap@consul": "Muster is always a server by itself",
    "runtime@Stats": "names the machine",
}

# Where Muster shows only what clients read: sections of agent/self of which a part of the captured keys is there, in order.
PARTIAL = ("DebugConfig", "Stats", "raft", "serf_lan", "serf_wan", "Tags", "xDS", "SupportedProxies")

# Fields that newer versions than the captured one have, and Muster too.
NEWER = {"self": ("BuildDate", "Port@xDS", "Ports"), "operator-raft": ("LastIndex",)}

# Consul's own server service: Muster lists itself in that place, with metadata of its own.
SERVER_SERVICE = "consul"

ALWAYS = {"Content-Type": "application/json", "Vary": "Accept-Encoding", "X-Consul-Default-Acl-Policy": "allow"}
QUERY = ALWAYS | {
    "X-Consul-Index": None, "X-Consul-Knownleader": "true", "X-Consul-Lastcontact": "0",
    "X-Consul-Effective-Consistency": "leader", "X-Consul-Query-Backend": "blocking-query"}
HASHED = ALWAYS | {"X-Consul-Contenthash": None}
NOT_COMPARED = {"Content-Length", "Date"}


def without_own_service(document):
    if document["Services"].pop(SERVER_SERVICE)["Tags"] != []:
        raise AssertionError("the server's own service has tags")
    return document


def without_own_service_in_list(document):
    document["Services"] = [service for service in document["Services"] if service["ID"] != SERVER_SERVICE]
    return document


def with_sorted_tags(document):
    return {name: sorted(tags) for name, tags in document.items()}


def kinds_of_metrics(document):
    """Which metrics there are is each server's own affair: what one of each kind looks like is not."""
    kind = lambda value: type(value).__name__ if not isinstance(value, (int, float)) else "number"
    return {name: kind(value) if not isinstance(value, list) else [{key: kind(item) for key, item in value[0].items()}] if value else []
            for name, value in document.items()}


# Sample -> path, headers, what to do to both documents first.
TABLE = {
    "agent-checks": ("/v1/agent/checks", ALWAYS, None),
    "agent-service": ("/v1/agent/service/full-1", HASHED, None),
    "agent-services": ("/v1/agent/services", ALWAYS, None),
    "autopilot-health": ("/v1/operator/autopilot/health", ALWAYS, None),
    "catalog-node": ("/v1/catalog/node/vm", QUERY, without_own_service),
    "catalog-node-services": ("/v1/catalog/node-services/vm", QUERY, without_own_service_in_list),
    "catalog-nodes": ("/v1/catalog/nodes", QUERY, None),
    "catalog-service": ("/v1/catalog/service/full", QUERY, None),
    "catalog-services": ("/v1/catalog/services", QUERY, with_sorted_tags),
    "coord-dcs": ("/v1/coordinate/datacenters", ALWAYS, None),
    "coord-nodes": ("/v1/coordinate/nodes", QUERY, None),
    "health-node": ("/v1/health/node/vm", QUERY, None),
    "health-service": ("/v1/health/service/full", QUERY, None),
    "members": ("/v1/agent/members", ALWAYS, None),
    "metrics": ("/v1/agent/metrics", ALWAYS, kinds_of_metrics),
    "operator-raft": ("/v1/operator/raft/configuration", ALWAYS, None),
    "self": ("/v1/agent/self", ALWAYS, None),
}


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


def blank(value, parent=""):
    """A copy of a document in which every volatile value is only its type's name."""
    if isinstance(value, dict):
        place = "Node" if "Node" in value and "ID" in value else parent
        copy = {}
        for name, item in value.items():
            volatile = name in VOLATILE or f"{name}@{place}" in VOLATILE or f"{name}@{parent}" in VOLATILE
            copy[name] = f"<{type(item).__name__}>" if volatile else blank(item, name)
        return copy
    if isinstance(value, list):
        return [blank(item, parent) for item in value]
    return value


def only_shared(captured, actual, name=""):
    """The captured document without the keys that Muster leaves out of the sections it shows in part."""
    if isinstance(captured, dict) and isinstance(actual, dict):
        return {key: only_shared(item, actual.get(key), key) for key, item in captured.items() if key in actual or name not in PARTIAL}
    if isinstance(captured, list) and isinstance(actual, list) and len(captured) == len(actual):
        return [only_shared(ours, theirs, name) for ours, theirs in zip(captured, actual)]
    return captured


def without_newer(document, newer, parent=""):
    if isinstance(document, dict):
        return {name: without_newer(item, newer, name) for name, item in document.items()
                if name not in newer and f"{name}@{parent}" not in newer}
    if isinstance(document, list):
        return [without_newer(item, newer, parent) for item in document]
    return document


def text(document, sample):
    return json.dumps(blank(document, sample), indent=1).split("\n")


class SamplesTest(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        register_all(cls.server)

    def test_every_sample_is_in_the_table(self):
        self.assertEqual(sorted(TABLE), sorted(path.stem for path in SAMPLES.glob("*.json")))

    def test_bodies(self):
        for sample, (path, _, adjust) in TABLE.items():
            with self.subTest(sample):
                self.compare(sample, path, adjust or (lambda document: document))

    def compare(self, sample, path, adjust):
        answer = self.server.get(path)
        self.assertEqual(200, answer.status, answer)
        actual = without_newer(adjust(answer.json()), NEWER.get(sample, ()))
        captured = only_shared(adjust(json.loads((SAMPLES / f"{sample}.json").read_text("utf-8"))), actual)
        expected, actual = text(captured, sample), text(actual, sample)
        if expected != actual:
            difference = difflib.unified_diff(expected, actual, f"Consul's {sample}", "Muster's answer", lineterm="", n=4)
            self.fail("\n".join(difference))

    def test_headers(self):
        for sample, (path, expected, _) in TABLE.items():
            with self.subTest(sample):
                headers = {name: value for name, value in self.server.get(path).headers.items() if name not in NOT_COMPARED}
                self.assertEqual(sorted(expected), sorted(headers))
                for name, value in expected.items():
                    self.assertEqual(value or headers[name], headers[name], name)
                    self.assertTrue(headers[name], name)

    def test_pretty_is_indented_as_captured(self):
        pretty = self.server.get("/v1/health/service/full?pretty").text.split("\n")
        captured = (SAMPLES / "health-service.json").read_text("utf-8").split("\n")
        self.assertEqual([len(line) - len(line.lstrip()) for line in captured], [len(line) - len(line.lstrip()) for line in pretty])


if __name__ == "__main__":
    unittest.main()
