"""knot's kdig: one table of every form of name, over UDP and TCP."""
import unittest

import dns_zone
from harness import ServerTest, run

V6_REVERSE = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"

# Name, type, status, what the answer section holds (its data, sorted).
WEB = ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
WEB_SRV = [f"1 {n} {8000 + n} 0a00000{n}.addr.dc1.consul." for n in (1, 2, 3)]
FORMS = [
    ("web.service.consul", "A", "NOERROR", WEB),
    ("web.service.dc1.consul", "A", "NOERROR", WEB),
    ("web.service.dc1.dc.consul", "A", "NOERROR", WEB),
    ("web.service.dc9.consul", "A", "NXDOMAIN", []),
    ("web.service.dc9.dc.consul", "A", "NXDOMAIN", []),
    ("web.service.second.test", "A", "NOERROR", WEB),
    ("web.service.second.test", "SRV", "NOERROR", [line.replace(".consul.", ".second.test.") for line in WEB_SRV]),
    ("WEB.Service.Consul", "A", "NOERROR", WEB),
    ("web.service.consul", "SRV", "NOERROR", WEB_SRV),
    ("web.service.consul", "AAAA", "NOERROR", []),
    ("web.service.consul", "TXT", "NOERROR", []),
    ("web.service.consul", "MX", "NOERROR", []),
    ("v2.web.service.consul", "A", "NOERROR", ["10.0.0.2"]),
    ("dotted.tag.web.service.consul", "A", "NOERROR", WEB),
    ("_web._tcp.consul", "SRV", "NOERROR", WEB_SRV),
    ("_web._tcp.service.consul", "SRV", "NOERROR", WEB_SRV),
    ("_web._v3.service.dc1.consul", "SRV", "NOERROR", WEB_SRV[2:]),
    ("_web._tcp.service.consul", "A", "NOERROR", WEB),
    ("_web._tcp.consul", "A", "NXDOMAIN", []),
    ("six.service.consul", "AAAA", "NOERROR", ["2001:db8::1"]),
    ("noaddr.service.consul", "SRV", "NOERROR", ["1 1 99 vm.node.dc1.consul."]),
    ("named.service.consul", "A", "NOERROR", ["db.example.com."]),
    ("named.service.consul", "SRV", "NOERROR", ["1 1 5432 db.example.com."]),
    ("down.service.consul", "A", "NXDOMAIN", []),
    ("nobody.service.consul", "SRV", "NXDOMAIN", []),
    ("vm.node.consul", "A", "NOERROR", ["127.0.0.1"]),
    ("vm.node.dc1.dc.consul", "A", "NOERROR", ["127.0.0.1"]),
    ("vm.node.consul", "AAAA", "NOERROR", []),
    ("printer.node.consul", "TXT", "NOERROR", ['"hello world"', '"rack=7"']),
    ("nobody.node.consul", "A", "NXDOMAIN", []),
    ("0a000001.addr.dc1.consul", "A", "NOERROR", ["10.0.0.1"]),
    ("0a000001.addr.dc1.consul", "AAAA", "NOERROR", []),
    ("20010db8000000000000000000000001.addr.dc1.consul", "AAAA", "NOERROR", ["2001:db8::1"]),
    ("zz.addr.consul", "A", "NXDOMAIN", []),
    ("6.8.9.10.in-addr.arpa", "PTR", "NXDOMAIN", []),
    ("7.8.9.10.in-addr.arpa", "PTR", "NOERROR", ["printer.node.dc1.consul."]),
    ("2.0.0.10.in-addr.arpa", "PTR", "NOERROR", ["web.service.dc1.consul."]),
    (V6_REVERSE, "PTR", "NOERROR", ["six.service.dc1.consul."]),
    ("9.10.in-addr.arpa", "PTR", "NOERROR", []),
    ("web.default.svc.cluster.local", "A", "NOERROR", WEB),
    ("shopping.sale.svc.cluster.local", "A", "NOERROR", ["10.0.8.1"]),
    ("shopping.default.svc.cluster.local", "A", "NXDOMAIN", []),
    ("_metrics._tcp.shopping.sale.svc.cluster.local", "SRV", "NOERROR", ["1 1 9100 10-0-8-1.shopping.sale.svc.cluster.local."]),
    ("10-0-8-1.shopping.sale.svc.cluster.local", "A", "NOERROR", ["10.0.8.1"]),
    ("shopping-1.shopping.sale.svc.cluster.local", "A", "NOERROR", ["10.0.8.1"]),
    ("web.connect.consul", "A", "NXDOMAIN", []),
    ("web.ingress.consul", "A", "NXDOMAIN", []),
    ("web.virtual.consul", "A", "NXDOMAIN", []),
    ("web.query.consul", "A", "NXDOMAIN", []),
    ("service.consul", "A", "NOERROR", []),
    ("consul", "NS", "NOERROR", ["vm.node.dc1.consul."]),
    ("ns.consul", "A", "NOERROR", ["127.0.0.1"]),
    ("example.com", "A", "REFUSED", []),
    ("consul", "AXFR", "NOTIMPL", []),
]


class KdigTest(ServerTest):
    flags = ("-alt-domain", "second.test")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        dns_zone.register_all(cls.server)

    def kdig(self, *arguments):
        done = run("kdig", "@127.0.0.1", "-p", self.server.dns_port, "+time=3", *arguments)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        return done.stdout

    def ask(self, name, kind, *options):
        """The status, the answer's data sorted, the types in the authority section, the flags."""
        output = self.kdig(*options, name, kind)
        part, sections = "", {}
        for line in output.splitlines():
            if line.startswith(";; ") and "SECTION" in line:
                part = line.split()[1]
            elif line and not line.startswith(";"):
                sections.setdefault(part, []).append(line.split(None, 4))
        status = output.split("status: ")[1].split(";")[0]
        flags = output.split(";; Flags: ")[1].split(";")[0].split()
        data = sorted(words[4] for words in sections.get("ANSWER", []))
        return status, data, [words[3] for words in sections.get("AUTHORITY", [])], flags

    def test_every_form_over_udp_and_tcp(self):
        for name, kind, status, expected in FORMS:
            for transport in ("+notcp", "+tcp"):
                if kind == "AXFR" and transport == "+notcp":
                    continue  # kdig transfers over TCP only
                with self.subTest(f"{name} {kind} {transport}"):
                    if kind == "AXFR":
                        self.assertIn(status, self.kdig_failing(name, kind))
                        continue
                    got, data, authority, flags = self.ask(name, kind, transport, "+noedns")
                    self.assertEqual((status, expected), (got, data))
                    if status == "REFUSED":
                        self.assertEqual(([], False), (authority, "aa" in flags))
                    else:
                        self.assertIn("aa", flags)
                    self.assertNotIn("tc", flags)
                    if status == "NXDOMAIN":
                        self.assertEqual(["SOA"], authority)

    def kdig_failing(self, name, kind):
        done = run("kdig", "@127.0.0.1", "-p", self.server.dns_port, "+time=3", "+tcp", name, kind)
        return done.stdout + done.stderr

    def test_any_is_minimal_over_udp_and_whole_over_tcp(self):
        self.assertEqual(['"RFC8482" ""'], self.ask("web.service.consul", "ANY", "+notcp")[1])
        self.assertEqual(WEB, self.ask("web.service.consul", "ANY", "+tcp")[1])

    def test_a_client_subnet_comes_back_with_scope_0(self):
        output = self.kdig("+subnet=10.1.2.0/24", "web.service.consul", "A")
        self.assertIn("10.1.2.0/24/0", output)


if __name__ == "__main__":
    unittest.main()
