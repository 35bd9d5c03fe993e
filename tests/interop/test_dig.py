"""Debian's dig on every form of name, as an operator types it."""
import re
import unittest

import dns_zone
from harness import ServerTest


def section(output, name):
    """The records of one section of dig's output, each as its list of words."""
    match = re.search(rf"^;; {name} SECTION:\n(.*?)\n(?:\n|;;)", output, re.M | re.S)
    return [line.split() for line in match.group(1).split("\n")] if match else []


def status(output):
    return re.search(r"status: (\w+)", output).group(1)


def flags(output):
    return re.search(r"^;; flags: ([^;]*);", output, re.M).group(1).split()


class DigTest(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        dns_zone.register_all(cls.server)

    def short(self, *arguments):
        return self.server.dig_short(*arguments)

    def assert_no_name(self, name, kind="A"):
        output = self.server.dig(name, kind)
        self.assertEqual("NXDOMAIN", status(output), output)
        self.assertEqual([], section(output, "ANSWER"))
        self.assertEqual(["SOA"], [words[3] for words in section(output, "AUTHORITY")], output)

    def assert_no_data(self, name, kind):
        output = self.server.dig(name, kind)
        self.assertEqual("NOERROR", status(output), output)
        self.assertEqual([], section(output, "ANSWER"))
        return output

    def test_a_names_every_healthy_instance(self):
        self.assertEqual(["10.0.0.1", "10.0.0.2", "10.0.0.3"], self.short("web.service.consul"))
        self.assertEqual(["10.0.0.1", "10.0.0.2", "10.0.0.3"], self.short("web.service.dc1.consul"))

    def test_aaaa(self):
        self.assertEqual(["2001:db8::1"], self.short("six.service.consul", "AAAA"))
        self.assertEqual(["2001:db8::4"], self.short("both.service.consul", "AAAA"))
        self.assertEqual(["10.0.4.1"], self.short("both.service.consul", "A"))

    def test_an_instance_without_address_has_its_nodes(self):
        self.assertEqual(["127.0.0.1"], self.short("noaddr.service.consul"))
        self.assertEqual(["1 1 99 vm.node.dc1.consul."], self.short("noaddr.service.consul", "SRV"))

    def test_tags_filter_whatever_their_case(self):
        self.assertEqual(["10.0.0.2"], self.short("v2.web.service.consul"))
        self.assertEqual(["10.0.0.2"], self.short("V2.web.service.consul"))
        self.assertEqual(3, len(self.short("all.web.service.consul")))
        self.assertEqual(3, len(self.short("dotted.tag.web.service.consul")))
        self.assert_no_name("v9.web.service.consul")

    def test_srv_has_priority_weight_port_target_and_addresses(self):
        output = self.server.dig("web.service.consul", "SRV")
        answers = sorted(" ".join(words[4:]) for words in section(output, "ANSWER"))
        self.assertEqual([f"1 {n} {8000 + n} 0a00000{n}.addr.dc1.consul." for n in (1, 2, 3)], answers)
        additional = sorted((words[0], words[3], words[4]) for words in section(output, "ADDITIONAL") if words[3] == "A")
        self.assertEqual([(f"0a00000{n}.addr.dc1.consul.", "A", f"10.0.0.{n}") for n in (1, 2, 3)], additional)

    def test_srv_target_resolves(self):
        self.assertEqual(["10.0.0.1"], self.short("0a000001.addr.dc1.consul."))
        self.assertEqual(["2001:db8::1"], self.short("20010db8000000000000000000000001.addr.dc1.consul.", "AAAA"))

    def test_srv_after_rfc_2782(self):
        expected = [f"1 {n} {8000 + n} 0a00000{n}.addr.dc1.consul." for n in (1, 2, 3)]
        for name in ("_web._tcp.service.consul", "_web._tcp.consul", "_web._tcp.service.dc1.consul", "_web._all.service.consul"):
            with self.subTest(name):
                self.assertEqual(expected, self.short(name, "SRV"))
        self.assertEqual(expected[1:2], self.short("_web._v2.service.consul", "SRV"))
        self.assertEqual([], self.short("_web._udp.service.consul", "SRV"))

    def test_weight_follows_the_state(self):
        self.assertEqual(["1 3 1 0a000601.addr.dc1.consul."], self.short("weak.service.consul", "SRV"))

    def test_a_named_address_is_an_alias(self):
        self.assertEqual(["db.example.com."], self.short("named.service.consul"))
        self.assertEqual(["1 1 5432 db.example.com."], self.short("named.service.consul", "SRV"))

    def test_any_is_whole_over_tcp_and_minimal_over_udp(self):
        output = self.server.dig("+tcp", "both.service.consul", "ANY")
        self.assertEqual({"10.0.4.1", "2001:db8::4"}, {words[4] for words in section(output, "ANSWER")})
        output = self.server.dig("+notcp", "both.service.consul", "ANY")
        self.assertEqual([["HINFO", '"RFC8482"', '""']], [words[3:] for words in section(output, "ANSWER")])

    def test_node(self):
        self.assertEqual(["127.0.0.1"], self.short("vm.node.consul"))
        self.assertEqual(["127.0.0.1"], self.short("vm.node.dc1.consul"))
        self.assertEqual(["10.9.8.7"], self.short("printer.node.consul"))
        self.assertEqual(["10.9.8.7"], self.short("print.service.consul"))
        self.assert_no_data("vm.node.consul", "AAAA")
        self.assert_no_name("nobody.node.consul")

    def test_ns_has_glue(self):
        output = self.server.dig("consul", "NS")
        self.assertEqual([["consul.", "NS", "vm.node.dc1.consul."]],
                         [[words[0], *words[3:]] for words in section(output, "ANSWER")])
        self.assertIn(["vm.node.dc1.consul.", "A", "127.0.0.1"],
                      [[words[0], *words[3:]] for words in section(output, "ADDITIONAL")])

    def test_soa(self):
        words = self.short("consul", "SOA")[0].split()
        self.assertEqual(["ns.consul.", "hostmaster.consul."], words[:2])
        self.assertEqual(["3600", "600", "86400", "0"], words[3:])
        self.assertGreater(int(words[2]), 1_700_000_000)

    def test_unhealthy_services_do_not_exist(self):
        for name in ("down", "paused", "never-registered"):
            with self.subTest(name):
                self.assert_no_name(f"{name}.service.consul")
                self.assert_no_name(f"{name}.service.consul", "SRV")

    def test_a_warning_instance_exists(self):
        self.assertEqual(["10.0.6.1"], self.short("weak.service.consul"))

    def test_a_name_without_records_of_the_type_is_no_data_with_soa(self):
        for name, kind in (("web.service.consul", "AAAA"), ("six.service.consul", "A"), ("web.service.consul", "MX")):
            with self.subTest(f"{name} {kind}"):
                output = self.assert_no_data(name, kind)
                self.assertEqual(["SOA"], [words[3] for words in section(output, "AUTHORITY")], output)

    def test_names_that_only_have_names_below_them_exist(self):
        # RFC 8020: a resolver that hears NXDOMAIN may conclude that nothing below exists either.
        for name in ("service.consul", "node.consul", "_tcp.service.consul"):
            with self.subTest(name):
                self.assert_no_data(name, "A")

    def test_names_that_are_nothing_do_not_exist(self):
        for name in ("web.service.dc9.consul", "web.consul", "nonsense.consul", "zz.addr.dc1.consul"):
            with self.subTest(name):
                self.assert_no_name(name)

    def test_outside_the_domain_is_refused(self):
        for name in ("example.com", "web.service.consul.example.com", "notconsul"):
            with self.subTest(name):
                self.assertEqual("REFUSED", status(self.server.dig(name)))

    def test_the_answer_is_authoritative_without_recursion(self):
        output = self.server.dig("web.service.consul")
        self.assertIn("aa", flags(output))
        self.assertIn("rd", flags(output))
        self.assertNotIn("ra", flags(output))

    def test_ttl_is_zero(self):
        output = self.server.dig("web.service.consul")
        self.assertEqual({"0"}, {words[1] for words in section(output, "ANSWER")})

    def test_mixed_case_is_echoed(self):
        output = self.server.dig("wEb.SeRviCe.ConSuL")
        self.assertIn(";wEb.SeRviCe.ConSuL.", output)
        self.assertEqual(3, len(section(output, "ANSWER")))

    def test_edns_is_answered_only_when_asked(self):
        self.assertIn("EDNS: version: 0", self.server.dig("+edns=0", "web.service.consul"))
        self.assertNotIn("EDNS:", self.server.dig("+noedns", "web.service.consul"))

    def test_a_cut_answer_says_so_and_tcp_has_it_whole(self):
        cut = self.server.dig("+noedns", "+ignore", "many.service.consul")
        self.assertIn("tc", flags(cut))
        self.assertLess(len(section(cut, "ANSWER")), dns_zone.MANY)
        self.assertLessEqual(int(re.search(r"MSG SIZE  rcvd: (\d+)", cut).group(1)), 512)
        # Without +ignore dig itself asks again over TCP.
        self.assertEqual(dns_zone.MANY, len(self.short("+noedns", "many.service.consul")))
        self.assertEqual(dns_zone.MANY, len(self.short("+tcp", "many.service.consul", "SRV")))

    def test_a_larger_edns_size_needs_no_tcp(self):
        output = self.server.dig("+bufsize=1232", "+ignore", "many.service.consul")
        self.assertNotIn("tc", flags(output))
        self.assertEqual(dns_zone.MANY, len(section(output, "ANSWER")))

    def test_tcp_answers_like_udp(self):
        for arguments in (("web.service.consul", "A"), ("web.service.consul", "SRV"), ("six.service.consul", "AAAA"),
                          ("consul", "SOA"), ("vm.node.consul", "A")):
            with self.subTest(arguments):
                udp, tcp = self.short(*arguments), self.short("+tcp", *arguments)
                if "SOA" in arguments:  # its serial is a time
                    udp, tcp = udp[0].split()[:2], tcp[0].split()[:2]
                self.assertEqual(udp, tcp)


if __name__ == "__main__":
    unittest.main()
