/** Makes and uses the synchronization primitives of a random program: the counterpart of `primitives.py`. */
import {
  type Awaitable,
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  Semaphore,
} from "../../../mod.ts";
import type { Call, Primitive, Wait } from "./program.ts";

/** The classes that a `with` statement takes. */
export type Acquirable = Lock | Condition | Semaphore;

/** Any primitive. */
type Any = Acquirable | Event | Barrier | Queue<number>;

const QUEUES = { fifo: Queue, lifo: LifoQueue, least: PriorityQueue };

/** Makes a primitive; `find` returns one that was made before. */
export function make(primitive: Primitive, find: (slot: string) => unknown): Any {
  switch (primitive.kind) {
    case "lock":
      return new Lock();
    case "event":
      return new Event();
    case "condition":
      return new Condition(primitive.lock === null ? undefined : find(primitive.lock) as Lock);
    case "semaphore":
      return new (primitive.bounded ? BoundedSemaphore : Semaphore)(primitive.value);
    case "barrier":
      return new Barrier(primitive.parties);
    case "queue":
      return new QUEUES[primitive.order]<number>(primitive.maxSize);
  }
}

/** Builds what waits. */
export function wait(it: unknown, method: Wait, n: number): Awaitable<unknown> {
  switch (method) {
    case "acquire":
      return (it as Acquirable).acquire();
    case "wait":
      return (it as Event | Condition | Barrier).wait();
    case "waitFor": {
      let asked = 0;
      return (it as Condition).waitFor(() => ++asked >= n ? asked : 0);
    }
    case "reset":
      return (it as Barrier).reset();
    case "abort":
      return (it as Barrier).abort();
    case "get":
      return (it as Queue<number>).get();
    case "put":
      return (it as Queue<number>).put(n);
    case "join":
      return (it as Queue<number>).join();
  }
}

/** Calls what never suspends. */
export function call(it: unknown, method: Call, n: number): unknown {
  switch (method) {
    case "release":
      return (it as Acquirable).release();
    case "set":
      return (it as Event).set();
    case "clear":
      return (it as Event).clear();
    case "notify":
      return (it as Condition).notify(n);
    case "notifyAll":
      return (it as Condition).notifyAll();
    case "putNowait":
      return (it as Queue<number>).putNowait(n);
    case "getNowait":
      return (it as Queue<number>).getNowait();
    case "taskDone":
      return (it as Queue<number>).taskDone();
    case "shutdown":
      return (it as Queue<number>).shutdown({ immediate: n > 0 });
    case "state":
      return undefined;
  }
}

/** Writes what a primitive shows of itself. */
export function state(it: unknown): string {
  if (it instanceof Event) return `set=${Number(it.isSet)}`;
  if (it instanceof Barrier) return `broken=${Number(it.broken)} waiting=${it.nWaiting}`;
  if (it instanceof Queue) {
    return `empty=${Number(it.empty)} full=${Number(it.full)} size=${it.size}`;
  }
  return `locked=${Number((it as Acquirable).locked)}`;
}
