import { HttpError } from "../../../io.ts";
import { until } from "../../../mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { RawClient, statusOf } from "./raw_client.ts";
import { serving, takeReport } from "./serving.ts";

const READERS: Record<string, (request: Request) => Promise<unknown>> = {
  json: (request) => request.json(),
  text: async (request) => (await request.text()).length,
  bytes: async (request) => (await request.bytes()).length,
  arrayBuffer: async (request) => (await request.arrayBuffer()).byteLength,
  blob: async (request) => (await request.blob()).size,
  formData: async (request) => [...(await request.formData()).keys()].length,
  clone: (request) => request.clone().json(),
  parse: async (request) => JSON.parse(await request.text()),
  twice: async (request) => [await request.text(), await request.text()],
  stream: async (request) => {
    let size = 0;
    for await (const piece of request.body!) size += piece.length;
    return size;
  },
};

/** Reads the body in the way that the path names. */
const reader = async (request: Request) => {
  const way = new URL(request.url).pathname.slice(1);
  return Response.json(await until(() => READERS[way](request)));
};

/** Makes a stream of pieces, whose length nobody knows. */
const chunked = (...pieces: string[]) =>
  ReadableStream.from(pieces).pipeThrough(new TextEncoderStream());

Deno.test("a body that is malformed is the client's fault, whichever way it comes", () =>
  serving(reader, {}, async ({ server, reports }) => {
    const post = async (way: string, body: BodyInit, type = "application/json") => {
      const headers = { "content-type": type };
      const response = await fetch(`${server.url}/${way}`, { method: "POST", body, headers });
      return [response.status, await response.text()] as const;
    };
    assertEquals(await post("json", '{"a":1}'), [200, '{"a":1}']);
    for (const body of ["{oh", "", chunked("{", "oh")]) {
      const [status, words] = await post("json", body);
      assert(status === 400 && words.startsWith("The body of the request is malformed: "), words);
    }
    assertEquals((await post("clone", "{oh"))[0], 400);
    assertEquals((await post("formData", "no form", "multipart/form-data; boundary=x"))[0], 400);
    assertEquals(server.statistics().failed, 0);
    assertEquals((await post("parse", "{oh"))[0], 500);
    assert(takeReport(reports).exception instanceof SyntaxError);
    assertEquals((await post("twice", "once"))[0], 500);
    assert(takeReport(reports).exception instanceof TypeError);
  }));

Deno.test("a body larger than maxBody is refused as soon as that is known, and a stream is not", () =>
  serving(reader, { maxBody: 10 }, async ({ server, reports }) => {
    const post = async (way: string, body: BodyInit) => {
      const response = await fetch(`${server.url}/${way}`, { method: "POST", body });
      return [response.status, await response.text()];
    };
    const tooLarge = [413, "The body of the request is larger than 10 bytes"];
    for (const way of ["text", "bytes", "arrayBuffer", "blob"]) {
      assertEquals(await post(way, "x".repeat(10)), [200, "10"]);
      assertEquals(await post(way, chunked("x".repeat(4), "x".repeat(6))), [200, "10"]);
      assertEquals(await post(way, "x".repeat(11)), tooLarge);
      assertEquals(await post(way, chunked("x".repeat(4), "x".repeat(7))), tooLarge);
    }
    assertEquals(await post("json", chunked("[1,", "2]")), [200, "[1,2]"]);
    assertEquals(await post("clone", chunked('"', "x".repeat(11), '"')), tooLarge);
    const form = new URLSearchParams({ a: "1" });
    assertEquals(await post("formData", form), [200, "1"]);
    assertEquals(await post("stream", "x".repeat(100)), [200, "100"]);
    assertEquals(reports, []);
  }));

Deno.test("a body that claims to be large is refused before it comes", () =>
  serving(reader, { maxBody: 10 }, async ({ server }) => {
    const head = ["POST /text HTTP/1.1", "host: test", "content-length: 11", "", ""];
    using client = await RawClient.open(server, head.join("\r\n"));
    await client.until("larger than 10 bytes");
    assertEquals(statusOf(client), 413);
  }));

Deno.test("a body has a bound that is large unless another is given", () =>
  serving(reader, {}, async ({ server }) => {
    const post = async (length: number) => {
      const body = new Uint8Array(length);
      const response = await fetch(`${server.url}/bytes`, { method: "POST", body });
      await response.body?.cancel();
      return response.status;
    };
    assertEquals([await post(2 ** 24), await post(2 ** 24 + 1)], [200, 413]);
  }));

Deno.test("an HttpError is its response wherever it is thrown", async () => {
  const handler = () => {
    throw new HttpError(405, undefined, { allow: "GET" });
  };
  await serving(handler, {}, async ({ server }) => {
    const response = await fetch(server.url);
    assertEquals([response.status, response.headers.get("allow")], [405, "GET"]);
    assertEquals(await response.text(), "Method Not Allowed");
    assertEquals(server.statistics().failed, 0);
  });
  const json = () => {
    const headers = { "content-type": "application/json" };
    throw new HttpError(422, JSON.stringify({ why: "name" }), headers);
  };
  await serving(json, {}, async ({ server }) => {
    const response = await fetch(server.url);
    assertEquals([response.status, await response.json()], [422, { why: "name" }]);
  });
});
