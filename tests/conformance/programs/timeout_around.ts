/** Puts timeout blocks around gathers and groups. */
import { currentTask, gather, sleep, taskGroup, timeout } from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import { Boom, Crash, type Deadline, type Trace } from "../support.ts";

/** Cancels the children of a gather at the deadline. */
export function* aroundAGather(t: Trace): Coroutine<void> {
  function* child(name: string, ms: number): Coroutine<void> {
    try {
      yield* sleep(ms);
      t.log(name, "slept");
    } catch (error) {
      t.log(name, "caught", error);
      throw error;
    }
  }

  try {
    yield* timeout(10, function* () {
      yield* gather([
        () => child("a", 5),
        () => child("b", 50),
        () => child("c", 60),
      ]);
    });
  } catch (error) {
    t.log("raised", error);
  }
}

/** Cancels a group at the deadline and raises the timeout. */
export function* aroundAGroup(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    try {
      yield* sleep(100);
    } finally {
      t.log("child cancelled");
    }
  }

  try {
    yield* timeout(10, function* () {
      yield* taskGroup(function* (group) {
        group.createTask(() => child());
        yield* sleep(50);
      });
    });
  } catch (error) {
    t.log("raised", error, currentTask()!.cancelling);
  }
}

/** Raises the group's error when a child fails while being cancelled. */
export function* aroundAGroupThatFails(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    try {
      yield* sleep(100);
    } catch {
      throw new Boom("cleanup");
    }
  }

  let scope!: Deadline;
  try {
    yield* timeout(10, function* (block) {
      scope = block;
      yield* taskGroup(function* (group) {
        group.createTask(() => child());
        yield* sleep(50);
      });
    });
  } catch (error) {
    t.log("raised", error);
  }
  t.log(scope.expired, currentTask()!.cancelling);
}

/** Raises the timeout when it comes first in the instant in which a child would fail. */
export function* deadlineBeforeTheErrorOfAChild(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    yield* sleep(10);
    throw new Crash("not reached");
  }

  let scope!: Deadline;
  try {
    yield* timeout(10, function* (block) {
      scope = block;
      yield* taskGroup(function* (group) {
        group.createTask(() => child());
        yield* sleep(50);
      });
    });
  } catch (error) {
    t.log("raised", error);
  }
  t.log(scope.expired, currentTask()!.cancelling);
}

/** Raises the group's error when the child comes first in the instant of the deadline. */
export function* errorOfAChildBeforeTheDeadline(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    yield* sleep(10);
    throw new Crash("child");
  }

  let scope!: Deadline;
  try {
    yield* timeout(undefined, function* (block) {
      scope = block;
      yield* taskGroup(function* (group) {
        group.createTask(() => child());
        yield* sleep(0);
        block.reschedule(10);
        yield* sleep(50);
      });
    });
  } catch (error) {
    t.log("raised", error);
  }
  t.log(scope.expired, currentTask()!.cancelling);
}
