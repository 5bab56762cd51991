/**
 * The peers in other languages: one program each, built where its toolchain is installed.
 *
 * @module
 */

/** The name of a program. */
export type ProgramName = "asyncio" | "uvloop" | "Go" | "tokio";

/** A program that can run. */
export interface Program {
  readonly version: string;
  /** The path of the executable, and its arguments; the case and the size follow. */
  readonly command: readonly string[];
}

/** The names of all programs by themselves, for a case that each of them has. */
export const PROGRAMS: Readonly<Record<ProgramName, ProgramName>> = {
  asyncio: "asyncio",
  uvloop: "uvloop",
  Go: "Go",
  tokio: "tokio",
};

/** The names of the programs in Python. */
export const IN_PYTHON = { asyncio: "asyncio", uvloop: "uvloop" } as const;

const SOURCES = import.meta.dirname!;
/** The folder of what is built; git ignores it. */
const BUILT = new URL("../../.bench/peers/", import.meta.url).pathname;
/** The names of Python, Debian's first, which Debian's uvloop is for. */
const PYTHONS = ["/usr/bin/python3", "python3"];
/** The crates that Debian's packages install. */
const DEBIAN_CRATES = "/usr/share/cargo/registry";

/** Runs a command; returns what it printed, or `undefined` if it is not there or failed. */
async function output(
  command: readonly string[],
  options: Deno.CommandOptions = {},
): Promise<string | undefined> {
  try {
    const [program, ...args] = command;
    const { success, stdout, stderr } = await new Deno.Command(program, { args, ...options })
      .output();
    if (success) return new TextDecoder().decode(stdout).trim();
    // A build says what is wrong; of Pythons without uvloop there may be several.
    if (options.cwd) console.error(new TextDecoder().decode(stderr).trimEnd());
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return undefined;
}

/** Finds a Python that has the event loop. */
async function findPython(loop: "asyncio" | "uvloop"): Promise<Program | undefined> {
  for (const python of PYTHONS) {
    const command = [python, `${SOURCES}/python/main.py`, loop];
    const version = await output([...command, "version"]);
    if (version !== undefined) return { version, command };
  }
  return undefined;
}

/** Builds the program in Go. */
async function buildGo(): Promise<Program | undefined> {
  const executable = `${BUILT}go/peer`;
  const built = await output(["go", "build", "-o", executable, "."], {
    cwd: `${SOURCES}/go`,
    env: { GOCACHE: `${BUILT}go/cache`, GOFLAGS: "-mod=readonly", GO111MODULE: "on" },
  });
  if (built === undefined) return undefined;
  return { version: (await output([executable, "version"]))!.slice(2), command: [executable] };
}

/** Returns whether Debian's package of tokio is installed. */
async function hasDebianTokio(): Promise<boolean> {
  try {
    for await (const { name } of Deno.readDir(DEBIAN_CRATES)) {
      if (name.startsWith("tokio-1.")) return true;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return false;
}

/** Copies a text if it differs: cargo builds anew what is newer than its build. */
async function update(from: string, to: string): Promise<void> {
  const text = await Deno.readTextFile(from);
  if (text !== await Deno.readTextFile(to).catch(() => undefined)) {
    await Deno.writeTextFile(to, text);
  }
}

/** Builds the program in Rust, from Debian's crates if they are there. */
async function buildTokio(): Promise<Program | undefined> {
  const rust = await output(["rustc", "--version"]);
  if (rust === undefined) return undefined;
  const copy = `${BUILT}tokio`;
  await Deno.mkdir(`${copy}/src`, { recursive: true });
  for (const file of ["Cargo.toml", "src/main.rs"]) {
    await update(`${SOURCES}/tokio/${file}`, `${copy}/${file}`);
  }
  const build = ["cargo", "build", "--release", "--offline"];
  const built = await hasDebianTokio()
    ? await output([
      ...build,
      "--config=source.crates-io.replace-with='debian'",
      `--config=source.debian.directory='${DEBIAN_CRATES}'`,
    ], { cwd: copy })
    : await output([...build, `--manifest-path=${copy}/Cargo.toml`]); // From cargo's own cache.
  if (built === undefined) return undefined;
  const lock = await Deno.readTextFile(`${copy}/Cargo.lock`);
  const tokio = /name = "tokio"\nversion = "(.+)"/.exec(lock)![1];
  return {
    version: `${tokio}, Rust ${rust.split(" ")[1]}`,
    command: [`${copy}/target/release/peer`],
  };
}

const PREPARE: Readonly<Record<ProgramName, () => Promise<Program | undefined>>> = {
  asyncio: () => findPython("asyncio"),
  uvloop: () => findPython("uvloop"),
  Go: buildGo,
  tokio: buildTokio,
};

/** Builds those of the programs that the host has the toolchains of. */
export async function preparePrograms(
  names: ReadonlySet<ProgramName>,
): Promise<Map<ProgramName, Program>> {
  const programs = new Map<ProgramName, Program>();
  for (const name of names) {
    const program = await PREPARE[name]();
    if (program) programs.set(name, program);
  }
  return programs;
}
