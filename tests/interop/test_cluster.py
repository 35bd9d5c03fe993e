"""Three servers of one cluster, as Consul's clients and the command line see them."""
import os
import signal
import unittest

import consul

from cluster import Cluster
from harness import PROGRAM, Server, eventually, free_port, run

NAMES = ["node-1", "node-2", "node-3"]
ALIVE, LEFT, FAILED = 1, 3, 4


class ClusterTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = Cluster(name="members")
        cls.addClassCleanup(cls.cluster.end)
        cls.cluster.start()
        for server in cls.cluster.servers:
            eventually(lambda: cls.statuses(server) == dict.fromkeys(NAMES, ALIVE), 20, f"{server.node} sees all")

    @staticmethod
    def client(server):
        return consul.Consul(host="127.0.0.1", port=server.http_port)

    @classmethod
    def statuses(cls, server):
        return {member["Name"]: member["Status"] for member in cls.client(server).agent.members()}

    def muster(self, server, *arguments):
        return run(PROGRAM, *arguments, env={**os.environ, "MUSTER_HTTP_ADDR": f"127.0.0.1:{server.http_port}"})

    def test_1_python_consul_sees_the_same_on_every_server(self):
        seen = set()
        for server in self.cluster.servers:
            client = self.client(server)
            for member in client.agent.members():
                self.assertEqual(("consul", "dc1"), (member["Tags"]["role"], member["Tags"]["dc"]))
            self.assertEqual(server.node, client.agent.self()["Member"]["Name"])
            self.assertEqual("3", client.agent.self()["Stats"]["serf_lan"]["members"])
            self.assertRegex(client.status.leader(), r"^127\.0\.0\.1:8300$")
            self.assertEqual(3, len(client.status.peers()))
            self.assertEqual(200, server.call("PUT", f"/v1/agent/join/127.0.0.1:{self.peer_port(self.cluster.servers[0])}").status)
            servers = server.get("/v1/operator/raft/configuration").json()["Servers"]
            seen.add(next(each["Node"] for each in servers if each["Leader"]))
        self.assertEqual(1, len(seen), "all name the same leader")

    def test_1_what_one_server_was_told_all_know(self):
        first, *others = self.cluster.servers
        self.assertTrue(self.client(first).agent.service.register("orders", service_id="orders-1", port=80))
        for server in others:
            eventually(lambda: len(self.client(server).health.service("orders", passing=True)[1]) == 1, 5, f"{server.node} knows it")

    def test_1_the_command_line_shows_how_well_they_agree(self):
        first = self.cluster.servers[0]

        def agree():
            rows = [line.split() for line in self.muster(first, "members").stdout.splitlines()]
            return rows if [row[10] for row in rows[1:]] == ["-", "yes", "yes"] else None

        rows = eventually(agree, 10, "all hold the same")
        self.assertEqual(["Lag", "Equal", "Queue"], rows[0][9:])
        self.assertEqual([[name, "alive", "server"] for name in NAMES], [[row[0], row[2], row[3]] for row in rows[1:]])
        self.assertIn("up", self.muster(first, "members", "-detailed").stdout)
        refused = self.muster(first, "join", "127.0.0.1:1")
        self.assertEqual((1, True), (refused.returncode, "nobody listens there" in refused.stderr), refused.stderr)
        joined = self.muster(first, "join", f"127.0.0.1:{self.peer_port(self.cluster.servers[1])}")
        self.assertEqual((0, "Successfully joined cluster by contacting 1 nodes.\n"), (joined.returncode, joined.stdout))
        self.assertEqual(1, self.muster(first, "force-leave", "nobody").returncode)

    def test_2_a_stop_is_no_leave_and_a_restart_needs_no_join(self):
        first, _, third = self.cluster.servers
        third.process.send_signal(signal.SIGTERM)
        self.assertEqual(0, third.process.wait(20))
        eventually(lambda: self.statuses(first)["node-3"] == FAILED, 20, "it failed")
        flags = third.flags
        third.flags = [flag for index, flag in enumerate(flags) if "-retry-join" not in (flag, flags[index - 1])]
        self.cluster.again(third)
        eventually(lambda: self.statuses(first)["node-3"] == ALIVE, 20, "it is back")
        third.flags = flags

    def test_3_leave_is_seen_and_what_failed_can_be_forced_out(self):
        first, second, third = self.cluster.servers
        self.assertEqual(0, self.muster(third, "leave").returncode)
        self.assertEqual(0, third.process.wait(20))
        eventually(lambda: self.statuses(first)["node-3"] == LEFT, 10, "it left")
        second.kill()
        eventually(lambda: self.statuses(first)["node-2"] == FAILED, 20, "it failed")
        self.assertIn("goes on alone", self.muster(first, "members").stderr)
        self.assertEqual((200, True), (first.get("/health/ready").status, '"alone":true' in first.get("/health/ready").text))
        self.assertEqual(200, first.call("PUT", "/v1/agent/force-leave/node-2").status)
        eventually(lambda: self.statuses(first)["node-2"] == LEFT, 10, "it counts as left")
        self.assertEqual(0, self.muster(first, "force-leave", "-prune", "node-2").returncode)
        eventually(lambda: "node-2" not in self.statuses(first), 10, "it is forgotten")

    def test_a_wrong_secret_is_named_and_nobody_comes_in(self):
        first = self.cluster.servers[0]
        stranger = Server("-serf-lan-port", str(free_port()), "-encrypt", "not the secret of this test", node="stranger", name="stranger").start()
        self.addCleanup(stranger.end)
        refused = self.muster(stranger, "join", f"127.0.0.1:{self.peer_port(first)}")
        self.assertEqual((1, True), (refused.returncode, "the cluster's secret differs" in refused.stderr), refused.stderr)
        self.assertNotIn("stranger", self.statuses(first))
        self.assertIn("secret differs", first.output())
        self.assertNotIn("not the secret", first.output() + stranger.output())

    @staticmethod
    def peer_port(server):
        return server.flags[server.flags.index("-serf-lan-port") + 1]


if __name__ == "__main__":
    unittest.main()
