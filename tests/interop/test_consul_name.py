"""Muster under the name `consul`: what test harnesses and scripts do with a Consul binary that they find by its path.

The spawns are those of hashicorp's sdk/testutil (Go), of python-consul's, consuldotnet's and ianitor's fixtures.
"""
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import uuid

from harness import PROGRAM, Server, eventually, free_port, run


class ConsulNameTest(unittest.TestCase):
    """A folder with a link named `consul`, as a PATH would have it."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="muster-as-consul-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.consul = self.folder / "bin" / "consul"
        self.consul.parent.mkdir()
        self.consul.symlink_to(PROGRAM)
        self.environment = {**os.environ, "PATH": f"{self.consul.parent}:{os.environ['PATH']}"}
        self.environment.pop("MUSTER_COMMAND", None)
        self.http_port = free_port()

    def run_consul(self, *arguments, **options):
        environment = {**self.environment, "CONSUL_HTTP_ADDR": f"127.0.0.1:{self.http_port}"}
        return run("consul", *arguments, env=environment, cwd=self.folder, **options)

    def spawn(self, *arguments):
        log = open(self.folder / "log.txt", "wb")
        self.addCleanup(log.close)
        process = subprocess.Popen(["consul", *map(str, arguments)], env=self.environment, cwd=self.folder,
                                   stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
            process.wait()

    def get(self, path, method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=10)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode("utf-8")
        except OSError:
            return 0, {}, ""
        finally:
            connection.close()

    def wait_for_leader(self):
        """What the harnesses poll for: a leader that is not empty, then a node with an index."""
        eventually(lambda: self.get("/v1/status/leader")[2].startswith('"127.0.0.1:'), 20, "a leader is known")
        status, headers, body = self.get("/v1/catalog/nodes?index=0")
        self.assertEqual((200, "true"), (status, headers["X-Consul-KnownLeader"]))
        self.assertGreaterEqual(int(headers["X-Consul-Index"]), 2)
        self.assertEqual(1, len(json.loads(body)))

    def stop(self, process, number):
        process.send_signal(number)
        self.assertEqual(0, process.wait(10), (self.folder / "log.txt").read_text("utf-8", "replace"))


class SpawnTest(ConsulNameTest):
    def test_the_go_test_server(self):
        """sdk/testutil.NewTestServerConfigT, with everything that TestServerConfig writes by default."""
        version = self.run_consul("version")
        self.assertEqual(0, version.returncode, version.stderr)
        self.assertRegex(version.stdout.splitlines()[0], r"^Consul v\d+\.\d+\.\d+$")
        node = str(uuid.uuid4())
        names = ("dns", "https", "serf_lan", "serf_wan", "server", "grpc", "grpc_tls", "proxy_min_port", "proxy_max_port")
        ports = {"http": self.http_port, **{name: free_port() for name in names}}
        config = self.folder / "config.json"
        config.write_text(json.dumps({
            "node_name": "node-" + node, "node_id": node, "performance": {"raft_multiplier": 1}, "bootstrap": True, "server": True,
            "data_dir": str(self.folder / "data"), "segments": None, "disable_update_check": True, "log_level": "debug",
            "bind_addr": "127.0.0.1", "addresses": {}, "ports": ports, "acl": {"tokens": {}},
            "connect": {"ca_config": {"cluster_id": "11111111-2222-3333-4444-555555555555"}, "enabled": True},
            "skip_leave_on_interrupt": True, "peering": {"enabled": True}}), "utf-8")
        began = time.monotonic()
        process = self.spawn("agent", "-config-file", config)
        self.wait_for_leader()
        self.assertLess(time.monotonic() - began, 8, "the harness gives up after a few seconds")
        row = json.loads(self.get("/v1/catalog/nodes")[2])[0]
        self.assertEqual(("node-" + node, node), (row["Node"], row["ID"]))
        self.stop(process, signal.SIGINT)

    def test_the_python_fixture(self):
        """python-consul's conftest: a dev agent, its ports in a file of the folder that is the working directory."""
        (self.folder / "config.json").write_text(json.dumps({
            "ports": {"http": self.http_port, "https": -1, "rpc": free_port(), "serf_lan": free_port(),
                      "serf_wan": free_port(), "server": free_port(), "dns": free_port()},
            "enable_script_checks": True}), "utf-8")
        process = self.spawn("agent", "-dev", "-bind=127.0.0.1", "-config-dir=.")
        self.wait_for_leader()
        eventually(lambda: json.loads(self.get("/v1/health/service/consul")[2])[0]["Checks"], 5, "the service consul has its node's check")
        status, _, leader = self.get("/v1/status/leader")
        self.assertEqual(json.loads(leader), json.loads(self.get("/v1/agent/self")[2])["Stats"]["consul"]["leader_addr"])
        self.stop(process, signal.SIGTERM)

    def test_one_server_with_a_data_directory(self):
        """ianitor's and many scripts' command line."""
        process = self.spawn("agent", "-server", "-data-dir", self.folder / "data", "-bootstrap-expect=1", "-bind", "127.0.0.1",
                             f"-http-port={self.http_port}", f"-dns-port={free_port()}", "-ui", "-client", "127.0.0.1")
        self.wait_for_leader()
        self.stop(process, signal.SIGTERM)


