"""curl transcripts: statuses, headers and texts that Consul's clients read, or trip over."""
import gzip
import json
import pathlib
import re
import socket
import subprocess
import threading
import time
import unittest
import urllib.parse

from harness import ServerTest, eventually

INDEXED = ("/v1/health/service/plain", "/v1/health/service/plain?passing", "/v1/health/checks/plain",
           "/v1/health/node/vm", "/v1/health/state/any", "/v1/catalog/service/plain", "/v1/catalog/services",
           "/v1/catalog/nodes", "/v1/catalog/node/vm")


class Answer:
    """What curl -i printed, in its parts."""

    def __init__(self, printed):
        head, _, self.body = printed.partition(b"\r\n\r\n")
        first, *lines = head.decode("ascii").split("\r\n")
        self.status = int(first.split()[1])
        self.names = [line.split(":", 1)[0] for line in lines]
        self.headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}

    @property
    def text(self):
        return self.body.decode("utf-8")

    def json(self):
        return json.loads(self.body)

    def __getitem__(self, header):
        return self.headers.get(header.lower())


class HttpRulesTest(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.register("plain", Tags=["a", "b"], Port=1, Meta={"k": "v"})

    def curl(self, path, *arguments):
        done = subprocess.run(
            ["curl", "-s", "-i", "--globoff", "--max-time", "20", *arguments, f"http://127.0.0.1:{self.server.http_port}{path}"],
            capture_output=True, check=True, timeout=30)
        return Answer(done.stdout)

    def put(self, path, body=None, *arguments):
        data = [] if body is None else ["--data-binary", body if isinstance(body, str) else json.dumps(body)]
        return self.curl(path, "-X", "PUT", *data, *arguments)

    def assert_text(self, answer, status, text):
        self.assertEqual((status, text), (answer.status, answer.text))

    # Headers

    def test_every_query_has_consuls_headers(self):
        for path in INDEXED:
            with self.subTest(path):
                answer = self.curl(path)
                self.assertEqual(200, answer.status)
                self.assertEqual("application/json", answer["Content-Type"])
                self.assertGreater(int(answer["X-Consul-Index"]), 0)
                self.assertEqual("true", answer["X-Consul-KnownLeader"])
                self.assertEqual("0", answer["X-Consul-LastContact"])
                self.assertEqual("leader", answer["X-Consul-Effective-Consistency"])
                self.assertEqual("blocking-query", answer["X-Consul-Query-Backend"])
                self.assertEqual("allow", answer["X-Consul-Default-ACL-Policy"])
                self.assertEqual("Accept-Encoding", answer["Vary"])

    def test_header_names_are_spelled_as_go_spells_them(self):
        names = self.curl("/v1/health/service/plain").names
        for name in ("X-Consul-Index", "X-Consul-Knownleader", "X-Consul-Lastcontact", "X-Consul-Effective-Consistency",
                     "X-Consul-Query-Backend", "X-Consul-Default-Acl-Policy"):
            self.assertIn(name, names)

    def test_agent_answers_have_no_index(self):
        for path in ("/v1/agent/services", "/v1/agent/checks", "/v1/agent/self", "/v1/agent/members"):
            with self.subTest(path):
                answer = self.curl(path)
                self.assertEqual(200, answer.status)
                self.assertIsNone(answer["X-Consul-Index"])
                self.assertEqual("application/json", answer["Content-Type"])
                self.assertEqual("allow", answer["X-Consul-Default-ACL-Policy"])
                self.assertEqual("Accept-Encoding", answer["Vary"])

    def test_consistency_is_named(self):
        for query, named in (("", "leader"), ("?consistent", "consistent"), ("?stale", "stale"), ("?leader", "leader")):
            with self.subTest(query):
                self.assertEqual(named, self.curl("/v1/health/service/plain" + query)["X-Consul-Effective-Consistency"])

    # Refusals

    def test_stale_and_consistent_contradict(self):
        self.assert_text(self.curl("/v1/catalog/nodes?stale&consistent"), 400,
                         "Cannot specify ?stale with ?consistent, conflicting semantics.")

    def test_wrong_method_is_405_with_the_right_ones(self):
        for method, path, allowed in (("POST", "/v1/agent/service/register", "OPTIONS,PUT"),
                                      ("GET", "/v1/agent/service/deregister/plain", "OPTIONS,PUT"),
                                      ("GET", "/v1/agent/check/pass/x", "OPTIONS,PUT"),
                                      ("DELETE", "/v1/health/service/plain", "OPTIONS,GET"),
                                      ("PUT", "/v1/status/leader", "OPTIONS,GET")):
            with self.subTest(f"{method} {path}"):
                answer = self.curl(path, "-X", method)
                self.assert_text(answer, 405, f"method {method} not allowed")
                self.assertEqual(allowed, answer["Allow"])
        self.assertEqual(405, self.curl("/v1/catalog/nodes", "-I").status)

    def test_options_tells_the_methods(self):
        answer = self.curl("/v1/catalog/nodes", "-X", "OPTIONS")
        self.assert_text(answer, 200, "")
        self.assertEqual("OPTIONS,GET", answer["Allow"])

    def test_unknown_paths_are_404_in_text(self):
        answer = self.curl("/v1/no/such/thing")
        self.assert_text(answer, 404, "Invalid URL path: not a recognized HTTP API endpoint")
        self.assertTrue(answer["Content-Type"].startswith("text/plain"))
        self.assert_text(self.curl("/nothing"), 404,
                         "Invalid URL path: if attempting to use the HTTP API, ensure the path starts with '/v1/'")

    def test_unknown_ids_are_404_in_text(self):
        for method, path, text in (
                ("GET", "/v1/agent/service/nobody", "unknown service ID: nobody"),
                ("PUT", "/v1/agent/service/deregister/nobody",
                 'Unknown service ID "nobody". Ensure that the service ID is passed, not the service name.'),
                ("PUT", "/v1/agent/check/deregister/nobody",
                 'Unknown check ID "nobody". Ensure that the check ID is passed, not the check name.'),
        ):
            with self.subTest(path):
                answer = self.curl(path, "-X", method)
                self.assert_text(answer, 404, text)
                self.assertEqual("text/plain; charset=utf-8", answer["Content-Type"])

    def test_wrong_registrations_are_refused_with_consuls_words(self):
        register = "/v1/agent/service/register"
        for body, text in (
                ({"Nam": "x"}, 'Request decode failed: json: unknown field "Nam"'),
                ({"Name": "x", "Check": {"TTL": "3s", "Bogus": 1}}, 'Request decode failed: json: unknown field "Bogus"'),
                ({"Port": 1}, "Missing service name"),
                ({"Name": "x", "Address": "0.0.0.0"}, "Invalid service address"),
                ({"Name": "x", "Address": "::"}, "Invalid service address"),
                ({"Name": "x", "Weights": {"Passing": 0, "Warning": 1}}, "Invalid Weights: Passing must be greater than 0"),
                ({"Name": "x", "Check": {"TTL": "3s", "Status": "fine"}},
                 "Status for checks must 'passing', 'warning', 'critical'"),
        ):
            with self.subTest(body):
                self.assert_text(self.put(register, body), 400, text)
        for body, start in (("{", "Request decode failed: "), ("", "Request decode failed: "),
                            ({"Name": 7}, "Request decode failed: "),
                            ({"Name": "x", "Check": {"HTTP": "http://127.0.0.1:1/", "Interval": "1s", "TTL": "1s"}}, "Invalid check: "),
                            ({"Name": "x", "Meta": {"bad key": "v"}}, "Invalid Service Meta: ")):
            with self.subTest(body):
                answer = self.put(register, body)
                self.assertEqual(400, answer.status)
                self.assertTrue(answer.text.startswith(start), answer.text)
        self.assertEqual([], self.curl("/v1/catalog/service/x").json())

    def test_wrong_catalog_registrations_are_500_with_consuls_words(self):
        for body, text in (({"Address": "10.0.0.1"}, "Must provide node"),
                           ({"Node": "n"}, "Must provide address if SkipNodeUpdate is not set"),
                           ({"Node": "n", "Address": "10.0.0.1", "Service": {"ID": "x"}},
                            "Must provide service name (Service.Service) when service ID is provided")):
            with self.subTest(body):
                answer = self.put("/v1/catalog/register", body)
                self.assertEqual(500, answer.status)
                self.assertIn(text, answer.text)

    def test_scripts_are_off(self):
        answer = self.put("/v1/agent/service/register",
                          {"Name": "scripted", "Check": {"Args": ["/bin/true"], "Interval": "10s"}})
        self.assertIn(answer.status, (400, 500))
        self.assertIn("Scripts are disabled on this agent", answer.text)
        self.assertEqual([], self.curl("/v1/catalog/service/scripted").json())

    def test_check_calls_refuse_with_consuls_words(self):
        self.server.register("checked", Check={"HTTP": "http://127.0.0.1:1/", "Interval": "600s"})
        answer = self.curl("/v1/agent/check/pass/service:checked", "-X", "PUT")
        self.assertIn(answer.status, (404, 500))
        self.assertIn('CheckID "service:checked" does not have associated TTL', answer.text)
        self.assert_text(self.put("/v1/agent/check/register", {"TTL": "3s"}), 400, "Missing check name")
        self.server.register("ttl-text", Check={"TTL": "60s"})
        self.assert_text(self.put("/v1/agent/check/update/service:ttl-text", {"Status": "zz"}), 400,
                         "Invalid check status: 'zz'")

    def test_maintenance_refuses_with_consuls_words(self):
        path = "/v1/agent/service/maintenance/plain"
        self.assert_text(self.put(path), 400, "Missing value for enable")
        self.assert_text(self.put(path + "?enable=zz"), 400, 'Invalid value for enable: "zz"')
        self.assertEqual(404, self.put("/v1/agent/service/maintenance/nobody?enable=true").status)

    def test_unknown_datacenter(self):
        for path in ("/v1/catalog/nodes", "/v1/health/service/plain", "/v1/catalog/services"):
            with self.subTest(path):
                answer = self.curl(path + "?dc=dc9")
                self.assertEqual(500, answer.status)
                self.assertIn("No path to datacenter", answer.text)
                self.assertEqual(200, self.curl(path + "?dc=dc1").status)

    def test_missing_names(self):
        self.assert_text(self.curl("/v1/catalog/service/"), 400, "Missing service name")
        self.assert_text(self.curl("/v1/health/service/"), 400, "Missing service name")
        self.assert_text(self.curl("/v1/health/state/"), 400, "Missing check state")

    def test_unknown_services_are_empty_lists(self):
        for path in ("/v1/health/service/nobody", "/v1/catalog/service/nobody", "/v1/health/checks/nobody"):
            with self.subTest(path):
                answer = self.curl(path)
                self.assert_text(answer, 200, answer.text)
                self.assertEqual([], answer.json())
                self.assertGreater(int(answer["X-Consul-Index"]), 0)
        self.assertIsNone(self.curl("/v1/catalog/node/nobody").json())

    def test_a_too_large_body_is_413(self):
        body = json.dumps({"Name": "large", "Meta": {"k": "x" * (9 << 20)}})
        large = pathlib.Path(self.server.folder, "large.json")
        large.write_text(body, "utf-8")
        answer = self.put("/v1/agent/service/register", f"@{large}", "-H", "Expect:")
        self.assertEqual(413, answer.status)

    # Blocking

    def test_bad_index_and_wait_are_refused(self):
        for query, text in (("index=x", "Invalid index"), ("index=-1", "Invalid index"),
                            ("index=1&wait=soon", "Invalid wait time")):
            with self.subTest(query):
                self.assert_text(self.curl("/v1/health/service/plain?" + query), 400, text)

    def test_wait_alone_does_not_block(self):
        began = time.monotonic()
        self.curl("/v1/health/service/plain?wait=10s")
        self.assertLess(time.monotonic() - began, 2)

    def test_an_index_of_the_past_answers_at_once(self):
        began = time.monotonic()
        self.curl("/v1/health/service/plain?index=1&wait=10s")
        self.assertLess(time.monotonic() - began, 2)

    def test_an_index_of_the_future_answers_at_once(self):
        # It came from another server, or from a time before this one's last loss of its disk.
        index = int(self.curl("/v1/health/service/plain")["X-Consul-Index"])
        began = time.monotonic()
        answer = self.curl(f"/v1/health/service/plain?index={index + 1_000_000}&wait=10s")
        self.assertLess(time.monotonic() - began, 3)
        self.assertEqual(index, int(answer["X-Consul-Index"]))

    def test_the_index_moves_only_with_its_service(self):
        before = self.curl("/v1/health/service/plain")["X-Consul-Index"]
        self.server.register("unrelated", Port=5)
        self.assertEqual(before, self.curl("/v1/health/service/plain")["X-Consul-Index"])
        self.server.register("plain", Tags=["a", "b"], Port=1, Meta={"k": "v"})
        self.assertEqual(before, self.curl("/v1/health/service/plain")["X-Consul-Index"], "the same again is no change")

    def test_the_index_does_not_go_back_when_the_last_instance_leaves(self):
        self.server.register("brief", Port=1)
        before = int(self.curl("/v1/health/service/brief")["X-Consul-Index"])
        self.server.deregister("brief")
        self.assertGreater(int(self.curl("/v1/health/service/brief")["X-Consul-Index"]), before)

    def test_a_blocked_query_wakes_at_once(self):
        self.server.register("woken", Port=1)
        index = self.curl("/v1/catalog/service/woken")["X-Consul-Index"]
        answers = []
        blocked = threading.Thread(
            target=lambda: answers.append(self.curl(f"/v1/catalog/service/woken?index={index}&wait=15s")))
        blocked.start()
        blocked.join(0.3)
        self.assertTrue(blocked.is_alive())
        changed = time.monotonic()
        self.server.register("woken", Port=2)
        blocked.join(5)
        self.assertLess(time.monotonic() - changed, 2)
        self.assertEqual([2], [row["ServicePort"] for row in answers[0].json()])

    def test_a_client_that_hangs_up_frees_its_watch_at_once(self):
        index = self.curl("/v1/health/service/plain")["X-Consul-Index"]
        before = self.blocked_queries()
        clients = [socket.create_connection(("127.0.0.1", self.server.http_port)) for _ in range(30)]
        for client in clients:
            client.sendall(f"GET /v1/health/service/plain?index={index}&wait=5m HTTP/1.1\r\nHost: x\r\n\r\n".encode("ascii"))
        eventually(lambda: self.blocked_queries() == before + 30, 5, "all are blocked")
        for client in clients:
            client.close()
        eventually(lambda: self.blocked_queries() == before, 5, "all are forgotten")

    def blocked_queries(self):
        return int(re.search(r"(?m)^muster_consul_blocked_queries (\d+)", self.curl("/metrics").text).group(1))

    def test_names_beyond_ascii_and_with_slashes_are_found(self):
        for name in ("caf\u00e9", "a/b", "with space", "x+y"):
            with self.subTest(name):
                self.server.register(name, ID=f"id of {name}", Port=1)
                path = urllib.parse.quote(name, safe="")
                self.assertEqual([name], [row["ServiceName"] for row in self.curl(f"/v1/catalog/service/{path}").json()])
                answer = self.put("/v1/agent/service/deregister/" + urllib.parse.quote(f"id of {name}", safe=""))
                self.assert_text(answer, 200, "")

    # Shapes of answers

    def test_pretty_indents_by_four_spaces_and_ends_the_line(self):
        plain = self.curl("/v1/catalog/services").text
        for query in ("?pretty", "?pretty=true", "?pretty=1"):
            answer = self.curl("/v1/catalog/services" + query)
            self.assertEqual(json.dumps(json.loads(plain), indent=4) + "\n", answer.text)

    def test_gzip_of_a_large_answer_holds_the_same_bytes(self):
        for number in range(20):
            self.server.register("large", ID=f"large-{number:02}", Port=number + 1, Tags=["x" * 50])
        plain = self.curl("/v1/health/service/large?passing")
        zipped = self.curl("/v1/health/service/large?passing", "-H", "Accept-Encoding: gzip")
        self.assertIsNone(plain["Content-Encoding"])
        self.assertEqual("gzip", zipped["Content-Encoding"])
        self.assertLess(len(zipped.body), len(plain.body) // 4)
        self.assertEqual(plain.body, gzip.decompress(zipped.body))
        self.assertEqual(plain["X-Consul-Index"], zipped["X-Consul-Index"])

    def test_a_small_answer_is_not_zipped(self):
        self.assertIsNone(self.curl("/v1/status/leader", "-H", "Accept-Encoding: gzip")["Content-Encoding"])

    def test_results_are_sorted_by_node_then_id_in_both_lists(self):
        for node, service_id in (("n2", "s1"), ("n1", "s2"), ("n1", "s1"), ("n2", "s0")):
            answer = self.put("/v1/catalog/register", {
                "Node": node, "Address": "10.0.0.1", "Service": {"Service": "sorted", "ID": service_id}})
            self.assert_text(answer, 200, answer.text)
            self.assertTrue(answer.json())
        expected = [("n1", "s1"), ("n1", "s2"), ("n2", "s0"), ("n2", "s1")]
        self.assertEqual(expected, [(row["Node"], row["ServiceID"]) for row in self.curl("/v1/catalog/service/sorted").json()])
        self.assertEqual(expected, [(entry["Node"]["Node"], entry["Service"]["ID"])
                                    for entry in self.curl("/v1/health/service/sorted").json()])

    def test_repeated_tags_must_all_be_there_whatever_their_case(self):
        self.server.register("tagged", ID="t1", Tags=["Red", "big"])
        self.server.register("tagged", ID="t2", Tags=["red"])
        for query, ids in (("", ["t1", "t2"]), ("tag=red", ["t1", "t2"]), ("tag=red&tag=BIG", ["t1"]), ("tag=blue", [])):
            with self.subTest(query):
                self.assertEqual(ids, [entry["Service"]["ID"] for entry in self.curl(f"/v1/health/service/tagged?{query}").json()])
                self.assertEqual(ids, [row["ServiceID"] for row in self.curl(f"/v1/catalog/service/tagged?{query}").json()])

    def test_node_meta_filters_and_repeats(self):
        for node, meta in (("m1", {"rack": "1", "os": "linux"}), ("m2", {"rack": "2", "os": "linux"})):
            self.put("/v1/catalog/register", {"Node": node, "Address": "10.0.0.2", "NodeMeta": meta,
                                              "Service": {"Service": "racked", "ID": f"on-{node}"}})
        for query, nodes in (("node-meta=os:linux", ["m1", "m2"]), ("node-meta=os:linux&node-meta=rack:2", ["m2"]),
                             ("node-meta=rack:9", [])):
            with self.subTest(query):
                self.assertEqual(nodes, [node["Node"] for node in self.curl(f"/v1/catalog/nodes?{query}").json()])
                self.assertEqual(nodes, [row["Node"] for row in self.curl(f"/v1/catalog/service/racked?{query}").json()])
                self.assertEqual(nodes, [entry["Node"]["Node"] for entry in self.curl(f"/v1/health/service/racked?{query}").json()])
                self.assertEqual(["racked"] if nodes else [], list(self.curl(f"/v1/catalog/services?{query}").json()))

    def test_names_are_compared_without_case(self):
        self.server.register("CamelCase", Port=7)
        rows = self.curl("/v1/catalog/service/camelcase").json()
        self.assertEqual(["CamelCase"], [row["ServiceName"] for row in rows])

    def test_passing_drops_warnings(self):
        self.server.register("warned", Check={"TTL": "60s", "Status": "warning"})
        self.assertEqual(1, len(self.curl("/v1/health/service/warned").json()))
        self.assertEqual([], self.curl("/v1/health/service/warned?passing").json())
        self.assertEqual([], self.curl("/v1/health/service/warned?passing=true").json())
        self.assertEqual(1, len(self.curl("/v1/health/service/warned?passing=false").json()))
        self.assert_text(self.curl("/v1/health/service/warned?passing=zz"), 400, "Invalid value for ?passing")

    def test_field_names_are_read_in_any_case_and_by_their_aliases(self):
        answer = self.put("/v1/agent/service/register", {
            "name": "cased", "PORT": 7, "enable_tag_override": True,
            "tagged_addresses": {"wan": {"address": "198.51.100.7", "port": 70}},
            "check": {"http": "http://127.0.0.1:1/", "interval": "60s", "deregister_critical_service_after": "10m",
                      "tls_skip_verify": True}})
        self.assert_text(answer, 200, "")
        service = self.curl("/v1/agent/service/cased").json()
        self.assertEqual((7, True), (service["Port"], service["EnableTagOverride"]))
        self.assertEqual({"Address": "198.51.100.7", "Port": 70}, service["TaggedAddresses"]["wan"])

    def test_check_ids_count_by_position(self):
        self.server.register("counted", Checks=[{"TTL": "60s"}, {"CheckID": "mine", "TTL": "60s"}, {"TTL": "60s"}])
        ids = [check["CheckID"] for check in self.curl("/v1/health/checks/counted").json()]
        self.assertEqual(["mine", "service:counted:1", "service:counted:3"], sorted(ids))

    def test_a_second_registration_keeps_the_state_of_a_check(self):
        registration = {"Port": 1, "Check": {"TTL": "60s"}}
        self.server.register("kept", **registration)
        self.put("/v1/agent/check/pass/service:kept?note=fine")
        self.server.register("kept", **{**registration, "Port": 2})
        check, = self.curl("/v1/health/checks/kept").json()
        self.assertEqual(("passing", "fine"), (check["Status"], check["Output"]))
        self.server.register("kept", Port=3)
        self.assertEqual(1, len(self.curl("/v1/health/checks/kept").json()), "a check not named again stays")
        self.put("/v1/agent/service/register?replace-existing-checks=true", {"Name": "kept", "Port": 3})
        self.assertEqual([], self.curl("/v1/health/checks/kept").json())

    def test_long_output_is_capped(self):
        self.server.register("wordy", Check={"TTL": "60s"})
        self.put("/v1/agent/check/update/service:wordy", {"Status": "passing", "Output": "x" * 10000})
        check, = self.curl("/v1/health/checks/wordy").json()
        self.assertLess(len(check["Output"]), 4200)
        self.assertTrue(check["Output"].endswith(" ... (captured 4096 of 10000 bytes)"), check["Output"][-60:])

    def test_agent_service_blocks_on_its_hash(self):
        self.server.register("hashed", Port=1)
        first = self.curl("/v1/agent/service/hashed")
        self.assertEqual(first.json()["ContentHash"], first["X-Consul-ContentHash"])
        began = time.monotonic()
        same = self.curl(f"/v1/agent/service/hashed?hash={first['X-Consul-ContentHash']}&wait=1s")
        self.assertGreaterEqual(time.monotonic() - began, 0.9)
        self.assertEqual(first["X-Consul-ContentHash"], same["X-Consul-ContentHash"])
        self.server.register("hashed", Port=2)
        self.assertNotEqual(first["X-Consul-ContentHash"], self.curl("/v1/agent/service/hashed")["X-Consul-ContentHash"])

    # Muster's own endpoints

    def test_health_endpoints_and_metrics(self):
        self.assertEqual(200, self.curl("/health/live").status)
        self.assertEqual(200, self.curl("/health/ready").status)
        metrics = self.curl("/metrics")
        self.assertEqual(200, metrics.status)
        self.assertTrue(metrics["Content-Type"].startswith("text/plain"), metrics["Content-Type"])
        self.assertRegex(metrics.text, r"(?m)^# TYPE muster_\w+ (counter|gauge|histogram)$")

    def test_a_token_is_accepted_and_ignored(self):
        for arguments in (["-H", "X-Consul-Token: secret"], ["-H", "Authorization: Bearer secret"]):
            self.assertEqual(200, self.curl("/v1/catalog/services", *arguments).status)
        self.assertEqual(200, self.curl("/v1/catalog/services?token=secret").status)
        self.assertNotIn("secret", self.server.output(), "a token must not be in the log")


if __name__ == "__main__":
    unittest.main()
