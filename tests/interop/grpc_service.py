"""A gRPC server of Debian's library with a health service made by hand, for the checks of the server under test.

    grpc_service.py [CERTIFICATE KEY]
Prints its port. A line of input, SERVICE STATUS, sets what the health service says; it ends with its input.
"""
import concurrent.futures
import sys

import grpc

STATUS = {"": 1}


def read_name(request):
    """The request's only field: tag 0x0A, length, name."""
    return request[2:].decode() if request else ""


def check(request, context):
    name = read_name(request)
    if name not in STATUS:
        context.abort(grpc.StatusCode.NOT_FOUND, f"unknown service: {name}")
    return bytes([0x08, STATUS[name]])


server = grpc.server(concurrent.futures.ThreadPoolExecutor(4))
server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(
    "grpc.health.v1.Health", {"Check": grpc.unary_unary_rpc_method_handler(check)}),))
if len(sys.argv) > 1:
    with open(sys.argv[1], "rb") as certificate, open(sys.argv[2], "rb") as key:
        credentials = grpc.ssl_server_credentials([(key.read(), certificate.read())])
    port = server.add_secure_port("127.0.0.1:0", credentials)
else:
    port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)
for line in sys.stdin:
    service, status = line.rstrip("\n").split(" ")
    STATUS[service] = int(status)
server.stop(None)
