// npm's `consul`, an unmodified client, against two servers of one cluster.
"use strict";

const assert = require("node:assert/strict");
const { after, before, test } = require("node:test");

const Consul = require("consul");

const { eventually, startServer } = require("./muster");

const SECRET = "only for this test, and long enough";
const servers = [];

before(async () => {
  servers.push(await startServer("-node=n1", "-serf-lan-port=0", `-encrypt=${SECRET}`));
  const first = new Consul({ host: "127.0.0.1", port: servers[0].httpPort });
  const [member] = await first.agent.members();
  first.destroy();
  servers.push(
    await startServer("-node=n2", "-serf-lan-port=0", `-encrypt=${SECRET}`, `-retry-join=127.0.0.1:${member.Port}`),
  );
});

after(async () => {
  for (const server of servers) {
    await server.stop();
  }
});

test("members, peers and the leader are the same on both, and so is the catalog", async () => {
  const clients = servers.map((server) => new Consul({ host: "127.0.0.1", port: server.httpPort }));
  const leaders = new Set();
  for (const consul of clients) {
    const members = await eventually(async () => {
      const seen = await consul.agent.members();
      return seen.length === 2 && seen.every((member) => member.Status === 1) ? seen : null;
    }, 20, "both are alive");
    assert.deepEqual(members.map((member) => member.Name), ["n1", "n2"]);
    assert.equal((await consul.status.peers()).length, 2);
    leaders.add(await consul.status.leader());
  }

  assert.equal(leaders.size, 1);
  await clients[0].agent.service.register({ name: "cart", id: "cart-1", port: 8080 });
  await eventually(async () => (await clients[1].health.service({ service: "cart", passing: true })).length === 1, 10, "the other server knows it");
  clients.forEach((consul) => consul.destroy());
});
