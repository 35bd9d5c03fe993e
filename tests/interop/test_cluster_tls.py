"""TLS among servers: certificates are renewed by SIGHUP while the servers run, their authority included."""
import json
import pathlib
import shutil
import signal
import tempfile
import unittest

from harness import Server, eventually, free_port, run

KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")


class Authority:
    """Signs certificates for servers, as an operator does with openssl."""

    def __init__(self, folder, name):
        self.certificate, self.key = folder / f"{name}.pem", folder / f"{name}.key"
        self.make("-subj", f"/CN={name}", "-keyout", self.key, "-out", self.certificate)

    def issue(self, folder):
        self.make("-CA", self.certificate, "-CAkey", self.key, "-subj", "/CN=server",
                  "-addext", "subjectAltName=DNS:server.dc1.consul", "-addext", "basicConstraints=critical,CA:FALSE",
                  "-keyout", folder / "server.key", "-out", folder / "server.pem")

    @staticmethod
    def make(*arguments):
        made = run("openssl", "req", "-x509", *KEY, *arguments)
        if made.returncode != 0:
            raise AssertionError(made.stderr)


class ClusterTlsTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="muster-authorities-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def make(self, number, join=None):
        server = Server(
            "-serf-lan-port", str(free_port()), "-encrypt", "only for this test, and long enough", *(["-retry-join", self.address(join)] if join else []),
            node=f"node-{number}", name=f"tls-{number}")
        self.addCleanup(server.end)
        self.write(server, {})
        server.flags += ["-config-file", str(server.folder / "agent.json")]
        return server

    @staticmethod
    def write(server, more):
        files = {"ca_file": "ca.pem", "cert_file": "server.pem", "key_file": "server.key"}
        document = {key: str(server.folder / name) for key, name in files.items()} | more
        (server.folder / "agent.json").write_text(json.dumps(document), "utf-8")

    @staticmethod
    def trust(server, *authorities):
        (server.folder / "ca.pem").write_text("".join(each.certificate.read_text("utf-8") for each in authorities), "utf-8")

    @staticmethod
    def address(server):
        return f"127.0.0.1:{server.flags[server.flags.index('-serf-lan-port') + 1]}"

    @staticmethod
    def links(server):
        """Whom it is linked to, and since when."""
        members = server.get("/api/v1/cluster").json()["members"]
        return {member["name"]: member["connectedSince"] for member in members if member.get("connected")}

    @staticmethod
    def reloads(server, outcome):
        return f'muster_agent_reloads_total{{outcome="{outcome}"}} 1' in server.get("/metrics").text

    def test_sighup_takes_renewed_certificates_and_breaks_no_link(self):
        old, new = Authority(self.folder, "old"), Authority(self.folder, "new")
        first, second = self.make(1), self.make(2)
        second.flags += ["-retry-join", self.address(first)]
        for server in (first, second):
            old.issue(server.folder)
            self.trust(server, old)
            server.spawn()
        for server, other in ((first, "node-2"), (second, "node-1")):
            eventually(lambda: server.is_ready() and other in self.links(server), 20, f"{server.node} is linked")
        before = self.links(first)

        # what cannot be read changes nothing, not even what could be read
        (first.folder / "server.pem").write_text("half a file", "utf-8")
        self.write(first, {"node_meta": {"rack": "b"}})
        first.signal(signal.SIGHUP)
        eventually(lambda: self.reloads(first, "failed"), 10, "the reload is refused")
        self.assertIn("cert_file", first.output())
        self.assertNotIn("rack", first.get("/v1/catalog/node/node-1").text)

        # over to another authority, which a newcomer trusts alone
        for server in (first, second):
            new.issue(server.folder)
            self.trust(server, old, new)
            server.signal(signal.SIGHUP)
            eventually(lambda: self.reloads(server, "done"), 10, f"{server.node} reads its files again")
        self.assertEqual("b", first.get("/v1/catalog/node/node-1").json()["Node"]["Meta"]["rack"])
        self.assertNotIn("needs a restart", first.output())
        third = self.make(3, join=first)
        new.issue(third.folder)
        self.trust(third, new)
        third.start()
        eventually(lambda: set(self.links(third)) == {"node-1", "node-2"}, 15, "the newcomer is linked to both")
        self.assertEqual(before, {name: since for name, since in self.links(first).items() if name == "node-2"}, "the old link stays")

        # one that has only what was before is no member any more
        late = self.make(4, join=first)
        old.issue(late.folder)
        self.trust(late, old)
        late.spawn()
        eventually(lambda: "TLS" in late.get("/api/v1/cluster").text if self.answers(late) else False, 15, "it says why it cannot join")
        self.assertNotIn("node-4", self.links(first))

    @staticmethod
    def answers(server):
        try:
            return server.get("/health/live").status == 200
        except OSError:
            return False


if __name__ == "__main__":
    unittest.main()
