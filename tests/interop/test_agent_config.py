"""`muster agent`: Consul's flags and JSON keys, and what wrong ones do to the start."""
import json
import socket
import unittest

from harness import PROGRAM, Server, eventually, free_port, run


class ConfiguredAgentTest(unittest.TestCase):
    """Agents that start."""

    def agent(self, *flags, **options):
        server = Server(*flags, name="config", **options)
        self.addCleanup(server.end)
        return server

    def write(self, server, name, document):
        path = server.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
        return path

    def test_config_file_with_services_and_checks(self):
        server = self.agent()
        path = self.write(server, "agent.json", {
            "datacenter": "dc1",
            "services": [
                {"id": "red-1", "name": "redis", "port": 6379, "tags": ["cache"], "address": "10.3.0.1",
                 "meta": {"owner": "data"}, "check": {"ttl": "600s", "status": "passing"}},
                {"id": "red-2", "name": "redis", "port": 6380, "address": "10.3.0.2",
                 "checks": [{"id": "red-2-alive", "ttl": "600s", "status": "warning"}]}],
            "check": {"id": "disk", "name": "disk space", "ttl": "600s", "status": "passing", "notes": "of the node"}})
        server.flags += ["-config-file", str(path)]
        server.start()
        rows = server.get("/v1/catalog/service/redis").json()
        self.assertEqual([("red-1", "10.3.0.1", 6379, ["cache"]), ("red-2", "10.3.0.2", 6380, [])], [
            tuple(row[key] for key in ("ServiceID", "ServiceAddress", "ServicePort", "ServiceTags")) for row in rows])
        self.assertEqual({"owner": "data"}, rows[0]["ServiceMeta"])
        self.assertEqual(["red-1"], server.passing("redis"))
        checks = server.get("/v1/agent/checks").json()
        self.assertEqual({"service:red-1", "red-2-alive", "disk"}, set(checks))
        self.assertEqual(("disk space", "", "passing"), tuple(checks["disk"][key] for key in ("Name", "ServiceID", "Status")))
        self.assertEqual(["10.3.0.1", "10.3.0.2"], server.dig_short("redis.service.consul"))

    def test_config_dir_is_read_in_order_and_later_files_win(self):
        server = self.agent()
        self.write(server, "conf/10-first.json", {"log_level": "warn", "service": {"name": "first", "port": 1}})
        self.write(server, "conf/20-second.json", {"log_level": "info", "service": {"name": "second", "port": 2}})
        self.write(server, "conf/readme.txt", "not a configuration {")
        server.flags += ["-config-dir", str(server.folder / "conf")]
        server.start()
        self.assertEqual({"first", "second"}, set(server.get("/v1/agent/services").json()))

    def test_ports_node_and_datacenter_come_from_the_file_and_flags_win(self):
        server = self.agent()
        path = self.write(server, "agent.json", {
            "node_name": "from-file", "datacenter": "east", "bind_addr": "127.0.0.1", "client_addr": "127.0.0.1",
            "ports": {"http": server.http_port, "dns": server.dns_port}})
        server.flags = ["agent", "-dev", "-config-file", str(path), "-node", "from-flag"]
        server.start()
        config = server.get("/v1/agent/self").json()["Config"]
        self.assertEqual(("from-flag", "east"), (config["NodeName"], config["Datacenter"]))
        self.assertEqual(["127.0.0.1"], server.dig_short("from-flag.node.east.consul"))

    def test_unknown_keys_warn_and_the_agent_starts(self):
        server = self.agent()
        path = self.write(server, "agent.json", {"no_such_key": 1, "performance": {"raft_multiplier": 1}})
        server.flags += ["-config-file", str(path)]
        server.start()
        self.assertIn("no_such_key", server.output())

    def test_pid_file_holds_the_process_and_leaves_with_it(self):
        server = self.agent()
        path = server.folder / "run" / "muster.pid"
        path.parent.mkdir()
        server.flags += ["-pid-file", str(path)]
        server.start()
        self.assertEqual(server.process.pid, int(path.read_text("ascii")))
        server.process.terminate()
        self.assertEqual(0, server.process.wait(10))
        self.assertFalse(path.exists())

    def test_double_dashes_and_equal_signs_are_understood(self):
        http, dns = free_port(), free_port()
        server = self.agent()
        server.http_port, server.dns_port = http, dns
        server.flags = ["agent", "--dev", f"--http-port={http}", f"-dns-port={dns}", "-node=equal", "-log-level=warn"]
        server.start()
        self.assertEqual("equal", server.get("/v1/agent/self").json()["Config"]["NodeName"])

    def test_a_port_that_is_off_is_not_listened_on(self):
        server = self.agent()
        server.flags[server.flags.index("-dns-port") + 1] = "-1"
        server.start()
        self.assertIn("DNS on no port", server.output())
        with self.assertRaises(OSError):
            socket.create_connection(("127.0.0.1", server.dns_port), timeout=1).close()

    def test_several_client_addresses(self):
        server = self.agent()
        server.flags[server.flags.index("-client") + 1] = "127.0.0.1 127.0.0.2"
        server.start()
        socket.create_connection(("127.0.0.2", server.http_port), timeout=5).close()
        self.assertEqual(["127.0.0.1"], server.dig_short("vm.node.consul"))
        self.assertEqual(["127.0.0.1"], server.dig_short("@127.0.0.2", "vm.node.consul"))

    def test_how_a_server_was_started_shows_in_its_tags(self):
        for flags, expected in (([], (None, None)), (["-bootstrap"], ("1", None)), (["-bootstrap-expect=1"], ("1", None)),
                                (["-bootstrap-expect=3", "-serf-lan-port=0", "-bind=127.0.0.1"], (None, "3"))):
            server = self.agent("-server", *flags)
            server.start()
            tags = server.get("/v1/agent/members").json()[0]["Tags"]
            self.assertEqual(expected, (tags.get("bootstrap"), tags.get("expect")), flags)

    def test_a_token_and_a_bind_off_loopback_warn(self):
        server = self.agent()
        path = self.write(server, "agent.json", {"acl": {"tokens": {"default": "sesame-open"}}})
        server.flags += ["-config-file", str(path)]
        server.flags[server.flags.index("-client") + 1] = "0.0.0.0"
        server.start()
        output = server.output().lower()
        self.assertIn("acl: accepted and ignored", output)
        self.assertNotIn("sesame-open", output)
        self.assertIn("loopback", output)

    def test_a_second_agent_on_the_same_port_says_so(self):
        first = self.agent().start()
        second = self.agent()
        second.flags[second.flags.index("-http-port") + 1] = str(first.http_port)
        second.spawn()
        self.assertNotEqual(0, second.process.wait(15))
        self.assertIn(str(first.http_port), second.output())
        self.assertNotIn("   at ", second.output(), "a stack trace is no message for an operator")

    def test_two_agents_do_not_share_a_data_directory(self):
        first = self.agent(dev=False).start()
        second = self.agent(dev=False)
        second.flags[second.flags.index("-data-dir") + 1] = str(first.folder / "data")
        second.spawn()
        self.assertNotEqual(0, second.process.wait(15))
        self.assertIn(str(first.folder / "data"), second.output())
        self.assertEqual(200, first.get("/health/ready").status)

    def test_the_configured_check_runs(self):
        server = self.agent()
        path = self.write(server, "agent.json", {"service": {
            "name": "self", "port": server.http_port,
            "check": {"http": f"http://127.0.0.1:{server.http_port}/health/live", "interval": "1s"}}})
        server.flags += ["-config-file", str(path)]
        server.start()
        eventually(lambda: server.passing("self"), 5, "the check of the file passed")


