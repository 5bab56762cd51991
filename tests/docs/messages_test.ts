/** The messages that the documents quote are those that users get. */
import { createTask, Queue, run, sleep, VirtualClock } from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { fencesOf, ROOT } from "./documents.ts";

/** Reads the lines of a document's blocks of text. */
function quotesOf(path: string): string[] {
  const text = Deno.readTextFileSync(new URL(path, ROOT));
  return fencesOf(text).filter(({ language }) => language === "text")
    .map(({ code }) => code.trim().replaceAll("\n", " "));
}

Deno.test("docs: the tutorial says what createTask(work(1)) says, and the call goes on", async () => {
  let isDone = false;
  async function work(ms: number): Promise<void> {
    await sleep(ms);
    isDone = true;
  }
  const message = await run(async (): Promise<string | undefined> => {
    try {
      // @ts-expect-error: a promise is no coroutine; the editor says so, too.
      createTask(work(1));
    } catch (error) {
      await sleep(10);
      return String(error);
    }
    return undefined;
  }, { clock: new VirtualClock() });
  assert(quotesOf("docs/tutorial.md").includes(message ?? ""), message);
  assert(isDone);
});

Deno.test("docs: what code left behind gets is what the pages say", async () => {
  const got: string[] = [];
  await run(async () => {
    const queue = new Queue<number>();
    const note = async (name: string, wait: () => PromiseLike<unknown>) => {
      try {
        await wait();
      } catch (error) {
        got.push(`${name}: ${error}`);
      }
    };
    await createTask(async () => {
      note("take", () => queue.get());
      note("wait", () => sleep(60_000));
      note("late", () => sleep(2).then(() => queue.get()));
      await sleep(1);
    }, { name: "careless" });
    await sleep(10);
    assertEquals(got, ["take: CancelledError: task careless has ended"]);
  }, { clock: new VirtualClock() });
  assertEquals(got.map((line) => line.slice(0, 4)), ["take", "wait", "late"]);
  for (const page of ["cancellation", "strands"]) {
    const text = Deno.readTextFileSync(new URL(`docs/${page}.md`, ROOT));
    assert(text.includes("`task NAME has ended`"), page);
  }
});
