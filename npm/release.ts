/**
 * Makes a release: checks, sets the version, dates the changelog, and builds the packages.
 *
 *     deno task release -- 0.2.0              makes it, as far as the two registries
 *     deno task release -- 0.2.0 --dry-run    says what is in its way, and changes nothing
 *
 * What cannot be taken back is left to whoever runs it: the commit, the tag, and to publish.
 *
 * @module
 */

const ROOT = new URL("../", import.meta.url);

/** The heading of what is not released yet. */
const UNRELEASED = /^## (\d+\.\d+\.\d+) \(unreleased\)$/m;
/** The documents that may say that nothing is published yet. */
const SAYING = ["README.md", "docs/hosts.md"];

/** The texts that a release changes. */
export interface Texts {
  /** The text of `deno.json`. */
  readonly config: string;
  /** The text of `CHANGELOG.md`. */
  readonly changelog: string;
}

/** Reads the numbers of a version; `undefined` if it is none. */
function numbersOf(version: string): number[] | undefined {
  return /^(\d+)\.(\d+)\.(\d+)$/.exec(version)?.slice(1).map(Number);
}

/** Returns whether a version follows another by one step: a patch, a minor or a major. */
function isNext(version: readonly number[], last: readonly number[]): boolean {
  const [major, minor, patch] = last;
  return [[major + 1, 0, 0], [major, minor + 1, 0], [major, minor, patch + 1]]
    .some((next) => String(next) === String(version));
}

/** Lists what is wrong with releasing a version from these texts. */
export function findMistakes(version: string, { config, changelog }: Texts): string[] {
  const asked = numbersOf(version);
  if (asked === undefined) return [`Not a version: ${version}, name one such as 0.2.0`];
  const mistakes: string[] = [];
  const { version: last } = JSON.parse(config) as { version: string };
  const isFirst = last === version; // It was never released: its changes are still without a date.
  if (!isFirst && !isNext(asked, numbersOf(last)!)) {
    mistakes.push(`${version} does not follow ${last}: raise one number by one`);
  }
  const [heading, named] = UNRELEASED.exec(changelog) ?? [];
  if (heading === undefined) {
    mistakes.push(`CHANGELOG.md says of nothing that it is unreleased`);
  } else if (named !== version) {
    mistakes.push(`CHANGELOG.md tells of ${named}, not of ${version}`);
  } else if (!/^\s*- /.test(changelog.slice(changelog.indexOf(heading) + heading.length))) {
    mistakes.push(`CHANGELOG.md says nothing of ${version}`);
  }
  return mistakes;
}

/** Writes the version and the date into the texts. */
export function makeRelease(version: string, date: string, texts: Texts): Texts {
  return {
    config: texts.config.replace(/^( {2}"version": )"[^"]*"/m, `$1"${version}"`),
    changelog: texts.changelog.replace(UNRELEASED, `## ${version} (${date})`),
  };
}

/** Runs a command of Deno at the root, which prints what it does. */
async function deno(...args: string[]): Promise<boolean> {
  console.log(`deno ${args.join(" ")}`);
  const command = new Deno.Command(Deno.execPath(), { args, cwd: ROOT, stdin: "null" });
  return (await command.spawn().status).success;
}

/** Runs another command at the root; gives what it printed. */
async function ask(name: string, args: string[], cwd: URL | string = ROOT): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(name, { args, cwd }).output();
  const decoder = new TextDecoder();
  if (code !== 0) throw new Error(`${name} ${args.join(" ")}: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}

/** Lists what must be put right before anything is published. */
async function findObstacles(): Promise<string[]> {
  const changed = (await ask("git", ["status", "--porcelain"])).trim();
  const obstacles = changed === "" ? [] : ["The tree has changes that are not committed"];
  for (const path of SAYING) {
    const text = await Deno.readTextFile(new URL(path, ROOT));
    if (/\bis\s+not\s+published\b/.test(text)) obstacles.push(`${path} says it is not published`);
  }
  return obstacles;
}

/** Builds the package for npm, and has both registries' tools look at theirs. */
async function tryPackages(out: string | undefined): Promise<boolean> {
  const folder = out ?? new URL(".npm", ROOT).pathname;
  const options = out === undefined ? [] : [`--out=${out}`];
  if (!await deno("task", "--quiet", "build:npm", ...options)) return false;
  if (!await deno("publish", "--dry-run", "--allow-dirty", "--quiet")) return false;
  const [packed] = JSON.parse(await ask("npm", ["pack", "--dry-run", "--json"], folder));
  console.log(`npm pack: ${packed.filename}, ${packed.files.length} files, ${packed.size} bytes`);
  return true;
}

/** Makes the release, or tries it; returns whether all is well. */
async function release(version: string, isDry: boolean): Promise<boolean> {
  const files = { config: new URL("deno.json", ROOT), changelog: new URL("CHANGELOG.md", ROOT) };
  const texts: Texts = {
    config: await Deno.readTextFile(files.config),
    changelog: await Deno.readTextFile(files.changelog),
  };
  const mistakes = findMistakes(version, texts);
  const obstacles = mistakes.length > 0 ? [] : await findObstacles();
  for (const one of [...mistakes, ...obstacles]) console.error(one);
  if (mistakes.length > 0 || obstacles.length > 0 && !isDry) return false;

  const date = new Date().toISOString().slice(0, "2026-01-01".length);
  const made = makeRelease(version, date, texts);
  if (isDry) {
    const folder = await Deno.makeTempDir({ prefix: "weft_release_" });
    try {
      if (!await tryPackages(folder)) return false;
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
    console.log(`Would release ${version}, as of ${date}; nothing is changed`);
    return true;
  }
  if (!await deno("task", "ok")) return false;
  await Deno.writeTextFile(files.config, made.config);
  await Deno.writeTextFile(files.changelog, made.changelog);
  if (!await tryPackages(undefined)) {
    await Deno.writeTextFile(files.config, texts.config);
    await Deno.writeTextFile(files.changelog, texts.changelog);
    return false;
  }
  console.log(`Made ${version}. What is left to do:
  git commit --all --message "Release ${version}"
  git tag v${version}
  deno publish
  npm publish .npm`);
  return true;
}

if (import.meta.main) {
  const words = Deno.args.filter((word) => word !== "--");
  const isDry = words.includes("--dry-run");
  const [version, ...rest] = words.filter((word) => word !== "--dry-run");
  if (version === undefined || rest.length > 0) {
    console.error("Name one version: deno task release -- 0.2.0");
    Deno.exit(1);
  }
  if (!await release(version, isDry)) Deno.exit(1);
}
