/**
 * Which documents the site has, and in which order they are offered.
 *
 * @module
 */

/** The root of the tree. */
export const ROOT: URL = new URL("../../", import.meta.url);

/** A part of the navigation: its title, and the paths of its documents. */
export interface Group {
  readonly title: string;
  readonly paths: readonly string[];
}

/** The documents in the order in which a stranger may read them. */
const GROUPS: readonly Group[] = [
  {
    title: "Begin",
    paths: ["README.md", "docs/tutorial.md", "docs/from-python.md", "docs/recipes.md"],
  },
  {
    title: "Guides",
    paths: [
      "docs/cancellation.md",
      "docs/strands.md",
      "docs/existing-app.md",
      "docs/http-client.md",
      "docs/http-server.md",
      "docs/service.md",
      "docs/web.md",
      "edge/README.md",
      "docs/streams.md",
      "docs/files.md",
      "docs/workers.md",
      "docs/cluster.md",
      "docs/resilience.md",
      "docs/flow.md",
      "docs/testing.md",
      "docs/hosts.md",
      "examples/README.md",
    ],
  },
  { title: "Beside asyncio", paths: ["docs/rosetta.md", "tests/conformance/COVERAGE.md"] },
  {
    title: "Inside",
    paths: [
      "docs/build-your-own.md",
      "docs/design.md",
      "wasm/README.md",
      "bench/README.md",
      "docs/soak.md",
      "docs/decisions/",
    ],
  },
  {
    title: "Project",
    paths: [
      "docs/README.md",
      "docs/contributing.md",
      "docs/versions.md",
      "SECURITY.md",
      "CHANGELOG.md",
    ],
  },
];

/** Lists the names in a folder that match, in the order of the alphabet. */
export function listFolder(folder: string, pattern: RegExp): string[] {
  return [...Deno.readDirSync(new URL(folder || ".", ROOT))]
    .map(({ name, isDirectory }) => isDirectory ? `${name}/` : name)
    .filter((name) => pattern.test(name)).sort();
}

/** Lists the groups; a guide that none has named comes at the end of the guides. */
export function listGroups(): Group[] {
  const named = new Set(GROUPS.flatMap(({ paths }) => paths));
  const rest = listFolder("docs/", /\.md$/).map((name) => `docs/${name}`)
    .filter((path) => !named.has(path));
  return GROUPS.map(({ title, paths }) => {
    if (title === "Guides") return { title, paths: [...paths, ...rest] };
    if (!paths.includes("docs/decisions/")) return { title, paths };
    const decisions = listFolder("docs/decisions/", /\.md$/).map((name) =>
      `docs/decisions/${name}`
    );
    return { title, paths: [...paths, ...decisions] };
  });
}

/** Reads a file of the tree. */
export function readText(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

/** Returns what a path of the tree is. */
export function kindOf(path: string): "file" | "folder" | "nothing" {
  try {
    return Deno.statSync(new URL(path, ROOT)).isDirectory ? "folder" : "file";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "nothing";
    throw error;
  }
}
