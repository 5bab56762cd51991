import {
  CancelledError,
  createTask,
  currentTask,
  isCancelled,
  sleep,
  timeout,
  TimeoutError,
} from "../../mod.ts";
import { raises, RaisesError } from "../../testing.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { Boom, caught, failure, trial } from "../futures/trial.ts";

trial("raises() returns the error of what fails", function* (as) {
  const boom = new Boom("a loud one");
  const body = as(function* () {
    yield sleep(1);
    throw boom;
  });
  assert((yield raises(body)) === boom);
  assert((yield raises(body, Boom)) === boom);
  assert((yield raises(body, Error, "loud")) === boom);
  assert((yield raises(createTask(body), Boom)) === boom);
  assert((yield raises(timeout(5, () => sleep(10)), TimeoutError)) instanceof TimeoutError);
});

trial("raises() fails if nothing is thrown, and shows the result", function* () {
  yield* failure(
    raises(sleep(1, "fine"), Boom),
    RaisesError,
    "Expected Boom, but nothing",
    '"fine"',
  );
});

trial("raises() fails with another error as the cause", function* (as) {
  const bad = as(function* () {
    yield sleep(1);
    throw new Boom("a loud one");
  });
  const kind = yield* failure(
    raises(bad, TypeError),
    RaisesError,
    "Expected TypeError, but caught",
    "Boom: a loud",
  );
  const words = yield* failure(
    raises(bad, Boom, "quiet"),
    RaisesError,
    'Expected "quiet" in the message',
    "a loud one",
  );
  assert(kind.cause instanceof Boom && words.cause instanceof Boom);
});

trial("raises() takes the cancellation of what it awaits, not of its own task", function* (as) {
  const other = createTask(() => sleep(1000));
  createTask(() => Promise.resolve(void other.cancel("theirs")));
  assertEquals((yield raises(other, CancelledError)).message, "theirs");
  const own = createTask(as(function* () {
    yield raises(sleep(1000), CancelledError);
  }));
  yield sleep(1);
  own.cancel("ours");
  assert(isCancelled(yield* caught(own)) && own.cancelled);
});

trial("raises() takes a cancellation in a task that was cancelled before", function* () {
  currentTask()!.cancel();
  assert(isCancelled(yield* caught(sleep(1))));
  const other = createTask(() => sleep(1000));
  createTask(() => Promise.resolve(void other.cancel()));
  assert(isCancelled(yield raises(other, CancelledError)));
});

Deno.test("raises() refuses a promise, whose rejection then disturbs nobody", async () => {
  const promise = Promise.reject(new Boom("nobody looks at it"));
  assertThrows(() => raises(promise as never), TypeError, "raises() cannot take a promise");
  await new Promise((resolve) => setTimeout(resolve, 0)); // An unhandled one would end the process.
});

Deno.test("raises() refuses what it cannot check", () => {
  assertThrows(() => raises(5 as never), TypeError, "raises() needs a coroutine, not 5");
  assertThrows(
    () => raises(sleep(1), "Boom" as never),
    TypeError,
    'kind must be a class of errors: "Boom"',
  );
  assertThrows(
    () => raises(sleep(1), Boom, /x/ as never),
    TypeError,
    "words must be a string: /x/",
  );
});
