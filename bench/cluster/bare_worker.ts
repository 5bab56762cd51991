/**
 * A worker of the bare client: BullMQ with a function of its own, or JetStream with a bare reply.
 *
 *     bare_worker.ts redis|nats PORT SLOTS
 *
 * @module
 */

const [kind, port, slots] = Deno.args;

if (kind === "redis") {
  // Not by their names: to load one after the other fails now and then.
  const { Redis, Worker } = await import("../../src/cluster/redis/clients.ts");
  const connection = new Redis(Number(port), "127.0.0.1", { maxRetriesPerRequest: null });
  new Worker("bare", (job) => Promise.resolve(2 * job.data.n), {
    connection: connection as never,
    concurrency: Number(slots),
    removeOnComplete: { age: 60 },
  });
} else {
  const { connect } = await import("@nats-io/transport-node");
  const { jetstream } = await import("@nats-io/jetstream");
  const connection = await connect({ servers: `127.0.0.1:${port}` });
  const client = jetstream(connection);
  const consumer = await client.consumers.get("bare", "workers");
  await consumer.consume({
    max_messages: Number(slots),
    callback: (message) => {
      const { id, caller, n } = message.json<{ id: string; caller: string; n: number }>();
      const answer = JSON.stringify({ id, value: 2 * n });
      client.publish(`results.${caller}.${id}`, answer, { msgID: id }).then(() => message.ack());
    },
  });
}
console.log("ready");
