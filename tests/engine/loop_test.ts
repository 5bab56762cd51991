import { createTask, EventLoop, run, sleep, until, VirtualClock, yieldNow } from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { inWorld } from "../futures/trial.ts";
import { hostTurns } from "../host_turns.ts";

Deno.test("a turn runs what is ready, then the timers that are due, and nothing that these add", async () => {
  await inWorld(({ loop, clock }) =>
    function* () {
      const order: string[] = [];
      yield* sleep(1);
      loop.callLater(1, () => order.push("timer 1"));
      loop.callLater(2, () => order.push("timer 2"));
      loop.callSoon(() => {
        clock.advance(2);
        order.push("ready");
        loop.callSoon(() => order.push("added"));
      });
      for (let turn = 0; turn < 3; turn++) yield* yieldNow();
      assertEquals(order, ["ready", "added", "timer 1", "timer 2"]);
    }
  );
});

Deno.test("virtual time jumps from deadline to deadline, and never past one", async () => {
  await inWorld(({ loop, clock }) =>
    function* () {
      const times: number[] = [];
      for (const ms of [30, 10, 20, 10]) loop.callLater(ms, () => times.push(clock.now()));
      yield* sleep(50);
      assertEquals(times, [10, 10, 20, 30]);
    }
  );
});

Deno.test("virtual time waits for a native task that awaits the host", async () => {
  await inWorld(({ clock }) => async () => {
    const order: string[] = [];
    const timer = createTask(async () => {
      await sleep(1_000_000);
      order.push("timer");
    });
    const host = createTask(async () => {
      await hostTurns();
      order.push(`host at ${clock.now()}`);
    });
    await host;
    await timer;
    assertEquals(order, ["host at 0", "timer"]);
  });
});

Deno.test("virtual time passes again when a wait for the host is given up", async () => {
  await inWorld(({ clock }) => async () => {
    const stuck = createTask(() => until(new Promise<void>(() => {})));
    await yieldNow();
    stuck.cancel();
    await sleep(100);
    assertEquals([clock.now(), stuck.cancelled], [100, true]);
  });
});

Deno.test("a native step that ends a task lets the same batch go on", async () => {
  await inWorld(({ loop }) => async () => {
    const { iterations } = loop.metrics();
    const order: string[] = [];
    const tasks = ["a", "b", "c"].map((name) =>
      createTask(async () => {
        await null;
        order.push(name);
      })
    );
    loop.callSoon(() => order.push(`turn ${loop.metrics().iterations - iterations}`));
    for (const task of tasks) await task;
    assertEquals(order.at(3), "turn 1");
  });
});

Deno.test("a loop that is idle takes no turns until it is woken", async () => {
  const loop = new EventLoop();
  const future = loop.createFuture<number>();
  const running = loop.runUntilComplete(loop.createTask(() => future));
  await hostTurns();
  const { iterations } = loop.metrics();
  await hostTurns();
  assertEquals(loop.metrics().iterations, iterations);
  future.setResult(7); // It is set from outside of the loop.
  assertEquals(await running, 7);
  loop.close();
});

Deno.test("a loop keeps the host's time for I/O between its turns", async () => {
  const server = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = server.addr as Deno.NetAddr;
  const echoed = (async () => {
    const connection = await server.accept();
    const buffer = new Uint8Array(8);
    for (;;) {
      const count = await connection.read(buffer);
      if (count === null) break;
      await connection.write(buffer.subarray(0, count));
    }
    connection.close();
  })();
  await run(async () => {
    let stop = false;
    const spinner = createTask(function* () {
      while (!stop) yield* yieldNow();
    });
    const connection = await Deno.connect({ port, hostname: "127.0.0.1" });
    const buffer = new Uint8Array(8);
    for (let n = 0; n < 2; n++) {
      await connection.write(new Uint8Array([n]));
      await connection.read(buffer);
      assertEquals(buffer[0], n);
    }
    connection.close();
    stop = true;
    await spinner;
  }, { signals: [] });
  await echoed;
  server.close();
});

Deno.test("a loop's time never goes back, and a clock must be one", () => {
  assertThrows(() => new EventLoop({ clock: {} as never }), TypeError, "clock");
  const loop = new EventLoop({ clock: new VirtualClock(5) });
  assertEquals(loop.time(), 5);
  assert(!loop.running && !loop.closed);
  loop.close();
});

Deno.test("thousands of loops may come and go", async () => {
  for (let n = 0; n < 300; n++) {
    const value = await run(() => sleep(1, n), { clock: new VirtualClock(), signals: [] });
    assertEquals(value, n);
  }
});
