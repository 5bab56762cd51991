import {
  BrokenBarrierError,
  CancelledError,
  DeadlockError,
  ExceptionGroup,
  IncompleteReadError,
  InvalidStateError,
  isCancelled,
  LimitOverrunError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  RuntimeError,
  TimeoutError,
} from "../mod.ts";
import { assert, assertEquals, assertThrows } from "./assert.ts";

Deno.test("each error class has its own name, and is an Error", () => {
  const classes = {
    BrokenBarrierError,
    CancelledError,
    DeadlockError,
    InvalidStateError,
    QueueEmpty,
    QueueFull,
    QueueShutDown,
    RuntimeError,
    TimeoutError,
  };
  for (const [name, kind] of Object.entries(classes)) {
    const cause = new Error("cause");
    const error = new kind("message", { cause });
    assert(error instanceof Error, name);
    assertEquals([error.name, error.message, error.cause], [name, "message", cause]);
  }
  assert(new BrokenBarrierError() instanceof RuntimeError);
  assert(new DeadlockError() instanceof RuntimeError);
  assert(!(new TimeoutError() instanceof RuntimeError));
});

Deno.test("isCancelled() tells cancellations from other errors", () => {
  assert(isCancelled(new CancelledError()));
  assertEquals(new CancelledError("m").isCancelled, true);
  for (const other of [undefined, null, "text", new Error(), new TimeoutError()]) {
    assert(!isCancelled(other));
  }
});

Deno.test("IncompleteReadError tells what was read and what was expected", () => {
  const partial = new Uint8Array(3);
  const error = new IncompleteReadError(partial, 10);
  assertEquals([error.partial, error.expected, error.name], [partial, 10, "IncompleteReadError"]);
  assert(error.message.includes("3") && error.message.includes("10"), error.message);
  assert(new IncompleteReadError(partial, undefined).message.includes("separator"));
});

Deno.test("LimitOverrunError tells how far it looked", () => {
  const error = new LimitOverrunError("m", 64);
  assertEquals([error.message, error.consumed, error.name], ["m", 64, "LimitOverrunError"]);
});

Deno.test("ExceptionGroup holds at least one error", () => {
  const errors = [new TypeError("t"), "no Error"];
  const group = new ExceptionGroup("group", errors, { cause: "cause" });
  assert(group instanceof AggregateError);
  assertEquals([group.name, group.message, group.cause], ["ExceptionGroup", "group", "cause"]);
  assertEquals(group.errors, errors);
  assertThrows(() => new ExceptionGroup("empty", []), RangeError, "at least one");
});

Deno.test("ExceptionGroup.split() parts by class or predicate, nested groups too", () => {
  const types = [new TypeError("a"), new TypeError("b")];
  const ranges = [new RangeError("c"), new RangeError("d")];
  const nested = new ExceptionGroup("nested", [types[1], ranges[1]], { cause: 1 });
  const group = new ExceptionGroup("group", [types[0], ranges[0], nested], { cause: 2 });
  const isType = (error: unknown) => error instanceof TypeError;
  for (const match of [TypeError, isType]) {
    const [matched, rest] = group.split(match);
    assertEquals([matched!.message, matched!.cause], ["group", 2]);
    assertEquals(matched!.errors[0], types[0]);
    const inside = matched!.errors[1] as ExceptionGroup;
    assertEquals([inside.message, inside.cause, inside.errors], ["nested", 1, [types[1]]]);
    assertEquals([rest!.errors[0], (rest!.errors[1] as ExceptionGroup).errors], [
      ranges[0],
      [ranges[1]],
    ]);
    assertEquals(group.subgroup(match)!.errors.length, 2);
  }
});

Deno.test("ExceptionGroup.split() gives undefined for an empty part", () => {
  const group = new ExceptionGroup("group", [new TypeError()]);
  assertEquals(group.split(RangeError)[0], undefined);
  assertEquals(group.split(TypeError)[1], undefined);
  assertEquals(group.subgroup(RangeError), undefined);
  assertThrows(() => group.split("TypeError" as never), TypeError, "match must be a class");
});

Deno.test("ExceptionGroup.split() takes a nested group whole when that matches", () => {
  const nested = new ExceptionGroup("nested", [new TypeError()]);
  const group = new ExceptionGroup("group", [nested, new RangeError()]);
  const [matched, rest] = group.split((error) => error === nested);
  assertEquals([matched!.errors[0] === nested, rest!.errors.length], [true, 1]);
});

Deno.test("ExceptionGroup.split() gives a group that matches as a whole, or not at all, as it is", () => {
  const group = new ExceptionGroup("group", [new TypeError(), new RangeError()]);
  for (const match of [Error, ExceptionGroup, () => true]) {
    assertEquals(group.split(match), [group, undefined]);
    assert(group.subgroup(match) === group);
  }
  const [matched, rest] = group.split(SyntaxError);
  assertEquals([matched, rest === group], [undefined, true]);
});

Deno.test("ExceptionGroup.split() takes an array of classes", () => {
  const errors = [new TypeError("a"), new RangeError("b"), new SyntaxError("c")];
  const [matched, rest] = new ExceptionGroup("group", errors).split([TypeError, RangeError]);
  assertEquals([matched!.errors, rest!.errors], [errors.slice(0, 2), errors.slice(2)]);
});

Deno.test("ExceptionGroup.derive() keeps the message and the cause, and can be overridden", () => {
  class Named extends ExceptionGroup {
    override derive(errors: Iterable<unknown>): ExceptionGroup {
      return new Named(this.message, errors);
    }
  }
  const group = new Named("group", [new TypeError(), new RangeError()]);
  group.cause = "cause";
  const part = group.subgroup(TypeError);
  assert(part instanceof Named);
  assertEquals(part.cause, "cause"); // Though its derive() does not copy it.
  const plain = new ExceptionGroup("plain", [new Error()], { cause: 1 }).derive(["x"]);
  assertEquals([plain.message, plain.cause, plain.errors], ["plain", 1, ["x"]]);
});

Deno.test("a cancellation that the library makes is an Error to all who look at it", async () => {
  const { newCancelledError } = await import("../src/errors.ts");
  for (const error of [newCancelledError("why"), new CancelledError("why")]) {
    assert(error instanceof CancelledError && error instanceof Error && isCancelled(error));
    assertEquals([error.name, error.message, String(error)], [
      "CancelledError",
      "why",
      "CancelledError: why",
    ]);
    assert(Deno.inspect(error).includes("CancelledError: why"), Deno.inspect(error));
    error.message = "other";
    error.cause = 5;
    assertEquals([error.message, error.cause, Object.keys(error).includes("message")], [
      "other",
      5,
      false,
    ]);
  }
  assertEquals([newCancelledError(undefined).message, newCancelledError("").message], ["", ""]);
});