class CommandsTest(ConsulNameTest):
    def test_version(self):
        lines = self.run_consul("version").stdout.splitlines()
        self.assertEqual(["Consul v", "Revision ", "Build Da", "Protocol"], [line[:8] if line[0] != "R" else line[:9] for line in lines])
        self.assertIn("muster", lines[1])
        for form in (["version", "-format=json"], ["version", "-format", "json"], ["version", "--format=json"]):
            done = json.loads(self.run_consul(*form).stdout)
            self.assertEqual(["Version", "Revision", "Prerelease", "BuildDate", "RPC"], list(done))
            self.assertRegex(done["Version"], r"^\d+\.\d+\.\d+$")
        for form in ("-v", "--version"):
            self.assertEqual(0, self.run_consul(form).returncode)
        self.assertTrue(run(PROGRAM, "version").stdout.startswith("muster "))

    def test_commands_against_an_agent(self):
        (self.folder / "web.json").write_text(json.dumps({"service": {"name": "web", "id": "web-1", "port": 80}}), "utf-8")
        process = self.spawn("agent", "-dev", "-node", "vm", f"-http-port={self.http_port}", f"-dns-port={free_port()}")
        self.wait_for_leader()
        members = self.run_consul("members").stdout.splitlines()
        self.assertEqual(["Node", "Address", "Status", "Type", "Build", "Protocol", "DC", "Partition", "Segment"], members[0].split())
        self.assertRegex(members[1], r"^vm +127\.0\.0\.1:8301 +alive +server +\d+\.\d+\.\d+ +2 +dc1 +default +<all>$")
        self.assertEqual("Registered service: web\n", self.run_consul("services", "register", "web.json").stdout)
        self.assertEqual("Registered service: db\n", self.run_consul("services", "register", "-name=db", "-port=5432", "-tag=a").stdout)
        self.assertEqual(["consul", "db", "web"], self.run_consul("catalog", "services", f"-http-addr=127.0.0.1:{self.http_port}").stdout.split())
        self.assertEqual("dc1\n", self.run_consul("catalog", "datacenters").stdout)
        self.assertRegex(self.run_consul("catalog", "nodes").stdout.splitlines()[1], r"^vm +[0-9a-f]{8} +127\.0\.0\.1 +dc1$")
        self.assertEqual("Deregistered service: web-1\n", self.run_consul("services", "deregister", "web.json").stdout)
        self.assertEqual("Deregistered service: db\n", self.run_consul("services", "deregister", "-id=db").stdout)
        self.assertEqual(3, self.run_consul("services", "deregister", "-id=db").returncode)
        self.assertEqual("Configuration reload triggered\n", self.run_consul("reload").stdout)
        self.assertEqual("Graceful leave complete\n", self.run_consul("leave").stdout)
        self.assertEqual(0, process.wait(10))
        self.assertEqual(4, self.run_consul("members").returncode)

    def test_validate(self):
        good, bad = self.folder / "good.json", self.folder / "bad.json"
        good.write_text('{"datacenter": "dc2", "service": {"name": "web"}}', "utf-8")
        bad.write_text('{"log_level": "shout", "services": [{"port": 1}]}', "utf-8")
        done = self.run_consul("validate", good)
        self.assertEqual((0, "Configuration is valid!\n"), (done.returncode, done.stdout), done.stderr)
        done = self.run_consul("validate", self.folder / "bad.json")
        self.assertEqual(1, done.returncode)
        self.assertTrue(all(re.search(word, done.stderr) for word in ("shout", r"services\[0\]")), done.stderr)


