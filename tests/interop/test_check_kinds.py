"""Every kind of check against real servers: gRPC of Debian's library, TLS with certificates made here, sockets."""
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

from harness import PROGRAM, HttpService, ServerTest, eventually, free_port, run

SERVING, NOT_SERVING = 1, 2


class GrpcService:
    """tests/interop/grpc_service.py as a child process."""

    def __init__(self, *tls):
        script = pathlib.Path(__file__).with_name("grpc_service.py")
        self.process = subprocess.Popen([sys.executable, "-u", str(script), *tls],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        self.address = f"127.0.0.1:{self.port}"

    def set(self, service, status):
        self.process.stdin.write(f"{service} {status}\n")
        self.process.stdin.flush()

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class CheckKindsTest(ServerTest):
    flags = ("-enable-script-checks",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="muster-certificates-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.certificate, cls.key = str(cls.folder / "cert.pem"), str(cls.folder / "key.pem")
        made = run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                   "-subj", "/CN=shop.example", "-addext", "subjectAltName=DNS:shop.example",
                   "-keyout", cls.key, "-out", cls.certificate)
        assert made.returncode == 0, made.stderr

    def grpc_service(self, *tls):
        service = GrpcService(*tls)
        self.addCleanup(service.end)
        return service

    def check(self, name, **fields):
        """Registers a check of the node, so that nothing but its result is in the way."""
        answer = self.server.put("/v1/agent/check/register", {"Name": name, **fields})
        self.assertEqual(200, answer.status, answer)

    def expect(self, name, status, output=None):
        def reached():
            found = self.server.get("/v1/agent/checks").json()[name]
            return found if found["Status"] == status and (output is None or output in found["Output"]) else None
        return eventually(reached, 10, f"{name} is {status}: {output}")

    def test_grpc_follows_the_health_service(self):
        service = self.grpc_service()
        service.set("shop", SERVING)
        self.check("grpc", GRPC=service.address, Interval="1s", Timeout="2s")
        self.check("grpc-shop", GRPC=f"{service.address}/shop", Interval="1s")
        self.check("grpc-nobody", grpc=f"{service.address}/nobody", interval="1s")
        self.assertEqual("grpc", self.expect("grpc", "passing", f"gRPC check {service.address}: success")["Type"])
        self.expect("grpc-shop", "passing", f"gRPC check {service.address}/shop: success")
        self.expect("grpc-nobody", "critical", "rpc error: code = NotFound desc = unknown service: nobody")

        service.set("shop", NOT_SERVING)
        self.expect("grpc-shop", "critical", "gRPC application didn't report service healthy")
        self.expect("grpc", "passing")
        service.end()
        self.expect("grpc", "critical", "rpc error: code = Unavailable desc = connection error")

    def test_grpc_and_h2ping_over_tls_verify_the_certificate(self):
        service = self.grpc_service(self.certificate, self.key)
        self.check("tls-grpc", GRPC=service.address, GRPCUseTLS=True, TLSSkipVerify=True, Interval="1s")
        self.check("tls-grpc-strict", GRPC=service.address, GRPCUseTLS=True, TLSServerName="shop.example", Interval="1s")
        self.check("tls-h2ping", H2PING=service.address, TLSSkipVerify=True, Interval="1s")
        self.check("tls-h2ping-strict", H2PING=service.address, Interval="1s")
        self.check("tls-tcp", TCP=service.address, TCPUseTLS=True, TLSSkipVerify=True, Interval="1s")
        self.check("tls-tcp-strict", TCP=service.address, TCPUseTLS=True, Interval="1s")
        self.expect("tls-grpc", "passing")
        self.expect("tls-h2ping", "passing", "HTTP2 ping was successful")
        self.expect("tls-tcp", "passing", f"TCP+TLS connect {service.address}: Success")
        for strict in ("tls-grpc-strict", "tls-h2ping-strict", "tls-tcp-strict"):
            self.expect(strict, "critical", "tls: certificate not trusted: signed by an unknown authority")

    def test_h2ping_without_tls(self):
        service = self.grpc_service()
        http1 = HttpService()
        self.addCleanup(http1.kill)
        self.check("h2ping", h2ping=service.address, h2ping_use_tls=False, interval="1s")
        self.check("h2ping-http1", H2PING=f"127.0.0.1:{http1.port}", H2PingUseTLS=False, Interval="1s", Timeout="1s")
        self.expect("h2ping", "passing", "HTTP2 ping was successful")
        self.expect("h2ping-http1", "critical", "HTTP2 ping failed")

    def test_udp_silence_is_good_and_refusal_is_not(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as quiet:
            quiet.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{quiet.getsockname()[1]}"
            self.check("udp", UDP=address, Interval="1s", Timeout="200ms")
            self.check("udp-refused", UDP=f"127.0.0.1:{free_port()}", Interval="1s", Timeout="2s")
            self.expect("udp", "passing", f"UDP connect {address}: Success")
            self.expect("udp-refused", "critical", "connection refused")

    def test_script_exit_code_is_the_result(self):
        flag = self.folder / "flag"
        flag.write_text("0")
        self.check("script", Args=["/bin/sh", "-c", f"code=$(cat {flag}); echo code $code; exit $code"], Interval="1s")
        for code, status in ((0, "passing"), (1, "warning"), (2, "critical")):
            flag.write_text(str(code))
            self.expect("script", status, f"code {code}\n")
        self.check("script-hangs", ScriptArgs=["/bin/sleep", "60"], Interval="1s", Timeout="300ms")
        self.expect("script-hangs", "critical", "Timed out (300ms) running check")

    def test_alias_follows_at_once(self):
        self.server.register("alias-target", Check={"CheckID": "alias-target-ttl", "TTL": "60s", "Status": "passing"})
        self.check("alias", AliasService="alias-target")
        self.expect("alias", "passing", "All checks passing.")
        self.server.put("/v1/agent/check/fail/alias-target-ttl?note=broken")
        self.expect("alias", "critical", "failing: broken")

    def test_command_line_registers_grpc_and_udp_checks(self):
        service = self.grpc_service()
        done = run(PROGRAM, "register", "--name", "by-hand", "--port", service.port, "--grpc-check", service.address, "--http-addr", f"http://127.0.0.1:{self.server.http_port}")
        self.assertEqual(0, done.returncode, done.stderr)
        self.expect("service:by-hand", "passing", f"gRPC check {service.address}: success")

    def test_docker_and_os_service_are_refused_with_a_reason(self):
        for field, text in (("DockerContainerID", "Docker checks are not supported"), ("OSService", "OSService checks are not supported")):
            answer = self.server.put("/v1/agent/check/register", {"Name": "no", field: "x", "Interval": "1s"})
            self.assertEqual(400, answer.status)
            self.assertIn(text, answer.text)


if __name__ == "__main__":
    unittest.main()
