import {
  asyncGenerator,
  CancelledError,
  createTask,
  currentTask,
  each,
  type Emit,
  getRunningLoop,
  sleep,
  taskGroup,
  timeout,
} from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { Boom, failure, takeReports, trial } from "../futures/trial.ts";

/** Iterates over a generator and leaves at its first value. */
function* leaveAtFirst(body: (emit: Emit<number>) => Generator) {
  const values = asyncGenerator<number>(body as Parameters<typeof asyncGenerator<number>>[0]);
  yield values.next();
  yield values.return();
}

trial("a timeout in an asyncGenerator that is left early is over", function* () {
  yield* leaveAtFirst(function* (emit) {
    yield* timeout(10, function* () {
      yield* emit(1);
    });
  });
  yield sleep(100);
  assertEquals([currentTask()!.cancelling, getRunningLoop().time()], [0, 100]);
});

trial(
  "a timeout that expires in an asyncGenerator between two values takes its request back",
  function* (as) {
    const values = asyncGenerator<number>(function* (emit) {
      yield* timeout(10, function* () {
        yield* emit(1);
      });
    });
    const task = createTask(as(function* () {
      yield values.next();
      try {
        yield sleep(100);
      } finally {
        yield values.return();
      }
    }));
    yield* failure(task, CancelledError);
    assertEquals(task.cancelling, 0);
  },
);

trial("a task group in an asyncGenerator that is left early leaves nothing running", function* () {
  const log: string[] = [];
  yield* leaveAtFirst(function* (emit) {
    yield* taskGroup(function* (group) {
      group.createTask(function* () {
        try {
          yield* sleep(1000);
        } finally {
          yield* sleep(1);
          log.push("child ended");
        }
      });
      yield* sleep(1);
      yield* emit(1);
    });
  });
  log.push("left");
  assertEquals(log, ["child ended", "left"]);
});

trial("each() in an asyncGenerator that is left early closes what it iterates over", function* () {
  const log: string[] = [];
  const inner = asyncGenerator<number>(function* (emit) {
    try {
      for (let n = 0;; n++) yield* emit(n);
    } finally {
      log.push("inner closed");
    }
  });
  yield* leaveAtFirst(function* (emit) {
    yield* each(inner, function* (n) {
      yield* emit(n);
    });
  });
  assertEquals(log, ["inner closed"]);
});

trial("each() throws the body's error when what it iterates over fails to close", function* (as, {
  reports,
}) {
  const items = {
    *[Symbol.iterator]() {
      try {
        yield 1;
      } finally {
        // deno-lint-ignore no-unsafe-finally -- it is what is tested
        throw new Boom("close");
      }
    },
  };
  const body = as(function* () {
    yield sleep(1);
    throw new Boom("body");
  });
  yield* failure(each(items, body), Boom, "body");
  const message = "an iterator failed when it was closed because of another error";
  assertEquals(takeReports(reports), [`${message}: close`]);
});
