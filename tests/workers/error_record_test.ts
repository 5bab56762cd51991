import {
  CancelledError,
  ExceptionGroup,
  IncompleteReadError,
  LimitOverrunError,
  QueueEmpty,
  RuntimeError,
  TimeoutError,
} from "../../mod.ts";
import { plainRecord, recordError, reviveError } from "../../src/workers/error_record.ts";
import { RemoteError } from "../../workers.ts";
import { assert, assertEquals } from "../assert.ts";

/** Sends an error over, as a worker would. */
function send(thrown: unknown): unknown {
  return reviveError(structuredClone(recordError(thrown)));
}

Deno.test("an error comes back as its class, with its words and its stack", () => {
  for (const kind of [Error, TypeError, RangeError, SyntaxError, RuntimeError, QueueEmpty]) {
    const error = new kind("words");
    const back = send(error) as Error;
    assertEquals(back.constructor, kind);
    assertEquals([back.name, back.message, back.stack], [error.name, "words", error.stack]);
    assertEquals("cause" in back, false);
    assertEquals(Object.keys(back), Object.keys(error));
  }
});

Deno.test("an error of the host comes back as one", () => {
  const gone = send(new Deno.errors.NotFound("gone"));
  assert(gone instanceof Deno.errors.NotFound);
  const aborted = send(new DOMException("stop", "AbortError"));
  assert(aborted instanceof DOMException);
  assertEquals([aborted.name, aborted.message], ["AbortError", "stop"]);
  const late = send(new DOMException("late", "TimeoutError"));
  assert(late instanceof DOMException && !(late instanceof TimeoutError));
  assertEquals(late.name, "TimeoutError");
});

Deno.test("an error that throws when it is looked at can be sent", () => {
  const fail = () => {
    throw new Error("not even this");
  };
  for (const name of ["name", "message", "cause"]) {
    const back = send(Object.defineProperty(new Error("words"), name, { get: fail }));
    assert(
      back instanceof RuntimeError && back.message.includes("Cannot read what the job has thrown"),
    );
  }
  const proxy = new Proxy({}, { get: fail });
  assert(send(proxy) instanceof RuntimeError);
  const cause = Object.defineProperty(new Error("words"), "message", { get: fail });
  const back = send(new TypeError("outer", { cause })) as Error;
  assert(back instanceof TypeError && back.cause instanceof RuntimeError);
});

Deno.test("errors with more than words keep it", () => {
  const partial = send(new IncompleteReadError(new Uint8Array([1, 2]), 5));
  assert(partial instanceof IncompleteReadError);
  assertEquals([[...partial.partial], partial.expected], [[1, 2], 5]);
  const overrun = send(new LimitOverrunError("long", 9));
  assert(overrun instanceof LimitOverrunError);
  assertEquals([overrun.message, overrun.consumed], ["long", 9]);
  const group = send(new ExceptionGroup("several", [new TypeError("a"), "b"]));
  assert(group instanceof ExceptionGroup && group.errors[0] instanceof TypeError);
  assertEquals([group.message, group.errors.length, group.errors[1]], ["several", 2, "b"]);
  const several = send(new AggregateError([new RangeError("c")], "all"));
  assert(several instanceof AggregateError && several.errors[0] instanceof RangeError);
});

Deno.test("an error that suppressed another one keeps both", () => {
  const back = send(new SuppressedError(new TypeError("late"), new RangeError("first"), "both"));
  assert(back instanceof SuppressedError && back.message === "both");
  assert(back.error instanceof TypeError && back.suppressed instanceof RangeError);
  assertEquals([back.error.message, back.suppressed.message], ["late", "first"]);
});

Deno.test("a cause comes along, also one that is no error", () => {
  const back = send(new Error("a", { cause: new TypeError("b", { cause: { code: 5 } }) })) as Error;
  const cause = back.cause as Error;
  assert(cause instanceof TypeError);
  assertEquals(cause.cause, { code: 5 });
  const loop = new Error("loop");
  loop.cause = loop;
  assertEquals((send(loop) as Error).message, "loop");
});

Deno.test("an error of an unknown class bears its name", () => {
  class OwnError extends RangeError {
    override name = "OwnError";
    code = "E_OWN";
    handler = () => {};
  }
  const back = send(new OwnError("own")) as RemoteError & { code: string };
  assert(back instanceof RemoteError);
  assertEquals([back.name, back.message, back.code, "handler" in back], [
    "OwnError",
    "own",
    "E_OWN",
    false,
  ]);
});

Deno.test("a cancellation over there is none here", () => {
  const back = send(new CancelledError("theirs"));
  assert(back instanceof RemoteError && !(back instanceof CancelledError));
  assertEquals([back.name, back.message], ["CancelledError", "theirs"]);
});

Deno.test("what is no error comes back as it is, or as its words", () => {
  for (const thrown of ["text", 5, undefined, null, { a: [1] }]) assertEquals(send(thrown), thrown);
  assertEquals(send(Symbol("s")), "Symbol(s)");
});

Deno.test("a record can be reduced to words", () => {
  const plain = plainRecord(recordError(new TypeError("a", { cause: 1 })));
  const back = reviveError(plain) as Error;
  assertEquals([back.constructor, back.message, "cause" in back], [TypeError, "a", false]);
  const shared = new SharedArrayBuffer(1);
  assertEquals(reviveError(plainRecord(recordError(shared))), "[object SharedArrayBuffer]");
});

Deno.test("a record that is made up makes an error that can be looked at", () => {
  const own = { toString: 5, valueOf: 5, constructor: 5, code: 5 };
  const errors = new Array(2 ** 32 - 1);
  const back = reviveError({ name: "AggregateError", message: "words", own, errors });
  assert(back instanceof AggregateError);
  assertEquals([`${back}`, (back as { code?: number }).code], ["AggregateError: words", 5]);
  assert(back.errors.length < 2 ** 20);
});
