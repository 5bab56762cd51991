import { ClientSession, type RequestInfo, serve, type ServerAccessEntry } from "../../../io.ts";
import { run, sleep } from "../../../mod.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { AUTHORITY, CERTIFICATE, KEY } from "../../net/fixtures/certificate.ts";

Deno.test("serve() encrypts connections with a certificate", async () => {
  await run(async () => {
    const handler = (request: Request) => new Response(request.url);
    await using server = serve(handler, { port: 0, cert: CERTIFICATE, key: KEY });
    assertEquals(server.url, `https://127.0.0.1:${server.port}`);
    await using session = new ClientSession({ baseUrl: server.url, caCerts: [AUTHORITY] });
    await using response = await session.get("a");
    assertEquals(await response.text(), `${server.url}/a`);
  });
});

Deno.test("serve() listens at a path, which is there as long as it listens", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/socket`;
  const heard: unknown[] = [];
  try {
    await run(async () => {
      await using server = serve(
        (_, info: RequestInfo<Deno.UnixAddr>) => new Response(info.remoteAddr.transport),
        { path, onListen: (address) => heard.push(address) },
      );
      assertEquals([server.url, server.port, server.addr.path], [`unix://${path}`, 0, path]);
      assertEquals(heard, [server.addr]);
      await using session = new ClientSession({ path });
      await using response = await session.get("http://any.example/");
      assertEquals(await response.text(), "unix");
      assertThrows(() => serve(() => new Response(), { path }), Deno.errors.AddrInUse);
    });
    assertEquals([...Deno.readDirSync(folder)], []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("serve() refuses ways to listen that cannot be", async () => {
  const listen = (options: unknown) => () => serve(() => new Response(), options as never);
  await run(() => {
    assertThrows(listen({ cert: "x" }), TypeError, "cert and key must be given together");
    assertThrows(listen({ cert: 5, key: 5 }), TypeError, "cert must be a string");
    assertThrows(listen({ path: 5 }), TypeError, "path must be a string");
    assertThrows(listen({ path: "/a", port: 5 }), TypeError, "with the option port");
    assertThrows(listen({ path: "/a", cert: "x", key: "x" }), TypeError, "with the option cert");
    assertThrows(listen({ reusePort: 1 }), TypeError, "reusePort must be a boolean");
    assertThrows(listen({ path: "/a", reusePort: true }), TypeError, "with the option reusePort");
    assertThrows(listen({ maxBody: -1 }), RangeError, "maxBody");
    assertThrows(listen({ receiveTimeout: 0 }), RangeError, "receiveTimeout must be above 0");
    assertThrows(listen({ onAccess: 5 }), TypeError, "onAccess must be a function");
    return sleep(0);
  });
});

Deno.test("serve() tells a log of each request, and where it came from", async () => {
  const entries: ServerAccessEntry[] = [];
  await run(async () => {
    await using server = serve(async (request) => {
      await sleep(1);
      if (request.url.endsWith("/cancel")) await Promise.reject(new TypeError("broken"));
      return new Response("hello");
    }, { port: 0, onAccess: (entry) => entries.push(entry), onError: () => new Response("sorry") });
    await using session = new ClientSession({ baseUrl: server.url });
    await (await session.get("a?b=c")).text();
    await (await session.post("cancel", { body: "x" })).text();
  });
  assertEquals(
    entries.map(({ task, method, status, error }) => [task, method, status, `${error}`]),
    [
      ["GET /a #1", "GET", 200, "undefined"],
      ["POST /cancel #2", "POST", 200, "TypeError: broken"],
    ],
  );
  for (const { remoteAddr, url, responded, total, waited, time } of entries) {
    assert(remoteAddr.transport === "tcp" && remoteAddr.port > 0);
    assert(url!.startsWith("http://127.0.0.1:"));
    assert(waited >= 0 && responded! > waited && total >= responded! && time > 0);
  }
  assert(entries[0].url!.endsWith("/a?b=c"));
});
