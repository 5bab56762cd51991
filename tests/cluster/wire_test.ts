import { readBody, readMessage, writeBody, writeMessage } from "../../src/cluster/wire.ts";
import { readHead } from "../../src/cluster/job_head.ts";
import { keyOfChunk, nameOfKey } from "../../src/cluster/job_key.ts";
import { readJob, writeJob } from "../../src/cluster/nats/nats_streams.ts";
import { fromData, toData } from "../../src/cluster/redis/redis_data.ts";
import { frame, unframe } from "../../src/cluster/redis/redis_names.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";

const HEAD = {
  weft: 1,
  module: "job:a.ts",
  name: "f",
  attempts: 1,
  retention: 1,
  at: 1,
  by: "Deno",
  trace: { traceparent: "00-1-2-3" },
};

Deno.test("arguments and messages come back as they were, wherever they lie", () => {
  const args = [1n, new Map([["a", new Set([1])]]), new Uint8Array([1, 2]), undefined, [NaN]];
  assertEquals(readBody(writeBody(args)), args);
  const message = { type: "result", value: args } as const;
  assertEquals(readMessage(writeMessage(message)), message);
  const [id, inner] = unframe(frame("job-1", writeMessage(message)));
  assertEquals([id, readMessage(inner)], ["job-1", message]);
});

Deno.test("a job comes back as it was, from each engine", () => {
  const body = writeBody(["é", 1]);
  for (
    const { head, body: bytes } of [readJob(writeJob(HEAD, body)), fromData(toData(HEAD, body))]
  ) {
    assertEquals([head, readBody(bytes)], [HEAD, ["é", 1]]);
  }
});

Deno.test("what is no job, no message or no arguments is found out, and runs nothing", () => {
  for (const bytes of ["", "a", "\xff\xff\xff\xff", "\x02\0\0\0{}", "\x01\0\0\0{"]) {
    const given = Uint8Array.from(bytes, (letter) => letter.charCodeAt(0));
    assertEquals(readJob(given).head, undefined);
    assertThrows(() => readBody(given), Error, "");
    assertThrows(() => readMessage(given), Error, "");
  }
  for (
    const data of [undefined, null, 5, "text", {}, { ...HEAD, weft: "1" }, { ...HEAD, key: 5 }]
  ) {
    assertEquals(fromData(data).head, undefined);
    assertEquals(readHead(data), undefined);
  }
  assertThrows(() => readBody(writeMessage({ type: "result", value: 1 })), Error, "");
  const later = writeMessage({ type: "result", value: 1 });
  later[0] = 2;
  assertThrows(() => readMessage(later), TypeError, "It is of version 2 of the protocol");
});

Deno.test("other keys have other names, which any engine takes", () => {
  const keys = ["a", "b", "A", "a b", "*", ">", ".", "é", "", "a\0", ":", "{a}", "../"];
  const names = keys.map(nameOfKey);
  assertEquals(new Set(names).size, keys.length);
  for (const name of names) assert(/^k-[\w-]*$/.test(name), name);
  const chunks = [["a"], ["a", "b"], ["b", "a"], ["a b"], ["a", "b", "c"], ["a,b"], ["a", "c"]];
  assertEquals(new Set(chunks.map(keyOfChunk)).size, chunks.length);
});
