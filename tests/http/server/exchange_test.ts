import { type Handler, serve } from "../../../io.ts";
import {
  allTasks,
  ContextVar,
  createTask,
  currentTask,
  getRunningLoop,
  run,
  sleep,
  type Task,
  until,
} from "../../../mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { fetchText, serving } from "./serving.ts";

Deno.test("a handler that answers at once has a task of its own, if it looks", async () => {
  const tasks = new Set<Task<unknown>>();
  const names: string[] = [];
  const handler = () => {
    const task = currentTask()!;
    tasks.add(task);
    names.push(task.name);
    return new Response("at once");
  };
  await serving(handler, {}, async ({ server }) => {
    for (const path of ["/a", "/b", "/c"]) await fetchText(server, path);
  });
  assertEquals([names, tasks.size], [["GET /a #1", "GET /b #2", "GET /c #3"], 3]);
  assert([...tasks].every(({ done }) => done));
});

Deno.test("what a handler that answers at once sets in its context stays there", async () => {
  const variable = new ContextVar("variable", { default: "unset" });
  const handler = () => {
    const before = variable.get();
    variable.set("set");
    return new Response(before);
  };
  await serving(handler, {}, async ({ server }) => {
    for (let n = 0; n < 3; n++) assertEquals(await fetchText(server, "/"), [200, "unset"]);
  });
});

Deno.test("a handler that sometimes answers at once, and sometimes waits, is known each time", async () => {
  const seen: string[] = [];
  const later: Handler = async (request) => {
    await request.text(); // The library knows nothing of this wait.
    seen.push(currentTask()!.name);
    await until(Promise.resolve());
    return new Response(currentTask()!.name);
  };
  const handler: Handler = (request, info) =>
    request.url.includes("wait") ? later(request, info) : new Response("at once");
  await serving(handler, {}, async ({ server }) => {
    for (const path of ["/", "/wait", "/", "/", "/wait"]) await fetchText(server, path);
    const [one, two] = await Promise.all(
      ["/wait?1", "/wait?2"].map((path) => fetchText(server, path)),
    );
    assert(one[1] !== two[1], one[1]);
  });
  assertEquals(seen.slice(0, 2), ["GET /wait #2", "GET /wait #5"]);
  assertEquals(new Set(seen).size, 4);
});

Deno.test("a handler that answers at once may leave a task behind, which is no part of it", async () => {
  const done: string[] = [];
  const handler: Handler = (request) => {
    const { pathname } = new URL(request.url);
    createTask(async () => {
      await sleep(0);
      done.push(`${pathname} in ${currentTask()!.name}`);
    }, { name: "left behind" });
    return new Response("at once");
  };
  await serving(handler, {}, async ({ server }) => {
    await fetchText(server, "/a");
    await fetchText(server, "/b");
    await sleep(0);
  });
  assertEquals(done, ["/a in left behind", "/b in left behind"]);
});

Deno.test("a server between two requests holds no task but its own", () =>
  run(async () => {
    await using server = serve(() => new Response("at once"), { port: 0, name: "server" });
    for (let n = 0; n < 3; n++) await fetchText(server, "/");
    const names = [...allTasks()].filter((task) => task !== currentTask()).map(({ name }) => name);
    assertEquals(names, ["server"]);
    const { ready, timers } = getRunningLoop().metrics();
    assertEquals([ready, timers], [0, 0]);
  }, { signals: [] }));

Deno.test("a thousand requests of each kind are counted, and leave nothing behind", async () => {
  const handler: Handler = (request) => {
    const n = Number(new URL(request.url).pathname.slice(1)) % 4;
    if (n === 0) return new Response("at once");
    if (n === 1) return Promise.resolve(new Response("soon"));
    if (n === 2) return sleep(0, new Response("later"));
    return new Response(ReadableStream.from([new Uint8Array(3)]));
  };
  await serving(handler, {}, async ({ server }) => {
    for (let batch = 0; batch < 20; batch++) {
      const paths = Array.from({ length: 50 }, (_, n) => `/${n}`);
      await Promise.all(paths.map((path) => fetchText(server, path)));
    }
    const { active, waiting, completed, failed } = server.statistics();
    assertEquals([active, waiting, completed, failed], [0, 0, 1000, 0]);
  });
});
