/**
 * The parts of the reference, by what people look for.
 *
 * @module
 */

import type { Leaf } from "./reference.ts";

/** A part of the reference with the sources whose names are in it. */
export interface ReferenceShelf {
  readonly title: string;
  /** What is found there. */
  readonly about: string;
  readonly leaves: readonly Leaf[];
}

/** A part: its title, what is found there, and its sources, or how their paths begin, best first. */
type Part = readonly [title: string, about: string, paths: readonly string[]];

/** The parts in their order; a source that none names belongs to the first that has its folder. */
const PARTS: readonly Part[] = [
  ["Run programs and tasks", "Main, tasks, what they give, and what may be awaited.", [
    "src/futures/runner.ts",
    "src/futures/create_task.ts",
    "src/futures/task.ts",
    "src/futures/task_options.ts",
    "src/futures/future.ts",
    "src/futures/running.ts",
    "src/futures/until.ts",
    "src/futures/awaitable.ts",
  ]],
  ["Wait for several", "All of them, the first, as they come, so many at a time.", [
    "src/futures/gather.ts",
    "src/futures/task_group.ts",
    "src/sync/select.ts",
    "src/futures/wait.ts",
    "src/futures/as_completed.ts",
    "src/sync/map_concurrent.ts",
  ]],
  ["Time and cancellation", "Sleeps, deadlines, intervals, what stops work and what protects it.", [
    "src/futures/sleep.ts",
    "src/futures/timeout.ts",
    "src/futures/wait_for.ts",
    "src/futures/cancel_scope.ts",
    "src/futures/shield.ts",
    "src/sync/interval.ts",
    "src/engine/clock.ts",
  ]],
  ["Locks and what is shared", "Who may go on, and when; resources that several use in turn.", [
    "src/sync/lock.ts",
    "src/sync/semaphore.ts",
    "src/sync/event.ts",
    "src/sync/condition.ts",
    "src/sync/barrier.ts",
    "src/sync/permit.ts",
    "src/sync/",
    "src/pool/",
  ]],
  ["Queues and iteration", "Items from one task to another, and loops over what takes time.", [
    "src/sync/queue.ts",
    "src/sync/ordered_queues.ts",
    "src/sync/channel.ts",
    "src/sync/broadcast.ts",
    "src/sync/each.ts",
    "src/sync/async_generator.ts",
    "src/futures/step_iterator.ts",
  ]],
  ["Limits and retries", "How much at once, how often, and again after a failure.", [
    "src/sync/limiter.ts",
    "src/sync/rate_limiter.ts",
    "src/sync/retry.ts",
  ]],
  ["What keeps a service up: resilience.ts", "Breakers, hedges, throttles, schedules.", [
    "src/resilience/",
  ]],
  ["Operators over iterables: flow.ts", "Streams of items: mapped, merged, in batches.", [
    "src/flow/",
  ]],
  ["Errors", "What is thrown, and how to tell a cancellation.", ["src/errors.ts"]],
  ["Ask over HTTP: web.ts", "Sessions, responses, retries, cookies, events of servers.", [
    "src/http/client/client_session.ts",
    "src/http/client/client_response.ts",
    "src/http/client/",
    "src/http/cookies/",
    "src/http/events/event_",
  ]],
  ["Answer HTTP: io.ts, web.ts", "Servers, handlers for any host, events to send.", [
    "src/http/server/serve.ts",
    "src/http/server/",
    "src/http/fetch/",
    "src/http/events/",
  ]],
  ["WebSockets: web.ts, io.ts", "Both ends of one.", ["src/http/websocket/"]],
  ["Connections and streams: io.ts", "TCP, Unix sockets, TLS, datagrams, names; bytes in parts.", [
    "src/net/open_connection.ts",
    "src/net/tcp_server.ts",
    "src/net/",
    "src/streams/",
  ]],
  ["Processes, signals, files: io.ts", "Other programs, what the host tells, what is on a disk.", [
    "src/process/spawn.ts",
    "src/process/",
    "src/files/",
  ]],
  ["Threads and processes for work: workers.ts", "Pools, jobs, what a job sees.", [
    "src/workers/worker_pool.ts",
    "src/workers/process_pool.ts",
    "src/workers/to_thread.ts",
    "src/workers/",
  ]],
  ["Other machines: cluster.ts", "The same jobs, on workers anywhere.", [
    "src/cluster/cluster_pool.ts",
    "src/cluster/serve_jobs.ts",
    "src/cluster/",
  ]],
  ["Tests: testing.ts", "Tests in virtual time, under many schedules.", [
    "src/testing/trial.ts",
    "src/testing/test_cases.ts",
    "src/testing/",
  ]],
  ["Look at a loop, and steer it", "Callbacks, contexts, metrics, what watches a loop.", [
    "src/futures/event_loop.ts",
    "src/engine/context.ts",
    "src/engine/handle.ts",
    "src/engine/instrument.ts",
    "src/futures/metrics.ts",
    "src/engine/exception_context.ts",
    "src/engine/loop.ts",
    "src/engine/schedule.ts",
    "src/engine/signals.ts",
    "src/futures/executor.ts",
  ]],
  ["Build your own: lowlevel.ts, core.ts", "What primitives are made of, and the core alone.", [
    "src/futures/park.ts",
    "src/futures/operation.ts",
    "src/futures/wait_queue.ts",
    "src/futures/",
    "src/engine/",
  ]],
];

/** Puts the sources into their parts; each part begins with what most people want of it. */
export function shelve(leaves: readonly Leaf[]): ReferenceShelf[] {
  const named = new Set(
    PARTS.flatMap(([, , paths]) => paths).filter((path) => path.endsWith(".ts")),
  );
  const placed = new Set<Leaf>();
  const take = (start: string) => {
    const found = leaves.filter((leaf) => {
      if (placed.has(leaf)) return false;
      return leaf.path === start || !named.has(leaf.path) && leaf.path.startsWith(start);
    });
    for (const leaf of found) placed.add(leaf);
    return found.toSorted((a, b) => a.path < b.path ? -1 : 1);
  };
  const parts = PARTS.map(([title, about, paths]) => ({
    title,
    about,
    leaves: paths.flatMap(take),
  }));
  const missing = [...named].filter((path) => leaves.every((leaf) => leaf.path !== path));
  const left = leaves.filter((leaf) => !placed.has(leaf)).map(({ path }) => path);
  if (left.length > 0 || missing.length > 0) {
    throw new Error(`Cannot write the reference: no part has ${left}, and nothing is ${missing}`);
  }
  return parts;
}
