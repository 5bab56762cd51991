import { type Coroutine, createTask, Event, yieldNow } from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { Boom, takeReport, trial } from "../futures/trial.ts";
import { echo, FakePool } from "./fake_pool.ts";
import { hostTurn } from "./pool_contract.ts";

const MODULE = "fake:module";

trial("Pool answers the calls of the job that runs, and of no other", function* () {
  const ask = (name: string) => ({ type: "ask", id: 1, name, args: [5] }) as const;
  const pool = new FakePool((call, seat) => {
    seat.say(ask("wait"));
    seat.say({ type: "result", value: call.args[0] });
    seat.say(ask("double")); // Nobody waits for that.
  }, { size: 1, calls: { double: (n: number) => 2 * n, wait: () => new Event().wait() } });
  assertEquals(yield pool.run(MODULE, "echo", "first"), "first");
  yield hostTurn();
  const [seat] = pool.seats;
  assertEquals(seat.answers, []);
  const second = createTask(() => pool.run(MODULE, "echo", "second"));
  yield yieldNow();
  seat.say(ask("double"));
  assertEquals(yield second, "second");
  assertEquals(pool.seats.length, 1);
  yield pool.close();
});

trial("Pool numbers the answers by the job", function* () {
  const pool = new FakePool((call, seat) => {
    if (call.args[0] === "echo") return echo(call, seat);
    seat.say({ type: "ask", id: 3, name: "double", args: [5] });
  }, { size: 1, calls: { double: (n: number) => 2 * n } });
  yield pool.run(MODULE, "run", "echo");
  const job = createTask(() => pool.run(MODULE, "run", "ask"));
  yield yieldNow();
  const [seat] = pool.seats;
  while (seat.answers.length === 0) yield hostTurn();
  assertEquals(seat.answers, [{ type: "answer", job: 2, id: 3, value: 10 }]);
  seat.say({ type: "result", value: 1 });
  yield job;
  yield pool.close();
});

trial("Pool reports what a function fails with that a job waits for no more", function* (_, world) {
  const pool = new FakePool((_call, seat) => {
    seat.say({ type: "ask", id: 1, name: "fail", args: [] });
  }, { size: 1 });
  const calls = {
    *fail(): Coroutine<void> {
      pool.seats[0].say({ type: "result", value: "done" });
      try {
        yield* new Event().wait();
      } catch {
        throw new Boom("while it cleans up");
      }
    },
  };
  assertEquals(yield pool.job(MODULE, "run", [], { calls }), "done");
  const report = takeReport(world, "a function that it called has failed: fail");
  assert(report.exception instanceof Boom);
  yield pool.close();
});