class RefusedStartTest(unittest.TestCase):
    """Agents that do not start, and say why."""

    def refuse(self, *flags):
        done = run(PROGRAM, "agent", "-dev", "-http-port", free_port(), "-dns-port", free_port(), *flags, timeout=20)
        self.assertNotEqual(0, done.returncode, "the agent started")
        said = done.stdout + done.stderr
        self.assertNotIn("   at ", said, "a stack trace is no message for an operator")
        return said

    def test_wrong_values_are_all_named_at_once(self):
        said = self.refuse("-node", "", "-datacenter", "no spaces", "-bind", "not-an-address", "-log-level", "shout")
        for word in ("datacenter", "not-an-address", "shout"):
            self.assertIn(word, said)

    def test_wrong_values_of_a_file_are_all_named_at_once(self):
        server = Server(name="refused")
        self.addCleanup(server.end)
        path = server.folder / "agent.json"
        path.write_text(json.dumps({
            "log_level": "shout", "ports": {"http": 99999}, "client_addr": "nonsense address",
            "services": [{"port": 1}, {"name": "x", "check": {"http": "http://127.0.0.1/"}}]}), "utf-8")
        said = self.refuse("-config-file", str(path))
        for word in ("shout", "99999", "nonsense address", "agent.json"):
            self.assertIn(word, said)

    def test_a_file_that_is_not_json_or_not_there(self):
        server = Server(name="refused")
        self.addCleanup(server.end)
        path = server.folder / "broken.json"
        path.write_text('{"datacenter": ', "utf-8")
        self.assertIn("broken.json", self.refuse("-config-file", str(path)))
        self.assertIn("absent.json", self.refuse("-config-file", str(server.folder / "absent.json")))

    def test_a_cluster_that_other_machines_reach_needs_a_secret(self):
        for flags in (["-retry-join", "10.0.0.2"], ["-bootstrap-expect=3"], ["-serf-lan-port", "8301"]):
            with self.subTest(flags):
                self.assertIn("needs a secret of at least 16 characters", self.refuse("-server", "-bind=0.0.0.0", *flags))
        self.assertIn("encrypt: must have at least 16 characters", self.refuse("-server", "-encrypt=sesame"))
        self.assertIn("one datacenter", self.refuse("-server", "-retry-join-wan", "10.0.0.2"))

    def test_an_unknown_flag_is_refused(self):
        self.assertIn("no-such-flag", self.refuse("-no-such-flag"))

    def test_places_that_cannot_be_written_are_named_with_their_setting(self):
        self.assertIn('pid_file: cannot write "/nowhere/', self.refuse("-pid-file", "/nowhere/muster.pid"))
        done = run(PROGRAM, "agent", "-server", "-data-dir", "/proc/nowhere", "-http-port", free_port(),
                   "-dns-port", free_port(), timeout=20)
        self.assertNotEqual(0, done.returncode)
        self.assertIn('data_dir: cannot use "/proc/nowhere"', done.stderr)

    def test_no_data_directory_outside_dev(self):
        done = run(PROGRAM, "agent", "-server", "-http-port", free_port(), "-dns-port", free_port(), timeout=20)
        self.assertNotEqual(0, done.returncode)
        self.assertIn("data_dir", done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
