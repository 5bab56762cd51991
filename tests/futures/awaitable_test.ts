import { createTask, gather, sleep } from "../../mod.ts";
import {
  explain,
  isAwaitable,
  isGenerator,
  isGeneratorFunction,
  isList,
  isThenable,
  show,
} from "../../src/futures/awaitable.ts";
import { assert, assertEquals } from "../assert.ts";
import { inWorld } from "./trial.ts";

const generatorFunction = function* named() {};
const asyncGenerator = (async function* () {})();

Deno.test("isAwaitable() takes what has both an iterator and then()", async () => {
  await inWorld(() =>
    function* () {
      const task = createTask(() => sleep(0));
      for (const value of [task, sleep(1), gather([])]) assert(isAwaitable(value), String(value));
      yield* task;
    }
  );
  for (const value of [[], "text", Promise.resolve(), { then() {} }, null, undefined, 5]) {
    assert(!isAwaitable(value), String(value));
  }
});

Deno.test("isGenerator() takes generator objects, not what is like them", () => {
  assert(isGenerator(generatorFunction()));
  const others = [generatorFunction, [].values(), asyncGenerator, { next() {} }, null, undefined];
  for (const value of others) assert(!isGenerator(value), String(value));
});

Deno.test("isGeneratorFunction() takes generator functions only", () => {
  assert(isGeneratorFunction(generatorFunction));
  for (const value of [() => {}, async () => {}, async function* () {}, generatorFunction()]) {
    assert(!isGeneratorFunction(value), String(value));
  }
});

Deno.test("isThenable() takes what has then(), functions too", () => {
  assert(isThenable(Promise.resolve()));
  assert(isThenable(Object.assign(() => {}, { then() {} })));
  for (const value of [null, undefined, 5, {}, { then: 5 }]) assert(!isThenable(value));
});

Deno.test("isList() takes iterables that are no awaitables, coroutines or text", () => {
  for (const value of [[], new Set(), new Map().values(), [].values()]) assert(isList(value));
  for (const value of [null, undefined, 5, {}, "text", sleep(1), generatorFunction()]) {
    assert(!isList(value), String(value));
  }
});

Deno.test("explain() shows a value and guesses the mistake", () => {
  assertEquals(explain(5), "5");
  assertEquals(explain("5"), '"5"');
  assert(explain(Promise.resolve()).endsWith("a promise, wrap it in until()"));
  assertEquals(explain(generatorFunction), "function named: a generator function, call it");
  assertEquals(explain(() => {}), "a function: a function, call it");
  assert(explain(generatorFunction()).endsWith("a coroutine, await it with yield*"));
  assertEquals(explain(sleep(1)), "sleep(1): an awaitable, await it with yield*");
});

Deno.test("show() shows a value, whatever it is", () => {
  const nasty = { toString: () => generatorFunction().throw(new Error("no")) };
  const shown = [undefined, null, Symbol("s"), 5n, Object.create(null), nasty].map(show);
  assertEquals(shown, ["undefined", "null", "Symbol(s)", "5", "an object", "an object"]);
});
