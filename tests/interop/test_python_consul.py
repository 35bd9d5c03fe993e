"""Debian's python3-consul, an unmodified Consul client, against a real server.

Version 0.7.1 sends check results and deregistrations as GET, which Consul 1.x refuses with 405 and
Muster too; those calls go out as PUT through the client's own HTTP layer.
"""
import threading
import time
import unittest

import consul
import consul.base
import dns.resolver

from harness import NODE, HttpService, ServerTest, eventually


class PythonConsulTest(ServerTest):
    def setUp(self):
        self.client = consul.Consul(host="127.0.0.1", port=self.server.http_port)

    def put(self, path, params=None):
        return self.client.http.put(consul.base.CB.bool(), path, params=params)

    def passing(self, service, **options):
        _, entries = self.client.health.service(service, passing=True, **options)
        return [entry["Service"]["ID"] for entry in entries]

    def test_the_first_program_registers_discovers_watches_and_resolves(self):
        service = HttpService()
        self.addCleanup(service.kill)
        registered = self.client.agent.service.register(
            "orders", service_id="orders-1", address="127.0.0.1", port=service.port, tags=["v1", "primary"],
            check=consul.Check.http(service.url, interval="10s", timeout="2s", deregister="30s"))
        self.assertTrue(registered)

        # A check's first run is spread over its interval, so passing may take that long.
        eventually(lambda: self.passing("orders"), 13, "the first check has passed")
        index, entries = self.client.health.service("orders", passing=True)
        self.assertEqual(1, len(entries))
        found = entries[0]
        self.assertEqual(("orders-1", "orders", "127.0.0.1", service.port, ["v1", "primary"]), tuple(
            found["Service"][key] for key in ("ID", "Service", "Address", "Port", "Tags")))
        check = next(check for check in found["Checks"] if check["CheckID"] == "service:orders-1")
        self.assertEqual(("passing", "http", "orders-1"), tuple(check[key] for key in ("Status", "Type", "ServiceID")))
        self.assertIn("200 OK", check["Output"])

        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = ["127.0.0.1"]
        resolver.port = self.server.dns_port
        self.assertEqual(["127.0.0.1"], [r.address for r in resolver.resolve("orders.service.consul", "A")])
        srv = list(resolver.resolve("orders.service.consul", "SRV"))
        self.assertEqual([service.port], [record.port for record in srv])
        self.assertEqual(["127.0.0.1"], [r.address for r in resolver.resolve(srv[0].target, "A")])

        woken = Watch(self.client, "orders", index)
        self.assertTrue(self.client.agent.service.register(
            "orders", service_id="orders-2", address="127.0.0.2", port=service.port))
        new_index, ids = woken.answer(5)
        self.assertEqual(["orders-1", "orders-2"], ids)
        self.assertGreater(int(new_index), int(index))

    def test_watch_wakes_on_change_and_not_on_another_service(self):
        self.client.agent.service.register("watched", port=1)
        index, _ = self.client.health.service("watched", passing=True)
        watch = Watch(self.client, "watched", index)
        for port in range(5):
            self.client.agent.service.register("not-watched", port=port + 1)
        self.assertFalse(watch.answered(0.3), "a change of another service woke the watcher")
        self.put("/v1/agent/service/deregister/watched")
        new_index, ids = watch.answer(5)
        self.assertEqual([], ids)
        self.assertGreater(int(new_index), int(index))

    def test_watch_of_a_service_that_does_not_exist_wakes_when_it_appears(self):
        index, entries = self.client.health.service("unborn", passing=True)
        self.assertEqual([], entries)
        watch = Watch(self.client, "unborn", index)
        self.assertFalse(watch.answered(0.2))
        self.client.agent.service.register("unborn", port=1)
        self.assertEqual(["unborn"], watch.answer(5)[1])

    def test_watch_with_a_short_wait_returns_the_same_index(self):
        self.client.agent.service.register("quiet", port=1)
        index, _ = self.client.health.service("quiet")
        began = time.monotonic()
        same, _ = self.client.health.service("quiet", index=index, wait="1s")
        took = time.monotonic() - began
        self.assertEqual(index, same)
        self.assertGreaterEqual(took, 0.99)
        self.assertLess(took, 1.6, "a wait may be jittered by a sixteenth")

    def test_ttl_check_is_driven_through_every_state(self):
        self.client.agent.service.register("ttl-driven", check=consul.Check.ttl("60s"))
        check_id = "service:ttl-driven"
        self.assertEqual("critical", self.client.agent.checks()[check_id]["Status"])
        self.assertEqual([], self.passing("ttl-driven"))
        self.assertFalse(self.client.agent.check.ttl_pass(check_id), "a write sent as GET must be refused")
        self.assertEqual("critical", self.client.agent.checks()[check_id]["Status"])
        for verb, status in (("pass", "passing"), ("warn", "warning"), ("fail", "critical"), ("pass", "passing")):
            self.assertTrue(self.put(f"/v1/agent/check/{verb}/{check_id}", {"note": f"by {verb}"}))
            check = self.client.agent.checks()[check_id]
            self.assertEqual((status, f"by {verb}"), (check["Status"], check["Output"]))
            self.assertEqual(["ttl-driven"] if status == "passing" else [], self.passing("ttl-driven"))
            states = self.client.health.state(status)[1]
            self.assertIn(check_id, [check["CheckID"] for check in states])
        self.assertEqual([check_id], [check["CheckID"] for check in self.client.health.checks("ttl-driven")[1]])

    def test_ttl_check_that_hears_nothing_expires(self):
        self.client.agent.service.register("ttl-silent", check=consul.Check.ttl("1s"))
        self.put("/v1/agent/check/pass/service:ttl-silent", {"note": "alive"})
        self.assertEqual(["ttl-silent"], self.passing("ttl-silent"))
        eventually(lambda: not self.passing("ttl-silent"), 3, "the TTL expired")
        check = self.client.agent.checks()["service:ttl-silent"]
        self.assertEqual("critical", check["Status"])
        self.assertIn("TTL expired", check["Output"])
        # A late heartbeat brings it back.
        self.put("/v1/agent/check/pass/service:ttl-silent")
        self.assertEqual(["ttl-silent"], self.passing("ttl-silent"))

    def test_check_is_registered_and_deregistered_on_its_own(self):
        self.client.agent.service.register("checked", port=1)
        self.assertEqual(["checked"], self.passing("checked"))
        self.assertTrue(self.client.agent.check.register(
            "extra", check=consul.Check.ttl("60s"), check_id="checked-extra", service_id="checked", notes="a note"))
        check = self.client.agent.checks()["checked-extra"]
        self.assertEqual(("extra", "checked", "a note", "critical"), tuple(
            check[key] for key in ("Name", "ServiceID", "Notes", "Status")))
        self.assertEqual([], self.passing("checked"))
        self.assertTrue(self.put("/v1/agent/check/deregister/checked-extra"))
        self.assertNotIn("checked-extra", self.client.agent.checks())
        self.assertEqual(["checked"], self.passing("checked"))

    def test_tcp_check_follows_the_port(self):
        service = HttpService()
        self.addCleanup(service.kill)
        self.client.agent.service.register(
            "tcp-checked", port=service.port, check=consul.Check.tcp("127.0.0.1", service.port, "1s", timeout="1s"))
        eventually(lambda: self.passing("tcp-checked"), 4, "the TCP check passed")
        service.kill()
        eventually(lambda: not self.passing("tcp-checked"), 4, "the TCP check failed")

    def test_deregister_removes_the_service_and_its_checks(self):
        self.client.agent.service.register("leaving", check=consul.Check.ttl("60s"))
        self.assertIn("leaving", self.client.agent.services())
        self.assertFalse(self.client.agent.service.deregister("leaving"), "a write sent as GET must be refused")
        self.assertTrue(self.put("/v1/agent/service/deregister/leaving"))
        self.assertNotIn("leaving", self.client.agent.services())
        self.assertNotIn("service:leaving", self.client.agent.checks())
        self.assertNotIn("leaving", self.client.catalog.services()[1])

    def test_service_maintenance_hides_and_returns_the_instance(self):
        self.client.agent.service.register("repaired", port=1)
        self.assertTrue(self.client.agent.service.maintenance("repaired", True, reason="new disk"))
        self.assertEqual([], self.passing("repaired"))
        check = self.client.agent.checks()["_service_maintenance:repaired"]
        self.assertEqual(("critical", "new disk", "Service Maintenance Mode"), tuple(
            check[key] for key in ("Status", "Notes", "Name")))
        self.assertTrue(self.client.agent.service.maintenance("repaired", False))
        self.assertEqual(["repaired"], self.passing("repaired"))
        self.assertNotIn("_service_maintenance:repaired", self.client.agent.checks())

    def test_catalog_registers_and_deregisters_external_nodes(self):
        catalog = self.client.catalog
        self.assertTrue(catalog.register(
            "printer", "10.9.8.7",
            service={"Service": "print", "ID": "print-1", "Tags": ["color"], "Port": 631},
            check={"Node": "printer", "CheckID": "print-check", "Name": "paper", "Status": "passing",
                   "ServiceID": "print-1"}))
        self.assertIn("printer", [node["Node"] for node in catalog.nodes()[1]])
        self.assertEqual(["color"], catalog.services()[1]["print"])
        rows = catalog.service("print")[1]
        self.assertEqual([("printer", "10.9.8.7", "print-1", 631, ["color"])], [
            tuple(row[key] for key in ("Node", "Address", "ServiceID", "ServicePort", "ServiceTags")) for row in rows])
        self.assertEqual([], catalog.service("print", tag="mono")[1])
        self.assertEqual(1, len(catalog.service("print", tag="color")[1]))
        self.assertEqual(["print-1"], list(catalog.node("printer")[1]["Services"]))
        self.assertEqual(["print-1"], self.passing("print"))
        self.assertEqual(["print-check"], [check["CheckID"] for check in self.client.health.node("printer")[1]])

        self.assertTrue(catalog.deregister("printer", check_id="print-check"))
        self.assertEqual([], self.client.health.node("printer")[1])
        self.assertTrue(catalog.deregister("printer", service_id="print-1"))
        self.assertEqual([], catalog.service("print")[1])
        self.assertTrue(catalog.deregister("printer"))
        self.assertNotIn("printer", [node["Node"] for node in catalog.nodes()[1]])
        self.assertIsNone(catalog.node("printer")[1])

    def test_catalog_watch_of_the_service_list_wakes(self):
        index, _ = self.client.catalog.services()
        woken = []
        waiting = threading.Thread(
            target=lambda: woken.append(self.fresh_client().catalog.services(index=index, wait="5m")), daemon=True)
        waiting.start()
        self.client.agent.service.register("list-newcomer", port=1)
        waiting.join(5)
        self.assertTrue(woken, "the watcher of catalog/services did not wake")
        self.assertIn("list-newcomer", woken[0][1])

    def fresh_client(self):
        return consul.Consul(host="127.0.0.1", port=self.server.http_port)

    def test_agent_describes_itself(self):
        me = self.client.agent.self()
        self.assertEqual((NODE, "dc1"), (me["Config"]["NodeName"], me["Config"]["Datacenter"]))
        self.assertRegex(me["Config"]["Version"], r"^\d+\.\d+\.\d+")
        self.assertEqual(NODE, me["Member"]["Name"])
        members = self.client.agent.members()
        self.assertEqual([(NODE, 1)], [(member["Name"], member["Status"]) for member in members])
        self.assertEqual("consul", members[0]["Tags"]["role"])
        self.assertEqual("dc1", members[0]["Tags"]["dc"])

    def test_status_names_a_leader_and_its_peers(self):
        leader = self.client.status.leader()
        self.assertRegex(leader, r"^127\.0\.0\.1:\d+$")
        self.assertEqual([leader], self.client.status.peers())

    def test_consistency_modes_are_accepted(self):
        self.client.agent.service.register("consistent", port=1)
        for mode in ("default", "consistent", "stale"):
            client = consul.Consul(host="127.0.0.1", port=self.server.http_port, consistency=mode)
            self.assertEqual(1, len(client.catalog.service("consistent")[1]))


class Watch:
    """One blocking health query on a thread and a connection of its own."""

    def __init__(self, client, service, index):
        self._answers = []
        self._client = consul.Consul(host=client.http.host, port=client.http.port)
        self._thread = threading.Thread(target=self._wait, args=(service, index), daemon=True)
        self._thread.start()

    def _wait(self, service, index):
        self._answers.append(self._client.health.service(service, passing=True, index=index, wait="5m"))

    def answered(self, seconds):
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def answer(self, seconds):
        if not self.answered(seconds) or not self._answers:
            raise AssertionError(f"the watcher did not wake within {seconds} s")
        index, entries = self._answers[0]
        return index, [entry["Service"]["ID"] for entry in entries]


if __name__ == "__main__":
    unittest.main()
