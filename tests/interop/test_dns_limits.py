"""DNS under abuse and with help: a flood over UDP, connections that say nothing over TCP, names that others know."""
import json
import socket
import time
import unittest

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode

from harness import Server, ServerTest


def ask(port, name, kind="A", tcp=False, **options):
    query = dns.message.make_query(name, kind)
    send = dns.query.tcp if tcp else dns.query.udp
    return send(query, "127.0.0.1", timeout=5, port=port, **options)


class FloodTest(ServerTest):
    """50 responses a second for each /24; every second one over that is an empty one with TC."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server(name=cls.__name__)
        cls.addClassCleanup(cls.server.end)
        config = cls.server.folder / "dns.json"
        config.write_text(json.dumps({"dns_config": {
            "responses_per_second": 50, "response_slip": 2, "tcp_max_conns_per_client": 40}}), "utf-8")
        cls.server.flags += ["-config-file", str(config)]
        cls.server.start()
        cls.server.register("web", Address="10.0.0.1", Port=80)

    def flood(self, source, count):
        """Sends some thousands of queries a second; returns how many answers were whole and how many only TC."""
        packet = dns.message.make_query("web.service.consul", "A").to_wire()
        whole = cut = 0
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
            peer.bind((source, 0))
            answers = []
            for number in range(count):
                peer.sendto(packet, ("127.0.0.1", self.server.dns_port))
                answers += self.received(peer, 0)  # at once: the kernel keeps some 250 at most, on either side
                if number % 20 == 19:
                    time.sleep(0.001)
            answers += self.received(peer, 0.3)
        for answer in map(dns.message.from_wire, answers):
            is_cut = bool(answer.flags & dns.flags.TC)
            self.assertEqual(0 if is_cut else 1, len(answer.answer))
            whole, cut = whole + (not is_cut), cut + is_cut
        return whole, cut

    @staticmethod
    def received(peer, patience):
        """What is there, and what comes until nothing has for a while."""
        peer.settimeout(patience)
        answers = []
        try:
            while True:
                answers.append(peer.recv(4096))
        except (TimeoutError, BlockingIOError):
            peer.settimeout(5)
            return answers

    def test_a_flood_is_limited_and_others_are_not(self):
        began = time.monotonic()
        whole, cut = self.flood("127.5.5.5", 1000)
        allowed = 50 * (1 + time.monotonic() - began)
        self.assertGreaterEqual(whole, 50)
        self.assertLessEqual(whole, allowed)
        over = 1000 - whole
        self.assertLessEqual(cut, over / 2 + 1)
        self.assertGreater(cut, over / 8)  # half of them, less what a busy machine loses
        self.assertEqual((40, 0), self.flood("127.6.6.6", 40))
        metrics = self.server.get("/metrics").text
        self.assertRegex(metrics, r'muster_dns_server_rate_limited\S*action="truncated"\S* [1-9]')

    def test_tcp_needs_no_limit_of_rate(self):
        for _ in range(150):
            self.assertEqual(dns.rcode.NOERROR, ask(self.server.dns_port, "web.service.consul", tcp=True).rcode())

    def test_silent_connections_of_one_client_leave_room_for_others(self):
        silent = []
        try:
            for number in range(80):
                peer = socket.create_connection(("127.0.0.1", self.server.dns_port), source_address=("127.7.7.7", 0))
                silent.append(peer)
                if number % 2:
                    peer.sendall(b"\0\x30half")
            answer = ask(self.server.dns_port, "web.service.consul", tcp=True)
            self.assertEqual(1, len(answer.answer))
            with socket.create_connection(("127.0.0.1", self.server.dns_port), source_address=("127.7.7.7", 0)) as peer:
                peer.settimeout(5)
                self.assertIn(peer.recv(1), (b"", None), "the client over its share is closed at once")
        finally:
            for peer in silent:
                peer.close()


class RecursionTest(ServerTest):
    """One server asks another about what it does not know."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.register("web", Address="10.0.0.1", Port=80)
        cls.asking = Server("-domain", "other", "-recursor", f"127.0.0.1:{cls.server.dns_port}", name="asking")
        cls.addClassCleanup(cls.asking.end)
        cls.asking.start()
        cls.asking.register("local", Address="10.0.0.2", Port=80)
        cls.asking.register("alias", Address="web.service.consul", Port=80)

    def test_names_of_others_are_passed_on(self):
        for tcp in (False, True):
            with self.subTest(tcp=tcp):
                answer = ask(self.asking.dns_port, "Web.service.consul", tcp=tcp)
                self.assertEqual(["10.0.0.1"], [record.address for record in answer.answer[0]])
                self.assertTrue(answer.flags & dns.flags.RA)
                self.assertEqual(dns.rcode.NXDOMAIN, ask(self.asking.dns_port, "no.service.consul", tcp=tcp).rcode())

    def test_own_names_are_answered_here(self):
        answer = ask(self.asking.dns_port, "local.service.other")
        self.assertEqual("10.0.0.2", answer.answer[0][0].address)
        self.assertTrue(answer.flags & dns.flags.AA)

    def test_an_alias_comes_with_its_address(self):
        answer = ask(self.asking.dns_port, "alias.service.other")
        self.assertEqual(["alias.service.other. 0 IN CNAME web.service.consul.", "web.service.consul. 0 IN A 10.0.0.1"],
                         [rrset.to_text() for rrset in answer.answer])

    def test_a_name_nobody_answers_for_fails(self):
        self.assertEqual(dns.rcode.SERVFAIL, ask(self.asking.dns_port, "example.com").rcode())

    def test_many_questions_at_once(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
            peer.settimeout(5)
            queries = {}
            for number in range(150):
                query = dns.message.make_query("web.service.consul", "A")
                query.id = number
                queries[number] = query
                peer.sendto(query.to_wire(), ("127.0.0.1", self.asking.dns_port))
            while queries:
                answer = dns.message.from_wire(peer.recv(4096))
                self.assertTrue(queries.pop(answer.id).is_response(answer))
                self.assertEqual("10.0.0.1", answer.answer[0][0].address)


if __name__ == "__main__":
    unittest.main()
