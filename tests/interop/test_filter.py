"""?filter as programs send it: expressions from Consul's documentation and from tools, through a URL."""
import unittest
import urllib.parse

from harness import ServerTest


class FilterTest(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.register("api", ID="api-1", Port=8080, Address="10.0.0.1", Tags=["v1", "primary"],
                            Meta={"env": "prod", "traefik-enable": "true"}, Check={"TTL": "60s", "Status": "passing"})
        cls.server.register("api", ID="api-2", Port=8081, Address="10.0.0.2", Tags=["v2"],
                            Meta={"env": "test"}, Check={"TTL": "60s", "Status": "critical"})

    def ask(self, path, expression):
        return self.server.get(f"{path}?filter={urllib.parse.quote(expression)}")

    def test_instances_are_picked_by_every_kind_of_field(self):
        for expression, ids in (
                ('Service.Meta.env == "prod"', ["api-1"]),
                ('Service.Meta["traefik-enable"] == true', ["api-1"]),
                ('"primary" not in Service.Tags', ["api-2"]),
                ('Service.Port == 8080 or Service.Address matches "2$"', ["api-1", "api-2"]),
                ('not Checks.Status == critical', ["api-1"]),
                ('Node.Datacenter == dc1 and Service.Meta is not empty and Service.Tags contains v2', ["api-2"]),
                ('Service.TaggedAddresses.lan_ipv4.Address == "10.0.0.2"', ["api-2"]),
                ('Service.Kind != ""', [])):
            with self.subTest(expression):
                self.assertEqual(ids, [entry["Service"]["ID"] for entry in self.ask("/v1/health/service/api", expression).json()])

    def test_other_lists_have_their_own_fields(self):
        self.assertEqual(["api-2"], [row["ServiceID"] for row in self.ask("/v1/catalog/service/api", "ServicePort != 8080").json()])
        self.assertEqual(["api-1"], list(self.ask("/v1/agent/services", "Tags contains primary").json()))
        self.assertEqual(["service:api-2"], list(self.ask("/v1/agent/checks", "Status == critical").json()))
        self.assertEqual(["api"], list(self.ask("/v1/catalog/services", "ServiceName matches `^a`").json()))
        self.assertEqual([], self.ask("/v1/catalog/nodes", "Meta.rack == r1").json())

    def test_a_wrong_filter_is_a_500_in_consuls_words(self):
        for expression, problem in (
                ("Port == 1", 'Selector "Port" is not valid'),
                ("Service.Name == x", 'Selector "Service.Name" is not valid'),
                ("Service.Port == http", 'Failed to coerce value "http" for selector "Service.Port": strconv.ParseInt: parsing "http": invalid syntax'),
                ("Service.Tags == v1", 'Invalid match operator "Equal" for selector "Service.Tags"'),
                ("Service.Port ==", '1:16 (15): no match found, expected: "-", "0", "\\"", "`", [ \\t\\r\\n], [1-9] or [a-zA-Z]')):
            with self.subTest(expression):
                answer = self.ask("/v1/health/service/api", expression)
                self.assertEqual((500, "Failed to create boolean expression evaluator: " + problem), (answer.status, answer.text))

    def test_a_filter_may_be_as_long_as_is_said_however_it_is_escaped(self):
        """Tools that ask for many names at once: `or` over a list."""
        longest = 8192
        terms = " or ".join(f'Service.ID == "api-{number:05}"' for number in range(1000, 1230))
        expression = 'Service.ID == "api-2" or ' + terms
        expression += " " * (longest - len(expression))
        self.assertGreater(len(urllib.parse.quote(expression, safe="")), 10_000)
        self.assertEqual(["api-2"], [entry["Service"]["ID"] for entry in self.ask("/v1/health/service/api", expression).json()])
        answer = self.ask("/v1/health/service/api", expression + " ")
        self.assertEqual(500, answer.status)
        self.assertIn("8192", answer.text)


if __name__ == "__main__":
    unittest.main()
