import { assert, assertEquals } from "../assert.ts";

/** Bounds, in ms, how long the program may take. */
const LONGEST_RUN = 60_000;

/** A span, as OTLP writes it in JSON. */
interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { key: string; value: { stringValue: string } }[];
}

/** What an exporter sends to `/v1/traces`. */
interface Traces {
  readonly resourceSpans: readonly { scopeSpans: readonly { spans: readonly Span[] }[] }[];
}

/** Runs a program with the telemetry built into Deno; returns its output and its spans. */
async function runTraced(program: string): Promise<{ output: string; spans: Span[] }> {
  const spans: Span[] = [];
  const receive = async (request: Request) => {
    const body = await request.text();
    if (new URL(request.url).pathname === "/v1/traces") {
      const { resourceSpans } = JSON.parse(body) as Traces;
      spans.push(
        ...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
      );
    }
    return Response.json({});
  };
  await using receiver = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    receive,
  );
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", "--quiet", new URL(program, import.meta.url).href],
    env: {
      NO_COLOR: "1",
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${receiver.addr.port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_BSP_MAX_QUEUE_SIZE: "100000",
    },
    stdin: "null",
    signal: AbortSignal.timeout(LONGEST_RUN),
  }).output();
  const decoder = new TextDecoder();
  assertEquals([code, decoder.decode(stderr)], [0, ""]);
  return { output: decoder.decode(stdout).trim(), spans };
}

/** Gives an attribute of a span, a text. */
function attribute({ attributes }: Span, name: string): string | undefined {
  return attributes.find(({ key }) => key === name)?.value.stringValue;
}

Deno.test("each span is a child of the one that was active where its code began", async () => {
  const { output, spans } = await runTraced("traced.ts");
  assertEquals(spans.length, Number(output), "some spans were not received");
  assert(spans.length > 1_000, `${spans.length} spans`);
  const names = new Map(spans.map(({ spanId, name }) => [spanId, name]));
  const [root] = spans.filter(({ name }) => name === "main");
  const wrong = spans.flatMap((span) => {
    const { name, traceId, parentSpanId = "" } = span;
    const expected = attribute(span, "parent");
    const parent = names.get(parentSpanId) ?? "";
    if (parent === expected && traceId === root.traceId) return [];
    return [`${name}: its parent is ${parent || "none"}, and must be ${expected}`];
  });
  assertEquals(wrong.slice(0, 20), [], `${wrong.length} of ${spans.length} spans are misplaced`);
});

Deno.test("each span of a handler is a child of its own request's", async () => {
  const { output, spans } = await runTraced("served.ts");
  const marks = spans.filter(({ name }) => name === "mark");
  assertEquals(marks.length, Number(output), "some spans were not received");
  assert(marks.length > 1_000, `${marks.length} spans`);
  const paths = new Map(spans.map((span) => [span.spanId, attribute(span, "url.path")]));
  const wrong = marks.flatMap((span) => {
    const [found, path] = [paths.get(span.parentSpanId ?? ""), attribute(span, "path")];
    return found === path ? [] : [`a span of ${path} belongs to ${found ?? "no request"}`];
  });
  assertEquals(wrong.slice(0, 20), [], `${wrong.length} of ${marks.length} spans are misplaced`);
});

Deno.test("a job is within its caller's span, in a thread and in a process", async () => {
  const { output } = await runTraced("jobs.ts");
  assertEquals(output.split("\n"), [
    "run() of a WorkerPool weft: within",
    "map() of a WorkerPool weft: within",
    "run() of a ProcessPool: within",
    "map() of a ProcessPool: within",
  ]);
});