class ReloadTest(unittest.TestCase):
    """SIGHUP, and the two requests of the same meaning."""

    def setUp(self):
        self.server = Server(name="reload")
        self.addCleanup(self.server.end)
        self.config = self.server.folder / "agent.json"
        self.write({"log_level": "info", "service": {"name": "one", "port": 1}})
        self.server.flags += ["-config-file", str(self.config)]
        self.server.start()

    def write(self, document):
        self.config.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")

    def services(self):
        return set(self.server.get("/v1/agent/services").json())

    def test_sighup(self):
        self.server.register("guest", Port=5)
        self.write({"service": {"name": "two", "port": 2}, "node_meta": {"rack": "b"}, "dns_config": {"node_ttl": "7s"}, "ports": {"dns": 1}})
        self.server.signal(signal.SIGHUP)
        eventually(lambda: self.services() == {"two", "guest"}, 10, "the new configuration is in effect")
        self.assertEqual("b", self.server.get("/v1/catalog/nodes").json()[0]["Meta"]["rack"])
        self.assertRegex(self.server.dig("vm.node.consul"), r"vm\.node\.consul\.\s+7\s+IN\s+A")

        self.write("{ broken")
        self.server.signal(signal.SIGHUP)
        eventually(lambda: "Reload failed, the configuration read before stays in effect" in self.server.output(), 10, "the log says so")
        self.assertEqual({"two", "guest"}, self.services())
        self.assertIn("muster_agent_configuration_stale 1", self.server.get("/metrics").text)

        self.write({"log_level": "error"})
        self.server.signal(signal.SIGHUP)
        eventually(lambda: self.services() == {"guest"}, 10, "a good file again")
        self.assertIsNone(self.server.process.poll())

    def test_the_endpoint(self):
        self.write({"service": {"name": "two", "port": 2}})
        self.assertEqual((200, ""), (lambda answer: (answer.status, answer.text))(self.server.put("/v1/agent/reload")))
        self.assertEqual({"two"}, self.services())
        self.write({"log_level": "shout", "services": [{"port": 1}]})
        answer = self.server.put("/v1/agent/reload")
        self.assertEqual(500, answer.status)
        self.assertIn("agent.json: log_level", answer.text)
        self.assertIn("agent.json: services[0]", answer.text)
        self.assertEqual({"two"}, self.services())
        self.assertEqual(405, self.server.get("/v1/agent/reload").status)

    def test_what_needs_a_restart_is_said(self):
        self.write({"datacenter": "other", "log_level": "info"})
        self.assertEqual(200, self.server.put("/v1/agent/reload").status)
        self.assertIn("Reload: datacenter has changed and needs a restart", self.server.output())

    def test_leave_ends_the_server_in_order(self):
        self.assertEqual(200, self.server.put("/v1/agent/leave").status)
        self.assertEqual(0, self.server.process.wait(10))
        self.assertNotIn("   at ", self.server.output())


if __name__ == "__main__":
    unittest.main()
