"""The command line against a real server: what it prints for scripts, and its exit codes."""
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.request

from harness import PROGRAM, Server, ServerTest, eventually, run

OK, ERROR, USAGE, NOT_FOUND, UNREACHABLE = range(5)


class CliTest(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.register("billing", ID="billing-1", Address="10.7.0.1", Port=81, Tags=["v1", "eu"])
        cls.server.register("billing", ID="billing-2", Address="10.7.0.2", Port=82, Tags=["v2"],
                            Check={"TTL": "600s", "Status": "critical"})

    def muster(self, *arguments, expect=OK, server=None):
        environment = {**os.environ, "MUSTER_HTTP_ADDR": f"http://127.0.0.1:{(server or self.server).http_port}"}
        done = run(PROGRAM, *arguments, env=environment)
        self.assertEqual(expect, done.returncode, done.stdout + done.stderr)
        self.assertNotIn("   at ", done.stderr, "a stack trace is no message for a person")
        return done

    def json(self, *arguments):
        return json.loads(self.muster(*arguments, "--json").stdout)

    def test_version(self):
        self.assertRegex(self.muster("version").stdout, r"\d+\.\d+\.\d+")
        self.assertRegex(json.dumps(self.json("version")), r"\d+\.\d+\.\d+")

    def test_services(self):
        row, = [row for row in self.json("services")["services"] if row["name"] == "billing"]
        self.assertEqual((2, 1, 1), (row["instances"], row["passing"], row["critical"]))
        self.assertIn("billing", self.muster("services").stdout)

    def test_instances(self):
        found = self.json("instances", "billing")["instances"]
        self.assertEqual({"billing-1": "passing", "billing-2": "critical"}, {one["id"]: one["health"] for one in found})
        passing = self.json("instances", "billing", "--health", "passing")["instances"]
        self.assertEqual(["billing-1"], [one["id"] for one in passing])
        tagged = self.json("instances", "billing", "--tag", "v2")["instances"]
        self.assertEqual(["billing-2"], [one["id"] for one in tagged])
        table = self.muster("instances", "billing").stdout
        self.assertIn("10.7.0.1:81", table)
        self.assertIn("billing-2", table)

    def test_resolve(self):
        self.assertEqual("10.7.0.1:81\n", self.muster("resolve", "billing").stdout)
        self.assertEqual(2, len(self.muster("resolve", "billing", "--all").stdout.splitlines()))
        self.muster("resolve", "billing", "--tag", "v2", expect=NOT_FOUND)
        self.muster("resolve", "nobody", expect=NOT_FOUND)

    def test_register_and_deregister(self):
        self.muster("register", "--name", "typed", "--id", "typed-1", "--address", "10.7.1.1", "--port", "99",
                    "--tag", "a", "--tag", "b", "--meta", "owner=me", "--lease", "10m")
        row, = self.server.get("/v1/catalog/service/typed").json()
        self.assertEqual(("typed-1", "10.7.1.1", 99, ["a", "b"], {"owner": "me"}), tuple(
            row[key] for key in ("ServiceID", "ServiceAddress", "ServicePort", "ServiceTags", "ServiceMeta")))
        self.muster("deregister", "typed-1")
        self.assertEqual([], self.server.get("/v1/catalog/service/typed").json())
        self.muster("deregister", "typed-1", expect=NOT_FOUND)
        self.muster("register", "--name", "bad name!", "--port", "99", expect=ERROR)

    def test_explain_says_why_what_happened_and_how_stale(self):
        text = self.muster("explain", "billing").stdout
        for part in ("billing-1", "IN", "billing-2", "OUT", "critical", "registered", "unwatched", "takes longest"):
            self.assertIn(part, text)
        one = self.json("explain", "billing/billing-2")
        self.assertEqual("critical", one["instance"]["health"])
        self.assertTrue(one["instance"]["reasons"])
        self.assertEqual("registered", one["events"][0]["kind"])
        self.assertGreaterEqual(one["staleness"]["totalSeconds"], 600)
        self.muster("explain", "billing/nobody", expect=NOT_FOUND)
        self.muster("explain", "nobody", expect=NOT_FOUND)

    def test_explain_still_knows_a_service_that_left(self):
        self.server.register("departed", Port=1)
        self.server.deregister("departed")
        self.assertIn("deregistered", self.muster("explain", "departed").stdout)
        gone = self.muster("explain", "departed/departed", expect=NOT_FOUND).stdout
        self.assertIn("OUT", gone)
        self.assertIn("deregistered", gone)

    def test_watch_prints_changes_until_interrupted(self):
        environment = {**os.environ, "MUSTER_HTTP_ADDR": f"127.0.0.1:{self.server.http_port}"}
        with subprocess.Popen([PROGRAM, "watch", "observed", "--json"], env=environment, text=True, bufsize=1,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as watch:
            self.addCleanup(watch.kill)
            self.assertEqual("hello", json.loads(watch.stdout.readline())["type"])
            self.assertEqual("snapshot", json.loads(watch.stdout.readline())["type"])
            self.server.register("observed", Port=1)
            self.assertEqual("changed", json.loads(watch.stdout.readline())["type"])
            self.server.deregister("observed")
            self.assertEqual("removed", json.loads(watch.stdout.readline())["type"])
            watch.send_signal(signal.SIGINT)
            self.assertEqual("", watch.stderr.read())
            self.assertEqual(OK, watch.wait(10))

    def test_the_address_may_come_from_consuls_variable_or_an_option(self):
        address = f"127.0.0.1:{self.server.http_port}"
        plain = {key: value for key, value in os.environ.items() if key not in ("MUSTER_HTTP_ADDR", "CONSUL_HTTP_ADDR")}
        self.assertEqual(OK, run(PROGRAM, "services", env={**plain, "CONSUL_HTTP_ADDR": address}).returncode)
        self.assertEqual(OK, run(PROGRAM, "services", "--http-addr", f"http://{address}", env=plain).returncode)

    def test_usage_errors(self):
        for arguments in (["no-such-command"], ["instances"], ["instances", "x", "--no-such-option"], ["register"],
                          ["register", "--name", "x", "--lease", "soon"]):
            with self.subTest(arguments):
                self.assertIn("muster", self.muster(*arguments, expect=USAGE).stderr)

    def test_a_server_that_is_not_there(self):
        gone = Server(name="gone")
        self.addCleanup(gone.end)
        self.assertIn(str(gone.http_port), self.muster("services", expect=UNREACHABLE, server=gone).stderr)

    def test_output_to_a_closed_pipe_is_no_crash(self):
        command = f"'{PROGRAM}' instances billing --http-addr 127.0.0.1:{self.server.http_port} | head -n 1"
        done = run("bash", "-c", command)
        self.assertNotIn("Unhandled", done.stderr)
        self.assertEqual(1, len(done.stdout.splitlines()))


class DemoTest(unittest.TestCase):
    def test_it_becomes_live_shows_a_kill_and_stops_cleanly(self):
        log = tempfile.NamedTemporaryFile("w+", prefix="muster-demo-")
        self.addCleanup(log.close)
        demo = subprocess.Popen([PROGRAM, "demo"], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        self.addCleanup(demo.wait)
        self.addCleanup(demo.kill)

        def output():
            return pathlib.Path(log.name).read_text("utf-8")

        def said(pattern):
            self.assertIsNone(demo.poll(), "the demo ended early:\n" + output())
            return re.search(pattern, output())

        http_port = int(eventually(lambda: said(r"HTTP on http://127\.0\.0\.1:(\d+)"), 20, "the server is up").group(1))
        kill = eventually(lambda: said(r"\bkill (?:-\w+ )?(\d+)"), 20, "the lines to try are shown")
        for tool in ("curl ", "dig "):
            self.assertIn(tool, output())

        def instances(service):
            with urllib.request.urlopen(f"http://127.0.0.1:{http_port}/v1/health/service/{service}?passing") as answer:
                return json.load(answer)

        services = ("orders", "payments", "inventory")
        self.assertEqual([1, 2, 1], [len(instances(service)) for service in services])
        ports = [entry["Service"]["Port"] for service in services for entry in instances(service)]

        os.kill(int(kill.group(1)), signal.SIGKILL)
        eventually(lambda: sum(len(instances(service)) for service in services) == 3, 10, "the killed one left")

        demo.send_signal(signal.SIGINT)
        signalled = time.monotonic()
        self.assertEqual(0, demo.wait(15), output())
        self.assertLess(time.monotonic() - signalled, 10)
        for port in (http_port, *ports):
            with self.subTest(port), self.assertRaises(OSError, msg="something of the demo still listens"):
                socket.create_connection(("127.0.0.1", port), timeout=1).close()

    def test_it_ends_by_itself_when_told_to(self):
        done = run(PROGRAM, "demo", "--for", "2s", timeout=40)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)

    def test_it_does_not_need_the_default_ports(self):
        with socket.socket() as taken:
            try:
                taken.bind(("127.0.0.1", 8500))
                taken.listen()
            except OSError:
                pass  # taken by somebody else: as good
            done = run(PROGRAM, "demo", "--for", "1s", timeout=40)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
