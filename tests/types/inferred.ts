/** Must pass `deno check`; each line marked as an error must be one. */
import {
  asCompleted,
  type Awaitable,
  cancelScope,
  type Coroutine,
  createTask,
  each,
  type Future,
  gather,
  type LibraryIterator,
  run,
  select,
  shield,
  sleep,
  type Task,
  taskGroup,
  timeout,
  until,
  wait,
  waitFor,
  yieldNow,
} from "../../mod.ts";

/** Is true if two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;

/** Checks that a value has exactly a type. */
function exactly<T>(): <V>(value: V, same: Same<V, T>) => void {
  return () => {};
}

function* coroutine(n: number): Coroutine<string> {
  const slept: number = yield* sleep(1, n);
  exactly<number>()(slept, true);
  exactly<void>()(yield* sleep(1), true);
  exactly<void>()(yield* yieldNow(), true);
  exactly<string>()(yield* timeout(1, () => coroutine(1)), true);
  exactly<number>()(yield* timeout(1, () => Promise.resolve(1)), true);
  exactly<boolean>()(yield* taskGroup(() => sleep(1, true)), true);
  exactly<boolean | undefined>()(yield* cancelScope(() => sleep(1, true)), true);
  exactly<number>()(yield* waitFor(sleep(1, 1), 5), true);
  exactly<number>()(yield* until(Promise.resolve(1)), true);
  exactly<number>()(yield* until((signal: AbortSignal) => Promise.resolve(+signal.aborted)), true);
  exactly<number>()(yield* shield(sleep(1, 1)), true);
  yield* each([1, 2], (item) => (exactly<number>()(item, true), sleep(item)));
  return "result";
}

export function* tasks(): Coroutine<void> {
  exactly<Task<string>>()(createTask(coroutine(1)), true);
  exactly<Task<string>>()(createTask(() => coroutine(1)), true);
  exactly<Task<number>>()(createTask(() => Promise.resolve(1)), true);
  exactly<Task<number>>()(createTask(() => sleep(1, 1)), true);
  exactly<string>()(yield* createTask(coroutine(1)), true);
  const { done, pending } = yield* wait([createTask(coroutine(1))]);
  exactly<Set<Task<string>>>()(done, true);
  exactly<Set<Task<string>>>()(pending, true);
}

export async function gathering(): Promise<void> {
  const tuple = gather([sleep(1, 1), coroutine(1), () => Promise.resolve(true)]);
  exactly<Future<[number, string, boolean]>>()(tuple, true);
  const [one, two, three] = await tuple;
  exactly<number>()(one, true);
  exactly<string>()(two, true);
  exactly<boolean>()(three, true);
  const list: Awaitable<number>[] = [sleep(1, 1)];
  exactly<number[]>()(await gather(list), true);
  const settled = await gather([sleep(1, 1), coroutine(1)], { returnExceptions: true });
  exactly<[number | Error, string | Error]>()(settled, true);
  exactly<number>()(await run(() => sleep(1, 1)), true);
  exactly<string>()(await run(coroutine(1)), true);
}

export async function completing(task: Task<number>, list: Awaitable<number>[]): Promise<void> {
  for await (const done of asCompleted([sleep(1, "a"), task])) {
    exactly<Future<string | number>>()(done, true);
  }
  const mixed = asCompleted([sleep(1, "a"), coroutine(1), async () => await task, () => task]);
  exactly<LibraryIterator<Future<string | number>>>()(mixed, true);
  exactly<LibraryIterator<Future<number>>>()(asCompleted(list), true);
  exactly<LibraryIterator<Future<number>>>()(asCompleted(new Set([task])), true);
  exactly<LibraryIterator<Future<number>>>()(asCompleted([1, 2].map((n) => sleep(n, n))), true);
  exactly<LibraryIterator<Future<unknown>>>()(asCompleted<unknown>([task, sleep(1)]), true);
  exactly<LibraryIterator<Future<number>>>()(asCompleted<number>([task], { timeout: 1 }), true);
}

export async function selecting(task: Task<number>, list: Awaitable<number>[]): Promise<void> {
  const named = await select({ item: task, late: sleep(1, "late") });
  if (named.name === "item") exactly<number>()(named.value, true);
  else exactly<string>()(named.value, true);
  const first = await select([task, sleep(1, "late"), () => Promise.resolve(true)]);
  exactly<"0" | "1" | "2">()(first.name, true);
  if (first.name === "0") exactly<number>()(first.value, true);
  else if (first.name === "1") exactly<string>()(first.value, true);
  else exactly<boolean>()(first.value, true);
  const one = await select(list);
  exactly<`${number}`>()(one.name, true);
  exactly<number>()(one.value, true);
}

export function refused(promise: Promise<number>): void {
  // @ts-expect-error A promise has begun already: pass the function.
  createTask(promise);
  // @ts-expect-error A number is no coroutine.
  createTask(5);
  // @ts-expect-error A function must return a coroutine.
  createTask(() => 5);
  // @ts-expect-error A generator function of an argument must be called.
  createTask(coroutine);
  // @ts-expect-error An awaitable needs a function around it.
  createTask(sleep(1));
  // @ts-expect-error A priority is a number.
  createTask(coroutine(1), { priority: "high" });
  // @ts-expect-error There is no such option.
  createTask(coroutine(1), { prio: 1 });
  // @ts-expect-error A promise needs until().
  gather([promise]);
  // @ts-expect-error gather() takes a list.
  gather(sleep(1), sleep(2));
  // @ts-expect-error A promise needs until().
  asCompleted([promise]);
  // @ts-expect-error asCompleted() takes a list.
  asCompleted(sleep(1), sleep(2));
  // @ts-expect-error A promise needs until().
  select({ promise });
  // @ts-expect-error A promise needs until().
  select([promise]);
  // @ts-expect-error select() takes named branches, or a list.
  select(sleep(1), sleep(2));
  // @ts-expect-error wait() takes futures.
  wait([sleep(1)]);
  // @ts-expect-error There are three ways to return.
  wait([createTask(coroutine(1))], { returnWhen: "some" });
  // @ts-expect-error A time is a number.
  sleep("5");
  // @ts-expect-error A body is a function.
  timeout(5, coroutine(1));
  // @ts-expect-error The time comes first.
  timeout(() => coroutine(1), 5);
  // @ts-expect-error A clock has now().
  run(coroutine(1), { clock: {} });
  // @ts-expect-error waitFor() needs a time, if only undefined.
  waitFor(sleep(1));
  // @ts-expect-error until() takes a promise.
  until(5);
}

export function* yields(promise: Promise<number>): Coroutine<void> {
  // @ts-expect-error A promise has no iterator: wrap it in until().
  yield* promise;
  // @ts-expect-error Only the library's waits can be yielded.
  yield promise;
  // @ts-expect-error Only the library's waits can be yielded.
  yield 5;
  // @ts-expect-error A function is to be called.
  yield* coroutine;
}
