/** How cost grows with the number of open connections: one operation is a line and its echo. @module */

import type { Coroutine } from "../../mod.ts";
import { loadWeft, type Suite } from "../suite.ts";
import { generator as echo } from "./io_echo.ts";

/** The lines of a round, at least. */
const LEAST = 20_000;

export const growthConnections: Suite = {
  name: "growth of connections",
  about: "a line and its echo over one of so many TCP connections, both ends in one process",
  unit: "ns",
  sizes: [10, 1e3, 5e3],
  rounds: 3,
  weft: {
    async connections(root, count) {
      const { createTask, Runner } = await loadWeft(root);
      const io: typeof import("../../io.ts") = await import(new URL("io.ts", root).href);
      const runner = new Runner({ signals: [] });
      const connections: Awaited<ReturnType<typeof io.openConnection>>[] = [];
      function* open(): Coroutine<void> {
        const server = io.startServer(echo, { port: 0 });
        for (let n = 0; n < count; n++) {
          connections.push(yield* io.openConnection({ port: server.port, hostname: "127.0.0.1" }));
        }
      }
      await runner.run(open);
      const line = new TextEncoder().encode("a line\n");
      function* talk(
        each: number,
        { reader, writer }: typeof connections[number],
      ): Coroutine<void> {
        for (let n = 0; n < each; n++) {
          writer.write(line);
          yield* reader.readLine();
        }
      }
      return {
        run: () =>
          runner.run(function* () {
            const each = Math.ceil(LEAST / count);
            const tasks = connections.map((one) => createTask(talk(each, one)));
            for (const task of tasks) yield* task;
            return each * count;
          }),
      };
    },
  },
};
