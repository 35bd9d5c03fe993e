"""A server told to join a name: it starts before the name stands for anybody, and follows it when a peer is replaced."""
import unittest

from harness import Server, eventually, free_port, run

NAME = "peers.muster.test"

# each server sees names of its own file, and asks no DNS server: `exec` keeps the process's id
PREFIX = ("unshare", "-rm", "sh", "-c", 'mount --bind "$0/hosts" /etc/hosts && mount --bind "$0/nsswitch" /etc/nsswitch.conf && exec "$@"')


class ClusterNamesTest(unittest.TestCase):
    def setUp(self):
        self.port = free_port()

    def make(self, number, *flags):
        server = Server(
            "-bind", f"127.0.0.{number}", "-serf-lan-port", str(self.port), "-encrypt", "only for this test, and long enough", *flags,
            node=f"node-{number}", name=f"names-{number}")
        self.addCleanup(server.end)
        return server

    @staticmethod
    def alive(server):
        return {member["name"] for member in server.get("/api/v1/cluster").json()["members"] if member["status"] == "alive"}

    def test_a_name_that_changes_its_answer_is_followed(self):
        first = self.make(2, "-retry-join", f"{NAME}:{self.port}", "-retry-interval", "1s")
        hosts = first.folder / "hosts"
        (first.folder / "nsswitch").write_text("hosts: files\n", "utf-8")
        first.prefix = (*PREFIX, str(first.folder))
        hosts.write_text("", "utf-8")
        if run(*first.prefix, "true").returncode != 0:
            self.skipTest("this machine lets nobody have a mount namespace")

        def answer(*numbers):
            hosts.write_text("".join(f"127.0.0.{number} {NAME}\n" for number in numbers), "utf-8")

        first.spawn()
        eventually(lambda: self.says(first, NAME), 20, "it looks for its peers, and says where")

        # the peers look for nobody: only the name leads to them
        second = self.make(3).start()
        answer(2, 3)
        eventually(first.is_ready, 15, "it is ready")
        for server in (first, second):
            eventually(lambda: self.alive(server) == {"node-2", "node-3"}, 10, f"{server.node} sees both")
        first.register("orders", ID="orders-1", Port=80)
        eventually(lambda: second.passing("orders") == ["orders-1"], 5, "the peer knows it")

        # a replaced peer: another server at another address
        second.kill()
        third = self.make(4).start()
        answer(2, 4)
        for server in (first, third):
            eventually(lambda: {"node-2", "node-4"} <= self.alive(server), 15, f"{server.node} sees the new one")
        eventually(lambda: third.passing("orders") == ["orders-1"], 5, "the new peer knows it")

    @staticmethod
    def says(server, text):
        try:
            return text in server.get("/api/v1/cluster").text
        except OSError:
            return False


if __name__ == "__main__":
    unittest.main()
