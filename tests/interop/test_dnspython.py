"""Debian's python3-dnspython: the wire itself, where dig shows too little."""
import random
import socket
import struct
import unittest

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.query
import dns.rcode
import dns.rdatatype
import dns.resolver

import dns_zone
from harness import ServerTest


class DnsPythonTest(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        dns_zone.register_all(cls.server)

    def udp(self, name, kind="A", **options):
        return self.send_udp(dns.message.make_query(name, kind, **options))

    def send_udp(self, query, **options):
        return dns.query.udp(query, "127.0.0.1", timeout=5, port=self.server.dns_port, **options)

    def send_tcp(self, query):
        return dns.query.tcp(query, "127.0.0.1", timeout=5, port=self.server.dns_port)

    def exchange(self, payload):
        """Raw bytes over UDP; None when the server stays silent."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
            peer.settimeout(0.3)
            peer.sendto(payload, ("127.0.0.1", self.server.dns_port))
            try:
                return peer.recv(65535)
            except TimeoutError:
                return None

    @staticmethod
    def records(response, part="answer"):
        return [(str(rrset.name), dns.rdatatype.to_text(rrset.rdtype), record.to_text())
                for rrset in getattr(response, part) for record in rrset]

    def test_the_system_way_of_resolving(self):
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], self.server.dns_port
        addresses = sorted(record.address for record in resolver.resolve("web.service.consul", "A"))
        self.assertEqual(["10.0.0.1", "10.0.0.2", "10.0.0.3"], addresses)
        with self.assertRaises(dns.resolver.NXDOMAIN):
            resolver.resolve("nobody.service.consul", "A")
        with self.assertRaises(dns.resolver.NoAnswer):
            resolver.resolve("web.service.consul", "AAAA")

    def test_an_address_leads_back_to_its_node(self):
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], self.server.dns_port
        self.assertEqual(["vm.node.dc1.consul."], [record.to_text() for record in resolver.resolve_address("127.0.0.1")])
        self.assertEqual(["six.service.dc1.consul."], [record.to_text() for record in resolver.resolve_address("2001:db8::1")])
        with self.assertRaises(dns.resolver.NXDOMAIN):
            resolver.resolve_address("203.0.113.1")

    def test_a_nodes_metadata_is_text(self):
        texts = {record.strings for rrset in self.udp("printer.node.consul", "TXT").answer for record in rrset}
        self.assertEqual({(b"rack=7",), (b"hello world",)}, texts)

    def test_a_client_subnet_is_echoed_with_scope_0(self):
        option = dns.edns.ECSOption("10.1.2.0", 24)
        answer = self.udp("web.service.consul", use_edns=0, options=[option])
        self.assertEqual([(option.address, 24, 0)], [(echo.address, echo.srclen, echo.scopelen) for echo in answer.options])

    def test_kubernetes_names_resolve_down_to_the_address(self):
        records = self.records(self.udp("_metrics._tcp.shopping.sale.svc.cluster.local", "SRV"))
        target = records[0][2].split()[-1]
        self.assertEqual("1 1 9100 10-0-8-1.shopping.sale.svc.cluster.local.", records[0][2])
        self.assertEqual("10.0.8.1", self.udp(target).answer[0][0].address)

    def test_srv_follows_its_target_in_the_same_answer(self):
        response = self.udp("web.service.consul", "SRV")
        targets = {record.target.to_text() for rrset in response.answer for record in rrset}
        glue = {name: data for name, kind, data in self.records(response, "additional") if kind == "A"}
        self.assertEqual(targets, set(glue))
        self.assertEqual({"10.0.0.1", "10.0.0.2", "10.0.0.3"}, set(glue.values()))

    def test_srv_of_an_ipv6_instance_has_an_aaaa_beside_it(self):
        response = self.udp("six.service.consul", "SRV")
        target = "20010db8000000000000000000000001.addr.dc1.consul."
        self.assertIn(f"1 1 99 {target}", [data for _, _, data in self.records(response)])
        self.assertIn((target, "AAAA", "2001:db8::1"), self.records(response, "additional"))

    def test_every_instance_comes_first_sometimes(self):
        first = {self.records(self.udp("web.service.consul"))[0][2] for _ in range(60)}
        self.assertEqual({"10.0.0.1", "10.0.0.2", "10.0.0.3"}, first)

    def test_random_case_is_echoed_bit_for_bit(self):
        random_case = random.Random(7)
        for _ in range(20):
            name = "".join(random_case.choice((c.lower(), c.upper())) for c in "web.service.consul.")
            response = self.udp(name)
            self.assertEqual(name, response.question[0].name.to_text())
            self.assertEqual(3, len(self.records(response)))

    def test_the_query_id_and_recursion_flag_are_copied(self):
        query = dns.message.make_query("web.service.consul", "A")
        query.flags &= ~dns.flags.RD
        response = self.send_udp(query)
        self.assertEqual(query.id, response.id)
        self.assertFalse(response.flags & dns.flags.RD)
        self.assertTrue(response.flags & dns.flags.AA)
        self.assertFalse(response.flags & dns.flags.RA)

    def test_edns_answers_with_edns_and_never_more_than_asked(self):
        for size in (512, 800, 1232, 4096):
            with self.subTest(size):
                query = dns.message.make_query("many.service.consul", "SRV", use_edns=0, payload=size)
                response = dns.query.udp(query, "127.0.0.1", timeout=5, port=self.server.dns_port)
                self.assertEqual(0, response.edns)
                self.assertLessEqual(len(self.exchange(query.to_wire())), size)
        self.assertEqual(-1, self.udp("web.service.consul", use_edns=False).edns)

    def test_an_unknown_edns_version_is_bad_version(self):
        query = dns.message.make_query("web.service.consul", "A", use_edns=0)
        query.ednsflags |= 1 << 16
        self.assertEqual(dns.rcode.BADVERS, self.send_udp(query).rcode())

    def test_additional_records_are_dropped_before_answers(self):
        query = dns.message.make_query("many.service.consul", "SRV", use_edns=0, payload=4096)
        whole = self.send_tcp(query)
        self.assertFalse(whole.flags & dns.flags.TC)
        self.assertEqual(dns_zone.MANY, len(self.records(whole)))
        cut = self.send_udp(dns.message.make_query("web.service.consul", "SRV", use_edns=False))
        self.assertEqual(3, len(self.records(cut)), "three SRV records fit into 512 bytes, with or without addresses")

    def test_truncation_then_tcp_as_a_resolver_does_it(self):
        query = dns.message.make_query("many.service.consul", "A", use_edns=False)
        response, used_tcp = dns.query.udp_with_fallback(query, "127.0.0.1", timeout=5, port=self.server.dns_port)
        self.assertTrue(used_tcp)
        self.assertEqual({f"10.1.0.{n + 1}" for n in range(dns_zone.MANY)}, {data for _, _, data in self.records(response)})

    def test_no_name_and_no_data_carry_the_zones_soa(self):
        missing = self.udp("nobody.service.consul")
        empty = self.udp("web.service.consul", "AAAA")
        self.assertEqual(dns.rcode.NXDOMAIN, missing.rcode())
        self.assertEqual(dns.rcode.NOERROR, empty.rcode())
        for response in (missing, empty):
            (name, kind, data), = self.records(response, "authority")
            self.assertEqual(("consul.", "SOA"), (name, kind))
            self.assertTrue(data.endswith(" 3600 600 86400 0"), data)
            self.assertEqual([], response.answer)

    def test_zone_transfer_and_other_opcodes_are_not_implemented(self):
        update = dns.message.make_query("consul", "SOA")
        update.set_opcode(dns.opcode.STATUS)
        self.assertEqual(dns.rcode.NOTIMP, self.send_udp(update).rcode())
        transfer = self.send_tcp(dns.message.make_query("consul", "AXFR"))
        self.assertIn(transfer.rcode(), (dns.rcode.NOTIMP, dns.rcode.REFUSED))

    def test_one_tcp_connection_carries_many_queries(self):
        with socket.create_connection(("127.0.0.1", self.server.dns_port), timeout=5) as connection:
            queries = [dns.message.make_query(f"{name}.service.consul", "A") for name in ("web", "both", "noaddr", "nobody")]
            wire = b"".join(struct.pack("!H", len(q.to_wire())) + q.to_wire() for q in queries)
            for position in range(0, len(wire), 7):  # in pieces that respect no message's bounds
                connection.sendall(wire[position:position + 7])
            reader = connection.makefile("rb")
            answers = {}
            for _ in queries:
                length, = struct.unpack("!H", reader.read(2))
                response = dns.message.from_wire(reader.read(length))
                answers[response.id] = response
            self.assertEqual([3, 1, 1, 0], [len(self.records(answers[query.id])) for query in queries])

    def test_garbage_is_survived(self):
        noise = random.Random(20)
        good = dns.message.make_query("web.service.consul", "SRV", use_edns=0).to_wire()
        for _ in range(300):
            broken = bytearray(good)
            for _ in range(noise.randint(1, 4)):
                broken[noise.randrange(len(broken))] = noise.randrange(256)
            payload = bytes(broken[:noise.randint(0, len(broken))] if noise.random() < 0.5 else broken)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
                peer.sendto(payload, ("127.0.0.1", self.server.dns_port))
        with socket.create_connection(("127.0.0.1", self.server.dns_port), timeout=5) as connection:
            connection.sendall(b"\x00\x05" + b"\xff" * 5)
        with socket.create_connection(("127.0.0.1", self.server.dns_port), timeout=5) as connection:
            connection.sendall(b"\xff\xff" + b"\x00" * 10)  # announces more than it sends
        self.assertEqual(3, len(self.records(self.udp("web.service.consul"))))

    def test_a_response_is_never_answered(self):
        query = dns.message.make_query("web.service.consul", "A")
        query.flags |= dns.flags.QR
        self.assertIsNone(self.exchange(query.to_wire()), "answering answers lets two servers talk forever")

    def test_a_broken_question_is_a_format_error(self):
        header_without_question = struct.pack("!HHHHHH", 77, 0x0100, 1, 0, 0, 0)
        answer = self.exchange(header_without_question)
        self.assertIsNotNone(answer)
        identity, flags = struct.unpack("!HH", answer[:4])
        self.assertEqual((77, dns.rcode.FORMERR), (identity, flags & 0xF))

    def test_a_new_instance_is_in_the_next_answer(self):
        self.assertEqual(dns.rcode.NXDOMAIN, self.udp("fresh.service.consul").rcode())
        self.server.register("fresh", Address="10.2.0.1", Port=1)
        self.assertEqual([("fresh.service.consul.", "A", "10.2.0.1")], self.records(self.udp("fresh.service.consul")))
        self.server.deregister("fresh")
        self.assertEqual(dns.rcode.NXDOMAIN, self.udp("fresh.service.consul").rcode())


if __name__ == "__main__":
    unittest.main()
