/**
 * Runs the tests on all cores; says how far they are, and at the end what has failed.
 *
 *     deno task test                    all of them
 *     deno task test tests/sync/        some of them; options are those of `deno test`
 *
 * @module
 */

import { Tally } from "./tally.ts";

/** How often, in ms, it says how far it is: on a terminal, and elsewhere. */
const OFTEN = 200, SELDOM = 15_000;

/** Begins the line that tells how to run the files again in which a test failed. */
const RUN_AGAIN = "Run again what failed: deno task test ";

/** The number of files to run at once: tests wait for hosts and children as often as they compute. */
const JOBS = 2 * navigator.hardwareConcurrency;

/** Counts the files that are tests. */
async function countFiles(path: string): Promise<number> {
  if ((await Deno.stat(path)).isFile) return 1;
  let count = 0;
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    const isTest = isDirectory || /(^|[._])test\.(ts|js)$/.test(name);
    if (isTest) count += await countFiles(`${path}/${name}`);
  }
  return count;
}

/** Reads what the tests say, line by line. */
async function read(stream: ReadableStream<BufferSource>, tally: Tally): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) tally.note(line);
  }
  tally.note(rest);
}

if (import.meta.main) {
  const args = Deno.args.filter((word) => word !== "--");
  const paths = args.filter((word) => !word.startsWith("-"));
  const options = args.filter((word) => word.startsWith("-"));
  if (paths.length === 0) paths.push("tests");
  const counts = await Promise.all(paths.map(countFiles));
  const tally = new Tally(counts.reduce((sum, count) => sum + count, 0));

  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "--allow-all", "--lock", "--frozen", "--parallel", ...options, ...paths],
    env: { NO_COLOR: "1", DENO_JOBS: Deno.env.get("DENO_JOBS") ?? String(JOBS) },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const isLive = Deno.stdout.isTerminal();
  const write = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(text));
  const show = () => write(isLive ? `\r\x1b[K${tally}` : `${tally}\n`);
  const timer = setInterval(show, isLive ? OFTEN : SELDOM);

  await Promise.all([read(child.stdout, tally), read(child.stderr, tally)]);
  const { code } = await child.status;
  clearInterval(timer);
  if (isLive) write("\r\x1b[K");
  if (code !== 0) write(`${tally.failures(code)}\n\n`);
  const { failedFiles } = tally;
  if (failedFiles.length > 0) write(`${RUN_AGAIN}${failedFiles.join(" ")}\n`);
  write(`${tally}\n`);
  Deno.exit(code);
}
