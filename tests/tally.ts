/**
 * What `deno test` has said so far.
 *
 * @module
 */

/** The result of one test, as `deno test --parallel` writes it. */
const RESULT = /^(\S+) => (.*) \.\.\. (ok|FAILED|ignored)\b/;
/** The heading of what is said of failures. */
const FAILURES = "ERRORS";
/** The number of lines to show of a run that broke off without saying what has failed. */
const LAST = 60;

/** Counts results, and keeps what is to be said of failures. */
export class Tally {
  readonly #total: number;
  readonly #begun: number = performance.now();
  readonly #files = new Set<string>();
  readonly #counts: Record<string, number> = { ok: 0, FAILED: 0, ignored: 0 };
  readonly #failed: string[] = [];
  readonly #failedFiles = new Set<string>();
  readonly #others: string[] = [];
  #failures: string[] | undefined;

  /** Expects the tests of a number of files. */
  constructor(total: number) {
    this.#total = total;
  }

  /** Takes a line of output. */
  note(line: string): void {
    if (this.#failures !== undefined) return void this.#failures.push(line);
    const [, file, name, result] = RESULT.exec(line) ?? [];
    if (result !== undefined) {
      this.#files.add(file);
      this.#counts[result]++;
      if (result === "FAILED") {
        this.#failed.push(`${file} => ${name}`);
        this.#failedFiles.add(file);
      }
    } else if (line.trim() === FAILURES) this.#failures = [line];
    else if (!line.startsWith("Check ")) this.#others.push(line);
  }

  /** Says what has failed, as `deno test` does; of a run that broke off, its last lines. */
  failures(code: number): string {
    if (this.#failures !== undefined) return this.#failures.join("\n").trim();
    const lines = [...this.#failed, ...this.#others.slice(-LAST)];
    return `${lines.join("\n").trim()}\n\ndeno test ended with ${code}`;
  }

  /** Lists the files of the tests that failed. */
  get failedFiles(): string[] {
    return [...this.#failedFiles];
  }

  /** Says how far the tests are. */
  toString(): string {
    const { ok, FAILED, ignored } = this.#counts;
    const seconds = Math.round((performance.now() - this.#begun) / 1000);
    const skipped = ignored > 0 ? `, ${ignored} ignored` : "";
    const begun = Math.min(this.#files.size, this.#total); // Some have their tests from another.
    const files = `${begun} of ${this.#total} files`;
    return `${ok} tests passed, ${FAILED} failed${skipped}; ${files} begun, ${seconds} s`;
  }
}
