import { CancelledError, createTask, gather, run, sleep, type Task } from "../../../mod.ts";
import { ClientSession } from "../../../io.ts";
import { ConnectionLimit } from "../../../src/http/client/connection_limit.ts";
import { assert, assertEquals } from "../../assert.ts";
import { failure, type FrontEnd, trial } from "../../futures/trial.ts";

/** Starts tasks that go in for 10 ms, in the order of their origins; notes who is in. */
function crowd(as: FrontEnd, limit: ConnectionLimit, origins: string) {
  const inside: string[] = [];
  const tasks: Task<void>[] = [...origins].map((origin, at) =>
    createTask(as(function* () {
      using _place = yield createTask(() => limit.enter(origin));
      inside.push(`${origin}${at}`);
      yield sleep(10);
      inside.splice(inside.indexOf(`${origin}${at}`), 1);
    }))
  );
  return { inside, tasks };
}

trial("ConnectionLimit lets who waits for a busy origin take no place of others", function* (as) {
  const limit = new ConnectionLimit(3, 1);
  const { inside, tasks } = crowd(as, limit, "aaabc");
  yield sleep(1);
  assertEquals([inside.join(), limit.statistics()], ["a0,b3,c4", {
    active: 3,
    waiting: 2,
    origins: 3,
  }]);
  yield sleep(10);
  assertEquals(inside, ["a1"]);
  yield gather(tasks);
  assertEquals(limit.statistics(), { active: 0, waiting: 0, origins: 0 });
});

trial("ConnectionLimit is fair among all, and each origin", function* (as) {
  const limit = new ConnectionLimit(2, 2);
  const { inside, tasks } = crowd(as, limit, "aabba");
  yield sleep(1);
  assertEquals(inside, ["a0", "a1"]);
  yield sleep(10);
  assertEquals(inside, ["b2", "b3"]);
  yield sleep(10);
  assertEquals(inside, ["a4"]);
  yield gather(tasks);
});

trial("ConnectionLimit forgets who is cancelled in either line", function* (as) {
  const limit = new ConnectionLimit(1, 1);
  const { inside, tasks } = crowd(as, limit, "aabb");
  yield sleep(1);
  for (const at of [1, 2]) {
    tasks[at].cancel();
    yield* failure(tasks[at], CancelledError);
  }
  assertEquals([inside.join(), limit.statistics()], ["a0", { active: 1, waiting: 1, origins: 2 }]);
  yield sleep(10);
  assertEquals(inside, ["b3"]);
  yield gather([tasks[0], tasks[3]]);
  assertEquals(limit.statistics(), { active: 0, waiting: 0, origins: 0 });
});

Deno.test("10,000 requests over a limit of 100: never more at once, and all are answered", async () => {
  let inside = 0;
  let most = 0;
  const seen = new Set<string>();
  const { promise: full, resolve: fill } = Promise.withResolvers<void>();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      most = Math.max(most, ++inside);
      if (inside === 100) fill();
      await full;
      await new Promise((resolve) => setTimeout(resolve, 0));
      seen.add(request.url);
      inside--;
      return new Response(new URL(request.url).pathname);
    },
  );
  await run(async () => {
    await using session = new ClientSession({
      baseUrl: `http://127.0.0.1:${server.addr.port}/`,
      limit: 100,
    });
    const ask = async (at: number) => {
      const response = await session.get(`${at}`);
      return await response.text() === `/${at}`;
    };
    const answers = await gather(Array.from({ length: 10_000 }, (_, at) => () => ask(at)));
    assert(answers.every((isRight) => isRight));
    assertEquals(session.statistics(), { active: 0, waiting: 0 });
  });
  assertEquals([seen.size, most], [10_000, 100]);
});
