"""Hostile input over the wire: bodies nobody should send, names nobody should choose, floods of names nobody registered."""
import gzip
import http.client
import json
import os
import socket
import struct
import time
import urllib.parse

import dns.message
import dns.name
import dns.query
import dns.rdatatype

from harness import ServerTest

# How many names the floods ask for: the nightly run asks for a hundred times as many.
FLOOD = int(os.environ.get("MUSTER_TEST_FLOOD", "10000"))
REGISTER = (("PUT", "/v1/agent/service/register", {}), ("PUT", "/v1/catalog/register", {}),
            ("PUT", "/v1/agent/check/register", {}), ("POST", "/api/v1/instances", {"Content-Type": "application/json"}))
ALLOWED_GROWTH_MIB = 24


class HostileInputTest(ServerTest):
    def memory_mib(self):
        with open(f"/proc/{self.server.process.pid}/status", encoding="ascii") as status:
            line, = [line for line in status if line.startswith("VmRSS:")]
        return int(line.split()[1]) / 1024

    def tearDown(self):
        self.assertIsNone(self.server.process.poll(), "the server is gone")
        said = self.server.output()
        for word in ("Unhandled exception", "unhandled exception", "fail:", "crit:"):
            self.assertNotIn(word, said)

    def refused(self, method, path, body, headers):
        began = time.monotonic()
        answer = self.server.call(method, path, body, headers=headers)
        took = time.monotonic() - began
        self.assertIn(answer.status, (400, 413, 415), f"{path} {body[:60]!r}")
        self.assertGreater(len(answer.body), 10, f"{path} {body[:60]!r}: no reason")
        self.assertLess(took, 1, f"{path} {body[:60]!r}")  # milliseconds on a quiet machine
        return answer

    def test_bodies_that_are_none(self):
        bodies = [
            b"", b"[", b"NaN", b"{\"Name\":", b"[" * 100_000, b"{\"a\":" * 50_000, b"{\"Meta\":" + b"[" * 100_000, b"\xff\xfe{\x00}\x00",
            json.dumps({"Name": "utf16", "service": "utf16"}).encode("utf-16"), b"\x00" * 1000, b"Name=form&Port=80",
            gzip.compress(b"{\"Name\":\"zipped\",\"service\":\"zipped\"}"), b"{\"Name\":5,\"Node\":5,\"service\":5}",
            b"{\"Name\":\"a\",\"Node\":\"a\",\"service\":\"a\",\"Port\":NaN,\"Address\":NaN,\"port\":NaN,\"TTL\":NaN}",
            json.dumps({"Name": "n" * 65536, "Node": "n" * 65536, "Address": "a", "service": "n" * 65536, "TTL": "1s"}).encode(),
            json.dumps({"Name": "t", "Tags": ["t"] * 60_000, "service": "t", "tags": ["t"] * 60_000, "Node": "..", "Address": "a"}).encode(),
        ]
        bomb = gzip.compress(b"{\"Name\":\"" + b"a" * (50 << 20))
        for method, path, headers in REGISTER:
            for body in bodies:
                self.refused(method, path, body, headers)
            self.refused(method, path, bomb, {**headers, "Content-Encoding": "gzip"})
        self.assertEqual({"consul"}, set(self.server.get("/v1/catalog/services").json()) & {"consul", "utf16", "zipped", "a", "t"})

    def test_bodies_without_end(self):
        before = self.memory_mib()
        for method, path, headers in REGISTER:
            for framing in ("Content-Length: 104857600\r\n", "Transfer-Encoding: chunked\r\n"):
                more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
                head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{framing}{more}\r\n".encode()
                chunk = b"x" * 65536
                chunk = chunk if "Length" in framing else b"10000\r\n" + chunk + b"\r\n"
                with socket.create_connection(("127.0.0.1", self.server.http_port), timeout=10) as connection:
                    connection.sendall(head)
                    sent = 0
                    try:
                        while sent < 100 << 20:
                            connection.sendall(chunk)
                            sent += len(chunk)
                    except OSError:
                        pass  # it does not listen any more
                    try:
                        answer = connection.recv(4096)
                    except OSError:
                        answer = b""  # the reset overtook the answer, which TCP allows
                if answer:
                    self.assertRegex(answer.decode("latin-1"), r"^HTTP/1.1 (400|413) ", f"{path} {framing}")
                self.assertLess(sent, 32 << 20, f"{path} {framing}: it read {sent} bytes")
        self.assertLess(self.memory_mib() - before, ALLOWED_GROWTH_MIB)

    def test_a_large_body_is_answered_before_it_is_sent(self):
        for method, path, headers in REGISTER:
            connection = http.client.HTTPConnection("127.0.0.1", self.server.http_port, timeout=10)
            try:
                connection.putrequest(method, path)
                for name, value in {**headers, "Content-Length": str(100 << 20)}.items():
                    connection.putheader(name, value)
                connection.endheaders()
                answer = connection.getresponse()
                self.assertEqual(413, answer.status, path)
                self.assertGreater(len(answer.read()), 10)
            finally:
                connection.close()

    def test_names_that_a_path_can_carry_come_back(self):
        for name in ("a/b", "a%2fb", "a b", "a;<b>\"c\"", "...", "\u00fcn\u00efc\u00f6de", "\u0430pple", "x" * 300, "UPPER_lower.dot"):
            quoted = urllib.parse.quote(name, safe="")
            answer = self.server.put("/v1/agent/service/register", {"Name": name, "Port": 1})
            self.assertEqual(200, answer.status, f"{name}: {answer}")
            found = self.server.get(f"/v1/health/service/{quoted}").json()
            self.assertEqual(1, len(found), name)
            self.assertEqual(name, found[0]["Service"]["Service"])
            self.assertEqual(name, self.server.get(f"/api/v1/services/{quoted}").json()["service"])
            label = name.encode("utf-8")
            if len(label) <= 63 and b"." not in label:
                query = dns.message.make_query(dns.name.Name([label, b"service", b"consul", b""]), dns.rdatatype.SRV)
                answer = dns.query.udp(query, "127.0.0.1", timeout=5, port=self.server.dns_port)
                self.assertEqual(1, len(answer.answer), f"{name}: {answer}")
            self.assertEqual(200, self.server.put(f"/v1/agent/service/deregister/{quoted}").status)
            self.assertEqual([], self.server.get(f"/v1/health/service/{quoted}").json())

    def test_names_that_no_path_can_carry_are_refused(self):
        for name in (".", "..", "a\0b", "a\nb", "a\x7fb", "n" * 1025):
            for body in ({"Name": name}, {"Name": "ok", "ID": name}):
                self.refused("PUT", "/v1/agent/service/register", json.dumps(body).encode(), {})
            for body in ({"service": name, "port": 1}, {"service": "ok", "id": name, "port": 1}):
                self.refused("POST", "/api/v1/instances", json.dumps(body).encode(), {"Content-Type": "application/json"})
            self.refused("PUT", "/v1/agent/check/register", json.dumps({"Name": "c", "ID": name, "TTL": "9s"}).encode(), {})
            answer = self.server.put("/v1/catalog/register", {"Node": name, "Address": "10.0.0.1"})
            self.assertIn(answer.status, (400, 500), answer)
            self.assertGreater(len(answer.body), 10)

    def test_a_flood_of_names_that_do_not_exist_leaves_nothing(self):
        self.flood(FLOOD // 10)
        before = self.memory_mib()
        self.flood(FLOOD)
        self.assertLess(self.memory_mib() - before, ALLOWED_GROWTH_MIB)

    def flood(self, names):
        """Half of them blocking for a moment, which makes the server wait for something that never was."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.http_port, timeout=10)
        query = dns.message.make_query("name.service.consul", dns.rdatatype.A).to_wire()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.connect(("127.0.0.1", self.server.dns_port))
            udp.settimeout(2)
            for number in range(names):
                block = "?index=1&wait=1ms" if number % 2 == 0 else ""
                connection.request("GET", f"/v1/health/service/flood-{names}-{number}{block}")
                answer = connection.getresponse()
                self.assertEqual((200, b"[]"), (answer.status, answer.read()))
                label = f"f{number:010}".encode()
                udp.send(query[:12] + struct.pack("B", len(label)) + label + query[17:])
                try:
                    udp.recv(512)
                except TimeoutError:
                    pass  # rate-limited: no answer is an answer
        connection.close()


if __name__ == "__main__":
    import unittest

    unittest.main()
