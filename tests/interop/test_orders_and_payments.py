"""The sample, started with its one command, does what its own text promises."""
import http.client
import json
import os
import re
import signal
import subprocess
import unittest

from harness import PROGRAM, ROOT, eventually, free_port


class OrdersAndPaymentsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.orders_port, cls.muster_port = free_port(), free_port()
        cls.sample = subprocess.Popen(
            [str(ROOT / "samples" / "run")], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "BUILT": "1", "MUSTER_PORT": str(cls.muster_port), "DNS_PORT": str(free_port()), "ORDERS_PORT": str(cls.orders_port)})
        cls.addClassCleanup(cls.end)
        cls.text = ""
        while "Ctrl-C" not in cls.text:
            line = cls.sample.stdout.readline()
            if not line:
                raise AssertionError("the sample ended: " + cls.text)
            cls.text += line

    @classmethod
    def end(cls):
        if cls.sample.poll() is None:
            cls.sample.send_signal(signal.SIGTERM)
        try:
            cls.sample.wait(20)
        finally:
            cls.sample.stdout.close()

    def pid_of(self, what):
        return int(re.search(rf"kill(?: -9)? (\d+) +{what}", self.text).group(1))

    def order(self, number):
        """Places an order; the process that was paid."""
        connection = http.client.HTTPConnection("127.0.0.1", self.orders_port, timeout=10)
        try:
            connection.request("GET", f"/orders/{number}")
            answer = connection.getresponse()
            body = answer.read()
            self.assertEqual(200, answer.status, body)
            receipt = json.loads(body)
            self.assertEqual(str(number), receipt["order"])
            return receipt["paidBy"]
        finally:
            connection.close()

    def test_it_survives_what_its_text_invites_to(self):
        crashed, leaving, registry = self.pid_of("an instance"), self.pid_of("another one"), self.pid_of("the registry")
        eventually(lambda: {self.order(1), self.order(2)} == {crashed, leaving}, 10, "both instances are paid")

        os.kill(crashed, signal.SIGKILL)
        self.assertEqual({leaving}, {self.order(number) for number in range(50)})
        explained = subprocess.run([PROGRAM, "explain", "payments"], capture_output=True, text=True, check=True, timeout=30,
                                   env={**os.environ, "MUSTER_HTTP_ADDR": f"http://127.0.0.1:{self.muster_port}"}).stdout
        self.assertIn("leaves answers within", explained)

        os.kill(registry, signal.SIGKILL)
        self.assertEqual({leaving}, {self.order(number) for number in range(50)})

        self.end()
        for pid in (leaving, registry):
            self.assertRaises(ProcessLookupError, os.kill, pid, 0)


if __name__ == "__main__":
    unittest.main()
