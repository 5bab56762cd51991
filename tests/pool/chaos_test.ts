import {
  type Awaitable,
  createTask,
  type ExceptionContext,
  getRunningLoop,
  isCancelled,
  type Lease,
  Queue,
  ResourcePool,
  Runner,
  RuntimeError,
  select,
  sleep,
  type Task,
  timeout,
  TimeoutError,
  VirtualClock,
} from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import {
  assertIdle,
  Boom,
  caught,
  FRONT_ENDS,
  type FrontEnd,
  type Program,
} from "../futures/trial.ts";
import { Prng } from "../prng.ts";
import { rounds } from "../rounds.ts";

const SEEDS = rounds(5);
const QUERIES = 2000;
const MOST = 4;

/**
 * A connection whose answers come in the order of the questions, and do not say to which they belong:
 * who asks after one that has not read its answer reads that.
 */
class Wire {
  isOpen = true;
  readonly #answers = new Queue<string>();
  readonly #prng: Prng;
  #freeAt = 0;

  constructor(prng: Prng) {
    this.#prng = prng;
  }

  /** Sends a question, and waits for the next answer. */
  ask(question: string): Awaitable<string> {
    assert(this.isOpen, `${question} was asked over a connection that is closed`);
    const loop = getRunningLoop();
    this.#freeAt = Math.max(this.#freeAt, loop.time()) + this.#prng.below(4);
    loop.callAt(this.#freeAt, () => this.#answers.putNowait(`answer to ${question}`));
    return this.#answers.get();
  }
}

/** Asks many questions over few connections, and calls some off in every way there is. */
function* chaos(as: FrontEnd, prng: Prng): Program<void> {
  const open = new Set<Wire>();
  const counts = { answered: 0, calledOff: 0 };
  const connect = as(function* () {
    yield sleep(prng.below(5));
    if (prng.chance(5)) throw new Boom("refused");
    const wire = new Wire(prng);
    open.add(wire);
    assert(open.size <= MOST, `${open.size} connections are open`);
    return wire;
  });
  const disconnect = as(function* (wire: Wire) {
    assert(wire.isOpen, "a connection is closed twice");
    yield sleep(prng.below(3));
    wire.isOpen = false;
    open.delete(wire);
  });
  const ping = as(function* (wire: Wire) {
    return (yield wire.ask("ping")) === "answer to ping" && prng.chance(95);
  });
  const pool = new ResourcePool<Wire>({
    create: connect,
    destroy: disconnect,
    check: prng.chance(50) ? ping : undefined,
    max: MOST,
    minIdle: prng.below(3),
    maxAge: prng.chance(50) ? 60 : undefined,
    maxIdle: prng.chance(50) ? 5 : undefined,
    keepAfter: (error) => error instanceof Boom,
  });
  const askOver = as(function* (wire: Wire, question: string) {
    for (let n = prng.below(3); n >= 0; n--) {
      const answer = yield wire.ask(`${question}.${n}`);
      assertEquals(answer, `answer to ${question}.${n}`);
      if (prng.chance(10)) throw new Boom("the question was a bad one");
    }
    counts.answered++;
  });
  const impatiently = as(function* (wire: Wire, question: string) {
    try {
      yield timeout(prng.below(6), () => askOver(wire, question));
    } catch (error) {
      if (!(error instanceof TimeoutError) && !isCancelled(error)) throw error;
    }
  });
  const using = as(function* (question: string) {
    using lease = (yield pool.acquire()) as Lease<Wire>;
    yield (prng.chance(50) ? impatiently : askOver)(lease.value, question) as never;
  });
  const racing = as(function* (question: string) {
    const { value } = yield select({ lease: pool.acquire(), late: sleep(prng.below(20)) });
    if (value === undefined) return;
    using lease = value as Lease<Wire>;
    yield askOver(lease.value, question) as never;
  });
  const query = (question: string) => {
    const way = prng.below(4);
    if (way === 0) return () => pool.use((wire) => askOver(wire, question));
    if (way === 1) return () => pool.use((wire) => impatiently(wire, question));
    return way === 2 ? () => using(question) : () => racing(question);
  };
  const tasks: Task<unknown>[] = [];
  for (let n = 0; n < QUERIES; n++) {
    const task = createTask(query(`${n}`));
    tasks.push(task);
    if (prng.chance(33)) {
      counts.calledOff++;
      getRunningLoop().callLater(prng.below(25), () => task.cancel());
    }
    if (prng.chance(60)) yield sleep(prng.below(3));
  }
  yield* caught(timeout(prng.below(20), () => pool.close()));
  yield pool.close();
  for (const task of tasks) {
    const error = yield* caught(task);
    if (error === undefined || isCancelled(error) || error instanceof Boom) continue;
    assert(error instanceof RuntimeError && /closed|ended/.test(error.message), `${error}`);
  }
  yield sleep(100);
  assertEquals(open.size, 0);
  const { size, idle, leased, waiting, created, destroyed } = pool.statistics();
  assertEquals([size, idle, leased, waiting, created], [0, 0, 0, 0, destroyed]);
  assert(counts.answered > QUERIES / 4 && counts.calledOff > QUERIES / 4, JSON.stringify(counts));
}

for (const [name, as] of FRONT_ENDS) {
  Deno.test(`no answer is given to another, whatever is called off (${name})`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const reports: unknown[] = [];
      const onError = ({ exception }: ExceptionContext) => {
        if (!(exception instanceof Boom)) reports.push(exception);
      };
      const runner = new Runner({ clock: new VirtualClock(), onError, signals: [] });
      try {
        await runner.run(as(() => chaos(as, new Prng(seed))));
        assertIdle(runner.loop);
      } catch (error) {
        throw new Error(`seed ${seed}: ${error}`, { cause: error });
      } finally {
        await runner.close();
      }
      assertEquals(reports, []);
    }
  });
}
