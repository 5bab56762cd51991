/**
 * Serves a small response until it is killed: `target.ts bare|weft HANDLER`. Prints its port.
 *
 * @module
 */

import { serve } from "../../io.ts";
import { type Coroutine, run } from "../../mod.ts";
import type { HandlerName } from "./main.ts";

type Answer = (request: Request) => Response | Promise<Response>;

const [side, name] = Deno.args;

/** The handlers that answer at once, each in its front end; the last does wait. */
const handlers: Partial<Record<HandlerName, Answer>> = {
  async: async (_request) => await new Response("hello"),
  waiting: async (_request) => {
    await new Promise<void>((resolve) => void setImmediate(resolve));
    return new Response("hello");
  },
};

/** Answers as trivially as a generator can; beside it stands the host's plain handler. */
// deno-lint-ignore require-yield -- it does not wait
function* generator(_request: Request): Coroutine<Response> {
  return new Response("hello");
}

const plain: Answer = (_request) => new Response("hello");
const handler = handlers[name as HandlerName] ?? plain;
const onListen = ({ port }: { port: number }) => console.log(`${port}`);

if (side === "bare") {
  Deno.serve({ port: 0, hostname: "127.0.0.1", onListen }, handler);
} else {
  await run(async () => {
    await using server = serve(name === "generator" ? generator : handler, { port: 0, onListen });
    await server.finished;
  });
}
