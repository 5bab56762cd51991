/**
 * A program that makes spans in all that the library runs, for the telemetry built into Deno.
 *
 * Each span says in an attribute which one must be its parent: the one that was active where its
 * task, callback or strand began. `main` is the parent of all; the program prints how many there are.
 *
 * @module
 */

import { type Context, context, trace } from "@opentelemetry/api";
import {
  type Awaitable,
  cancelScope,
  createTask,
  gather,
  getRunningLoop,
  mapConcurrent,
  run,
  select,
  sleep,
  taskGroup,
  timeout,
  until,
} from "../../mod.ts";
import { caught, FRONT_ENDS, type FrontEnd, type Program } from "../futures/trial.ts";
import { hostTurn } from "../host_turns.ts";

/** Counts the requests of each front end that overlap. */
const REQUESTS = 20;

const tracer = trace.getTracer("traced");
let count = 0;

/** Makes a span that is over at once, below the one that is active. */
function mark(name: string, parent: string): void {
  count++;
  tracer.startSpan(name, { attributes: { parent } }).end();
}

/** Calls something with a span of its own active. */
function within<R>(name: string, parent: string, call: () => R): R {
  count++;
  const span = tracer.startSpan(name, { attributes: { parent } });
  const active: Context = trace.setSpan(context.active(), span);
  try {
    return context.with(active, call);
  } finally {
    span.end();
  }
}

/** Waits in several ways, and marks each. */
function* waits(parent: string): Program {
  mark(`${parent} / begins`, parent);
  for (const pause of [() => sleep(0), () => until(hostTurn()), () => sleep(1)]) {
    yield pause();
    mark(`${parent} / goes on`, parent);
  }
}

/** Opens and leaves scopes. */
function* scopes(as: FrontEnd, parent: string): Program {
  yield taskGroup(as(function* (group) {
    for (const n of [1, 2]) {
      const name = `${parent} / child ${n}`;
      within(name, parent, () => group.createTask(as(() => waits(name))));
    }
    group.createTask(as(() => waits(parent)));
    yield* waits(parent);
  }));
  yield* caught(timeout(
    1,
    as(function* () {
      try {
        yield sleep(1000);
      } finally {
        mark(`${parent} / too late`, parent);
      }
    }),
  ));
  mark(`${parent} / after a timeout`, parent);
  yield cancelScope(as(function* (scope) {
    scope.cancel();
    yield* caught(sleep(1));
    mark(`${parent} / cancelled`, parent);
  }));
}

/** Registers callbacks, each below a span of its own. */
function* callbacks(parent: string): Program {
  const loop = getRunningLoop();
  const future = loop.createFuture<void>();
  const register: Record<string, (call: () => void) => unknown> = {
    soon: (call) => loop.callSoon(call),
    later: (call) => loop.callLater(1, call),
    done: (call) => future.addDoneCallback(call),
  };
  for (const [way, add] of Object.entries(register)) {
    const name = `${parent} / ${way}`;
    within(name, parent, () => add(() => mark(`${name} / called`, name)));
  }
  loop.callLater(1, () => future.setResult());
  yield sleep(3);
}

/** Lets the library make tasks. */
function* many(as: FrontEnd, parent: string): Program {
  yield gather([as(() => waits(parent)), as(() => waits(parent))]);
  yield mapConcurrent([1, 2, 3], as(() => waits(parent)), { limit: 2 });
  yield select({ waits: as(() => waits(parent)), late: sleep(100) });
}

/** Lets native code run several strands, each in a span of its own. */
async function strands(parent: string): Promise<void> {
  await Promise.all([1, 2].map((n) => {
    const name = `${parent} / strand ${n}`;
    return within(name, parent, async () => {
      mark(`${name} / begins`, name);
      await sleep(n);
      mark(`${name} / goes on`, name);
      await hostTurn();
      await timeout(1000, async () => {
        await sleep(1);
        mark(`${name} / in a timeout`, name);
      });
      await createTask(async () => {
        await sleep(1);
        mark(`${name} / in a task`, name);
      });
      mark(`${name} / ends`, name);
    });
  }));
}

/** Does all of it for one request. */
function* request(as: FrontEnd, parent: string): Program {
  yield* waits(parent);
  yield* scopes(as, parent);
  yield* callbacks(parent);
  yield* many(as, parent);
  yield until(strands(parent));
  const name = `${parent} / task`;
  yield within(name, parent, () => createTask(as(() => waits(name))));
  mark(`${parent} / ends`, parent);
}

await within("main", "", () =>
  run(async () => {
    const requests = FRONT_ENDS.flatMap(([front, as]) =>
      Array.from({ length: REQUESTS }, (_, n) => {
        const name = `${front} ${n}`;
        const start = as(() => request(as, name));
        return within(name, "main", () => createTask(start, { eager: n % 2 === 0 }));
      })
    );
    mark("beside the requests", "main");
    for (const task of requests) await (task as Awaitable<unknown>);
    mark("after the requests", "main");
  }));
console.log(count);
