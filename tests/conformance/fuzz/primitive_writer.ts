/** Chooses the primitives of a random program and what is done with them. */
import type { Action, Awaitable, Call, Primitive, Wait } from "./program.ts";
import type { Random } from "./random.ts";

/** How likely each number of primitives of a kind is. */
const KINDS: Record<Primitive["kind"], number[]> = {
  lock: [0, 0, 1, 1, 2],
  event: [0, 0, 1],
  semaphore: [0, 0, 1, 1],
  condition: [0, 0, 1, 1],
  barrier: [0, 0, 1],
  queue: [0, 0, 1, 1, 2],
};

/** How likely each way to wait is. */
const WAITS: Record<Primitive["kind"], Partial<Record<Wait, number>>> = {
  lock: { acquire: 1 },
  event: { wait: 1 },
  semaphore: { acquire: 1 },
  condition: { wait: 5, waitFor: 3, acquire: 1 },
  barrier: { wait: 8, reset: 1, abort: 1 },
  queue: { get: 5, put: 5, join: 1 },
};

/** How likely each call is. */
const CALLS: Record<Primitive["kind"], Partial<Record<Call, number>>> = {
  lock: { release: 4, state: 1 },
  event: { set: 5, clear: 4, state: 1 },
  semaphore: { release: 5, state: 1 },
  condition: { notify: 6, notifyAll: 2, release: 2, state: 1 },
  barrier: { state: 1 },
  queue: { putNowait: 5, getNowait: 5, taskDone: 2, shutdown: 1, state: 1 },
};

/** How likely each kind is to be waited for or called, where there are several. */
const TAKEN = { lock: 2, event: 3, semaphore: 3, condition: 4, barrier: 4, queue: 5 };

/** The letter that the names of each kind begin with. */
const LETTERS = { lock: "l", event: "e", semaphore: "m", condition: "n", barrier: "b", queue: "q" };

/** Chooses the primitives of a program, none for half of them. */
export function choosePrimitives(random: Random): Primitive[] {
  const chosen: Primitive[] = [];
  if (random.chance(0.45)) return chosen;
  while (chosen.length === 0) {
    for (const [kind, counts] of Object.entries(KINDS)) {
      const count = random.pick(counts);
      for (let index = 0; index < count; index++) {
        chosen.push(choose(kind as Primitive["kind"], index, chosen, random));
      }
    }
  }
  return chosen;
}

/** Chooses one primitive. */
function choose(
  kind: Primitive["kind"],
  index: number,
  before: Primitive[],
  random: Random,
): Primitive {
  const slot = `${LETTERS[kind]}${index}`;
  switch (kind) {
    case "lock":
    case "event":
      return { kind, slot };
    case "semaphore":
      return { kind, slot, value: random.pick([0, 1, 1, 2]), bounded: random.chance(0.3) };
    case "condition": {
      const shared = before.some((one) => one.slot === "l0") && random.chance(0.5);
      return { kind, slot, lock: shared ? "l0" : null };
    }
    case "barrier":
      return { kind, slot, parties: random.pick([1, 2, 2, 3, 3]) };
    case "queue": {
      const order = random.pick(["fifo", "fifo", "fifo", "lifo", "least"] as const);
      return { kind, slot, order, maxSize: random.pick([0, 1, 1, 2]) };
    }
  }
}

/** Chooses one of the primitives; `around` is the one whose block it is in. */
function take(random: Random, among: Primitive[], around: string | undefined): Primitive {
  const near = among.find(({ slot }) => slot === around);
  if (near?.kind === "condition" && random.chance(0.6)) return near;
  const kinds = new Set(among.map(({ kind }) => kind));
  const weights = Object.fromEntries(Array.from(kinds, (kind) => [kind, TAKEN[kind]]));
  const kind = random.weighted(weights);
  return random.pick(among.filter((one) => one.kind === kind));
}

/** Writes a wait for one of the primitives. */
export function writeWait(
  random: Random,
  among: Primitive[],
  around: string | undefined,
): Awaitable {
  const { kind, slot } = take(random, among, around);
  const method = kind === "condition" && slot !== around && random.chance(0.8)
    ? "acquire"
    : random.weighted(WAITS[kind]);
  const n = method === "put"
    ? random.integer(0, 99)
    : method === "waitFor"
    ? random.integer(1, 3)
    : 0;
  return { kind: "use", slot, method, n };
}

/** Writes a call of one of the primitives. */
export function writeCall(random: Random, among: Primitive[], around: string | undefined): Action {
  const { kind, slot } = take(random, among, around);
  const method = random.weighted(CALLS[kind]);
  const n = method === "putNowait"
    ? random.integer(0, 99)
    : method === "notify"
    ? random.pick([1, 1, 1, 2, 0])
    : method === "shutdown"
    ? random.integer(0, 1)
    : 0;
  return { op: "use", slot, method, n };
}

/** Writes what lets go whoever waits for a primitive; nothing for a barrier, whose abort() waits. */
export function writeRescue(random: Random, among: Primitive[]): Action[] {
  return among.flatMap(({ kind, slot }): Action[] => {
    switch (kind) {
      case "event":
        return [{ op: "use", slot, method: "set", n: 0 }];
      case "condition":
        return [{ op: "use", slot, method: "notifyAll", n: 0 }];
      case "queue":
        return random.chance(0.6)
          ? [{ op: "use", slot, method: "shutdown", n: random.integer(0, 1) }]
          : [{ op: "use", slot, method: "getNowait", n: 0 }];
      case "lock":
      case "semaphore":
        return [{ op: "use", slot, method: "release", n: 0 }];
      default:
        return [];
    }
  });
}

/** Chooses what a `with` statement takes, if there is anything. */
export function chooseAcquirable(random: Random, among: Primitive[]): string | undefined {
  const fit = among.filter(({ kind }) => ["lock", "semaphore", "condition"].includes(kind));
  return fit.length === 0 ? undefined : random.pick(fit).slot;
}
