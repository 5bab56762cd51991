/**
 * Callers of the bare clients: what a program would write without Weft.
 *
 * @module
 */

import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { Queue, QueueEvents } from "bullmq";
import { Redis } from "ioredis";

/** A caller that asks for one job at a time, or for many. */
export interface BareCaller {
  call(n: number): Promise<number>;
  close(): Promise<void>;
}

/** Connects to BullMQ: results come by the queue's events. */
export async function bareRedis(port: number): Promise<BareCaller> {
  const options = { host: "127.0.0.1", port, maxRetriesPerRequest: null };
  const [commands, listener] = [new Redis(options), new Redis(options)];
  const queue = new Queue("bare", { connection: commands as never });
  const [seconds, micros] = await commands.time();
  const lastEventId = `${seconds}${String(Math.floor(Number(micros) / 1000)).padStart(3, "0")}`;
  const events = new QueueEvents("bare", { connection: listener as never, lastEventId });
  const waiting = new Map<string, (value: number) => void>();
  events.on("completed", ({ jobId, returnvalue }) => {
    waiting.get(jobId)?.(Number(returnvalue));
    waiting.delete(jobId);
  });
  await events.waitUntilReady();
  let count = 0;
  return {
    call: (n) => {
      const jobId = `c-${++count}`;
      const { promise, resolve } = Promise.withResolvers<number>();
      waiting.set(jobId, resolve);
      queue.add("double", { n }, { jobId });
      return promise;
    },
    close: async () => {
      await events.close();
      await queue.close();
      commands.disconnect();
      listener.disconnect();
    },
  };
}

/** Connects to JetStream: results come by a stream's subjects. */
export async function bareNats(port: number): Promise<BareCaller> {
  const connection = await connect({ servers: `127.0.0.1:${port}` });
  const client = jetstream(connection);
  const waiting = new Map<string, (value: number) => void>();
  connection.subscribe("results.me.*", {
    callback: (_error, message) => {
      const { id, value } = message.json<{ id: string; value: number }>();
      waiting.get(id)?.(value);
      waiting.delete(id);
    },
  });
  let count = 0;
  return {
    call: (n) => {
      const id = `c-${++count}`;
      const { promise, resolve } = Promise.withResolvers<number>();
      waiting.set(id, resolve);
      client.publish(`bare.${id}`, JSON.stringify({ id, caller: "me", n }), { msgID: id });
      return promise;
    },
    close: () => connection.close(),
  };
}

/** Makes the streams of the bare client. */
export async function prepareNats(port: number): Promise<void> {
  const connection = await connect({ servers: `127.0.0.1:${port}` });
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: "bare", subjects: ["bare.*"], retention: "workqueue" });
  await manager.streams.add({ name: "results", subjects: ["results.>"], max_age: 60e9 });
  await manager.consumers.add("bare", {
    durable_name: "workers",
    ack_policy: "explicit",
    max_ack_pending: -1,
  });
  await connection.close();
}
