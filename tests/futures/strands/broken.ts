/**
 * Broken libraries, each with one mistake that the checks of random programs must find.
 *
 * @module
 */

import { operation } from "../../../src/lowlevel.ts";
import * as weft from "../../../mod.ts";
import { findHostStorage } from "../../host_storage.ts";
import type { Library } from "./world.ts";

/** A library with a mistake, and the failure that tells it. */
export interface Broken {
  readonly mistake: string;
  readonly failure: RegExp;
  readonly library: Partial<Library>;
}

/** The host's context where no task is. */
const outside = findHostStorage()?.snapshot();

/** Makes an awaitable of an async function, which runs as a part of the task. */
function awaitable<T>(body: () => Promise<T>): weft.Awaitable<T> {
  return weft.until(body);
}

/** Changes what the tasks of a program do when they are cancelled. */
function tasksThat(cancel: (task: weft.Task<unknown>, once: () => boolean) => boolean): Library {
  const createTask = ((coroutine: () => never, options?: weft.TaskOptions) => {
    const task: weft.Task<unknown> = weft.createTask(coroutine, options);
    const once = task.cancel.bind(task);
    task.cancel = () => cancel(task, once);
    return task;
  }) as typeof weft.createTask;
  return { createTask } as Library;
}

class OpenLock extends weft.Lock {
  override acquire() {
    return weft.sleep(0, { [Symbol.dispose]() {} }) as unknown as ReturnType<weft.Lock["acquire"]>;
  }
}

class KeptSemaphore extends weft.Semaphore {
  override acquire(): weft.Awaitable<weft.Permit> {
    const turn = super.acquire();
    return operation("Semaphore.acquire()", function* () {
      yield* turn;
      return { [Symbol.dispose]() {} } as unknown as weft.Permit;
    });
  }
}

class SpuriousEvent extends weft.Event {
  override wait(): weft.Awaitable<true> {
    return weft.sleep(1, true);
  }
}

class DeafEvent extends weft.Event {
  override wait(): weft.Awaitable<true> {
    return new weft.Future<true>();
  }
}

class LossyQueue<T> extends weft.Queue<T> {
  override put(item: T): weft.Awaitable<void> {
    return item as number % 3 === 1 ? weft.sleep(0) : super.put(item);
  }
}

class RepeatingQueue<T> extends weft.Queue<T> {
  readonly #repeated = new Set<T>();

  override getNowait(): T {
    const item = super.getNowait();
    if (!this.#repeated.has(item)) this.putNowait(item);
    this.#repeated.add(item);
    return item;
  }
}

/** The broken libraries. */
export const BROKEN: readonly Broken[] = [
  {
    mistake: "a lock that admits everybody",
    failure: /is one of \d in lock/,
    library: { Lock: OpenLock },
  },
  {
    mistake: "a semaphore that keeps its permits",
    failure: /never ends; it waits on semaphore|semaphore \d was not given back/,
    library: { Semaphore: KeptSemaphore },
  },
  {
    mistake: "a sleep that is too short",
    failure: /slept until/,
    library: { sleep: ((ms, result) => weft.sleep(ms / 2, result)) as Library["sleep"] },
  },
  {
    mistake: "a sleep with the outcome of another",
    failure: /another's outcome of sleep/,
    library: { sleep: ((ms: number) => weft.sleep(ms, {})) as unknown as Library["sleep"] },
  },
  {
    mistake: "an event that wakes in vain",
    failure: /which nobody has set/,
    library: { Event: SpuriousEvent },
  },
  {
    mistake: "an event that wakes nobody",
    failure: /never ends; it waits on event/,
    library: { Event: DeafEvent },
  },
  {
    mistake: "a queue that loses items",
    failure: /has lost \d+ items/,
    library: { Queue: LossyQueue },
  },
  {
    mistake: "a queue that gives an item twice",
    failure: /gave an item twice/,
    library: { Queue: RepeatingQueue },
  },
  {
    mistake: "a timeout that is too early",
    failure: /threw TimeoutError.* of timeout/,
    library: { timeout: (ms, body) => weft.timeout(ms! / 2, body) },
  },
  {
    mistake: "a timeout that never ends its body",
    failure: /slept past the end of timeout|had sleep .* though/,
    library: {
      timeout: (ms, body) => {
        const when = weft.getRunningLoop().time() + ms!;
        return weft.timeout(undefined, () => body({ when, expired: false } as weft.Timeout));
      },
    },
  },
  {
    mistake: "a timeout whose cancellation goes on outside of it",
    failure: /threw CancelledError.* of (timeout|until)/,
    library: {
      timeout: (ms, body) =>
        awaitable(async () => {
          try {
            return await weft.timeout(ms, body);
          } catch (error) {
            throw error instanceof weft.TimeoutError ? error.cause : error;
          }
        }),
    },
  },
  {
    mistake: "a cancel scope that throws once",
    failure: /must have been cancelled/,
    library: {
      cancelScope: ((body) =>
        weft.timeout(undefined, () => {
          const scope = { cancelCalled: false, cancel: () => void (scope.cancelCalled = true) };
          return body(scope as unknown as weft.CancelScope);
        })) as Library["cancelScope"],
    },
  },
  {
    mistake: "a cancel that counts twice",
    failure: /2 requests/,
    library: tasksThat((_task, once) => once() && once()),
  },
  {
    mistake: "a cancel that is thrown twice",
    failure: /nobody asked for it/,
    library: tasksThat((task, once) => {
      task.loop.callLater(1, () => {
        if (once()) task.uncancel();
      });
      return once();
    }),
  },
  {
    mistake: "a wait that swallows a cancellation",
    failure: /must have been cancelled: .* has cancelled its task/,
    library: {
      sleep: ((ms: number, result: unknown) =>
        weft.timeout(undefined, async () => {
          try {
            return await weft.sleep(ms, result);
          } catch {
            return result;
          }
        })) as Library["sleep"],
    },
  },
  {
    mistake: "a shield that keeps nothing out",
    failure: /nobody asked for it/,
    library: { shield: ((task: weft.Task<unknown>) => task) as unknown as Library["shield"] },
  },
  {
    mistake: "a group that does not wait for its children",
    failure: /a child that has not ended/,
    library: {
      taskGroup: (body) => {
        const group = { createTask: weft.createTask, cancel() {} };
        return weft.timeout(undefined, () => body(group as unknown as weft.TaskGroup));
      },
    },
  },
  {
    mistake: "tasks without the values of their creator",
    failure: /sees another AsyncLocalStorage value/,
    library: {
      createTask: ((coroutine: () => never, options?: weft.TaskOptions) => {
        const begin = () => outside!(coroutine);
        return weft.createTask(begin, options);
      }) as Library["createTask"],
    },
  },
];
