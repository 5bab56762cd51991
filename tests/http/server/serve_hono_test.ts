import { Hono } from "hono";
import { basicAuth } from "hono/basic-auth";
import { bodyLimit } from "hono/body-limit";
import { csrf } from "hono/csrf";
import { HTTPException } from "hono/http-exception";
import { Event } from "../../../mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { Boom } from "../../futures/trial.ts";
import { fetchText, serving, takeReport } from "./serving.ts";

/** Lists ways to leave the errors of an application to the server. */
const RECIPES: Record<string, (app: Hono) => void> = {
  "the recipe of the docs": (app) =>
    void app.onError((error, c) => {
      if (!("getResponse" in error)) throw error;
      const response = error.getResponse();
      return c.newResponse(response.body, response);
    }),
  "a handler that throws all": (app) =>
    void app.onError((error) => {
      throw error;
    }),
};

for (const [name, leaveErrors] of Object.entries(RECIPES)) {
  const make = () => {
    const app = new Hono();
    leaveErrors(app);
    return app;
  };

  Deno.test(`hono's exceptions are responses, and no failures (${name})`, async () => {
    const app = make();
    app.use("/auth", basicAuth({ username: "u", password: "p" }));
    app.use("/large", bodyLimit({ maxSize: 3 }));
    app.use("/foreign", csrf());
    app.all("*", (c) => c.text("ok"));
    await serving(app, {}, async ({ server }) => {
      const ask = async (path: string, init?: RequestInit) => {
        const response = await fetch(server.url + path, init);
        return [response.status, await response.text()];
      };
      assertEquals(await ask("/auth"), [401, "Unauthorized"]);
      assertEquals((await ask("/large", { method: "POST", body: "12345" }))[0], 413);
      const form = new URLSearchParams({ a: "b" });
      assertEquals((await ask("/foreign", { method: "POST", body: form }))[0], 403);
      assertEquals(await ask("/fine"), [200, "ok"]);
      const { completed, failed } = server.statistics();
      assertEquals([completed, failed], [4, 0]);
    });
  });

  Deno.test(`hono's other errors are the server's to report (${name})`, async () => {
    const app = make();
    app.get("/broken", () => {
      throw new Boom("a secret");
    });
    app.get("/slow", async (c) => {
      await new Event().wait();
      return c.text("never");
    });
    await serving(app, { deadline: 100 }, async ({ server, clock, reports }) => {
      assertEquals(await fetchText(server, "/broken"), [500, "Internal Server Error"]);
      assert(takeReport(reports).exception instanceof Boom);
      const slow = fetchText(server, "/slow");
      while (server.active === 0) await new Promise((resolve) => setTimeout(resolve, 0));
      clock.advance(100);
      assertEquals((await slow)[0], 504);
    });
  });
}

Deno.test("an error that makes a response is answered by it, unless onError has another", async () => {
  const handler = (request: Request) => {
    const { pathname } = new URL(request.url);
    const status = pathname === "/other" ? 404 : 409;
    throw new HTTPException(status, { message: `no ${pathname}` });
  };
  const onError = (error: unknown) =>
    (error as HTTPException).status === 404 ? new Response("mine", { status: 404 }) : undefined;
  await serving(handler, { onError }, async ({ server }) => {
    assertEquals(await fetchText(server, "/other"), [404, "mine"]);
    assertEquals(await fetchText(server, "/it"), [409, "no /it"]);
    assertEquals(server.statistics().failed, 0);
  });
});

const BROKEN: Record<string, () => unknown> = {
  "throws": () => {
    throw new Error("worse");
  },
  "makes no response": () => "text",
};

for (const [name, getResponse] of Object.entries(BROKEN)) {
  Deno.test(`an error whose getResponse() ${name} is a failure like any other`, async () => {
    const handler = () => {
      throw Object.assign(new Boom(), { getResponse });
    };
    await serving(handler, {}, async ({ server, reports }) => {
      assertEquals(await fetchText(server, "/"), [500, "Internal Server Error"]);
      assertEquals(reports.splice(0).map(({ message }) => message), [
        "getResponse() failed to answer a request",
        "The handler of a request failed",
      ]);
    });
  });
}

Deno.test("an error with a getResponse that is no method is a failure like any other", async () => {
  const handler = () => {
    throw Object.assign(new Boom(), { getResponse: 5 });
  };
  await serving(handler, {}, async ({ server, reports }) => {
    assertEquals((await fetchText(server, "/"))[0], 500);
    assert(takeReport(reports).exception instanceof Boom);
  });
});
