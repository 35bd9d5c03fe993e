"""The registrations that both DNS test modules ask about."""

MANY = 50


def register_all(server):
    """Fills a server; every name is one case of how DNS presents a service."""
    for number in (1, 2, 3):
        server.register(
            "web", ID=f"web-{number}", Address=f"10.0.0.{number}", Port=8000 + number,
            Tags=[f"v{number}", "all", "dotted.tag"], Weights={"Passing": number, "Warning": 1})
    server.register("six", Address="2001:db8::1", Port=99)
    server.register("both", ID="both-4", Address="10.0.4.1", Port=1)
    server.register("both", ID="both-6", Address="2001:db8::4", Port=2)
    server.register("noaddr", Port=99)
    server.register("named", Address="db.example.com", Port=5432)
    server.register("down", Address="10.0.5.1", Port=1, Check={"TTL": "600s", "Status": "critical"})
    server.register("weak", Address="10.0.6.1", Port=1, Weights={"Passing": 9, "Warning": 3},
                    Check={"TTL": "600s", "Status": "warning"})
    server.register("paused", Address="10.0.7.1", Port=1)
    answer = server.put("/v1/agent/service/maintenance/paused?enable=true")
    assert answer.status == 200, answer
    server.register("shopping", ID="shopping-1", Address="10.0.8.1", Port=80, Meta={"namespace": "sale"}, Ports={"metrics": 9100})
    for number in range(MANY):
        server.register("many", ID=f"many-{number}", Address=f"10.1.0.{number + 1}", Port=9000 + number)
    answer = server.put("/v1/catalog/register", {
        "Node": "printer", "Address": "10.9.8.7", "NodeMeta": {"rack": "7", "rfc1035-note": "hello world"},
        "Service": {"Service": "print", "ID": "print-1", "Port": 631}})
    assert answer.status == 200, answer
