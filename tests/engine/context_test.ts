import {
  Context,
  ContextVar,
  copyContext,
  createTask,
  gather,
  getRunningLoop,
  RuntimeError,
  sleep,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { trial } from "../futures/trial.ts";

Deno.test("ContextVar gives its default, or says that it has none", () => {
  assertEquals(new ContextVar("v", { default: 5 }).get(), 5);
  assertEquals(new ContextVar<undefined>("v", { default: undefined }).get(), undefined);
  assertThrows(() => new ContextVar("nameless").get(), RuntimeError, "nameless");
});

Deno.test("ContextVar refuses a name that is none, and options that nobody knows", () => {
  assertThrows(() => new ContextVar(5 as never), TypeError, "5");
  assertThrows(() => new ContextVar("v", { defualt: 1 } as never), TypeError, "defualt");
  assertThrows(() => new ContextVar("v", 1 as never), TypeError, "1");
});

Deno.test("ContextVar.reset() undoes one set, once, in the same context", () => {
  const variable = new ContextVar("v", { default: 0 });
  new Context().run(() => {
    const first = variable.set(1);
    const second = variable.set(2);
    assertEquals([variable.get(), second.oldValue, second.had], [2, 1, true]);
    variable.reset(second);
    assertEquals(variable.get(), 1);
    assertThrows(() => variable.reset(second), RuntimeError, "used before");
    assertThrows(
      () => new Context().run(() => variable.reset(first)),
      RangeError,
      "another context",
    );
    variable.reset(first);
    assertEquals([variable.get(), first.had], [0, false]);
  });
  const other = new ContextVar("other", { default: 0 });
  new Context().run(() => {
    assertThrows(
      () => other.reset(variable.set(1) as never),
      RangeError,
      "reset other with the token of v",
    );
  });
  assertThrows(() => variable.reset(5 as never), TypeError, "5");
});

Deno.test("Context.run() keeps what is set, nests, and passes arguments and errors on", () => {
  const variable = new ContextVar("v", { default: "outside" });
  const context = new Context();
  const result = context.run(
    (a: number, b: number) => {
      variable.set("inside");
      new Context().run(() => assertEquals(variable.get(), "outside"));
      assertEquals(variable.get(), "inside");
      return a + b;
    },
    1,
    2,
  );
  assertEquals([result, variable.get(), context.get(variable), context.size], [
    3,
    "outside",
    "inside",
    1,
  ]);
  const fail = () => {
    throw new TypeError("t");
  };
  assertThrows(() => context.run(fail), TypeError, "t");
  assertEquals(variable.get(), "outside");
  assert(context.has(variable as ContextVar<unknown>));
});

Deno.test("Context.copy() is apart from what it was copied from", () => {
  const variable = new ContextVar("v", { default: 0 });
  const first = new Context();
  first.run(() => variable.set(1));
  const second = first.copy();
  first.run(() => variable.set(2));
  assertEquals([first.get(variable), second.get(variable)], [2, 1]);
  assertEquals(first.run(() => copyContext().get(variable)), 2);
});

trial("a task sees what its creator had set, and keeps its own to itself", function* (as) {
  const variable = new ContextVar("v", { default: "default" });
  variable.set("parent");
  const child = (value: string) =>
    as(function* () {
      const before = variable.get();
      variable.set(value);
      yield sleep(1);
      return `${before} ${variable.get()}`;
    });
  const children = [createTask(child("a")), createTask(child("b"))];
  variable.set("later");
  assertEquals(yield gather(children), ["parent a", "parent b"]);
  assertEquals(variable.get(), "later");
});

trial("a callback runs in a copy of the context it was scheduled in", function* () {
  const loop = getRunningLoop();
  const variable = new ContextVar("v", { default: "default" });
  const seen: string[] = [];
  const note = () => {
    seen.push(variable.get());
    variable.set("callback's");
  };
  variable.set("soon");
  loop.callSoon(note);
  variable.set("later");
  loop.callLater(1, note);
  variable.set("done");
  const task = createTask(() => sleep(1));
  task.addDoneCallback(note);
  variable.set("now");
  yield task;
  yield sleep(1);
  assertEquals([seen, variable.get()], [["soon", "later", "done"], "now"]);
});
