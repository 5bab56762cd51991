/**
 * A program whose server is traced by the telemetry built into Deno.
 *
 * The host makes a span of each request and calls the handler in it. Each span that a handler makes
 * says in an attribute which path its request has; the program prints how many there are.
 *
 * @module
 */

import { trace } from "@opentelemetry/api";
import { type Handler, serve } from "../../io.ts";
import {
  createTask,
  getRunningLoop,
  mapConcurrent,
  run,
  sleep,
  taskGroup,
  timeout,
  until,
} from "../../mod.ts";
import { FRONT_ENDS, type FrontEnd, type Program } from "../futures/trial.ts";
import { hostTurn } from "../host_turns.ts";

/** Counts the requests of each front end that overlap. */
const REQUESTS = 100;

const tracer = trace.getTracer("served");
let count = 0;

/** Makes a span that is over at once. */
function mark(path: string): void {
  count++;
  tracer.startSpan("mark", { attributes: { path } }).end();
}

/** Answers a request, and marks each step on the way. */
function* answer(as: FrontEnd, request: Request): Program<Response> {
  const path = new URL(request.url).pathname;
  const child = as(function* (): Program {
    mark(path);
    yield sleep(0);
    mark(path);
    yield until(hostTurn());
    mark(path);
  });
  mark(path);
  getRunningLoop().callSoon(() => mark(path));
  const task = createTask(child);
  yield taskGroup(as(function* (group) {
    group.createTask(child);
    yield sleep(0);
    mark(path);
  }));
  yield timeout(60_000, child);
  yield task;
  mark(path);
  return new Response(path);
}

await run(async () => {
  for (const [front, as] of FRONT_ENDS) {
    const handler = as((request: Request) => answer(as, request)) as Handler;
    await using server = serve(handler, { port: 0 });
    const paths = Array.from({ length: REQUESTS }, (_, n) => `/${front.replace(" ", "-")}/${n}`);
    const ask = async (path: string) => await (await fetch(server.url + path)).text();
    const answers = await mapConcurrent(paths, ask, { limit: REQUESTS });
    if (answers.join() !== paths.join()) throw new Error(`Other answers were expected: ${answers}`);
  }
});
console.log(count);
