import type { Action, Awaitable, Primitive, Program, Statement } from "./program.ts";

/** Writes a program as Python, apart from the logging, for whoever has to understand a difference. */
export function print(program: Program): string {
  const parts = program.callbacks.flatMap((actions, index) =>
    uses(program, index) ? [`def cb${index}(*_):\n${block(actions, 1)}`] : []
  );
  const made = program.primitives.map((one) => `${one.slot} = ${primitive(one)}\n`).join("");
  if (made !== "") parts.unshift(made);
  const futures = Array.from({ length: program.futures }, (_, index) => `f${index}`).join(", ");
  program.bodies.forEach((statements, index) => {
    if (index > 0 && statements.length === 0) return;
    const head = index === 0
      ? `async def main():\n    # shared futures: ${futures}`
      : `async def body${index}():`;
    parts.push(`${head}\n${block(statements, 1)}`);
  });
  return parts.join("\n\n");
}

/** Returns whether anything refers to a callback. */
function uses(program: Program, callback: number): boolean {
  return JSON.stringify(program).includes(`"callback":${callback}}`);
}

/** Writes statements at a depth. */
function block(statements: Statement[], depth: number): string {
  const indent = "    ".repeat(depth);
  if (statements.length === 0) return `${indent}pass`;
  return statements.map((statement) => write(statement, depth).replace(/^/, indent)).join("\n");
}

/** Writes one statement; its inner lines are indented, its first one is not. */
function write(statement: Statement, depth: number): string {
  const indent = "    ".repeat(depth);
  const inside = (statements: Statement[]) => `\n${block(statements, depth + 1)}`;
  switch (statement.op) {
    case "sleep":
      return `await sleep(${statement.ms})`;
    case "await":
      return `await ${awaitable(statement.of)}`;
    case "try": {
      const handler = statement.catch === null
        ? ""
        : `\n${indent}except ${CATCHES[statement.catch]}:${inside(statement.handler)}`;
      const final = statement.final.length === 0 && handler
        ? ""
        : `\n${indent}finally:${inside(statement.final)}`;
      return `try:${inside(statement.body)}${handler}${final}`;
    }
    case "reraise":
      return "raise";
    case "return":
      return `return ${statement.value}`;
    case "timeout":
      return `async with timeout(${value(statement.ms)}) as ${statement.scope}:${
        inside(statement.body)
      }`;
    case "timeoutAt":
      return `async with timeout_at(now + ${statement.ms}) as ${statement.scope}:${
        inside(statement.body)
      }`;
    case "group":
      return `async with TaskGroup() as ${statement.group}:${inside(statement.body)}`;
    case "with":
      return `async with ${statement.slot}:${inside(statement.body)}`;
    case "wait":
      return `await wait([${awaitables(statement.of)}], timeout=${
        value(statement.ms)
      }, return_when=${statement.returnWhen})`;
    case "asCompleted": {
      const items = `as_completed([${awaitables(statement.of)}], timeout=${value(statement.ms)})`;
      return `async for _ in ${items}:${inside(statement.body)}`;
    }
    case "repeat":
      return `for _ in range(${statement.times}):${inside(statement.body)}`;
    case "drain":
      return `${
        statement.cancel ? "cancel_all(created); " : ""
      }await gather(*created, return_exceptions=True)`;
    default:
      return writeAction(statement);
  }
}

/** What each handler catches, in Python's words. */
const CATCHES = {
  cancelled: "CancelledError",
  value: "ValueError",
  timeout: "TimeoutError",
  error: "Exception",
  all: "BaseException",
};

/** Writes a statement that never suspends. */
function writeAction(action: Action): string {
  switch (action.op) {
    case "log":
      return `log(${value(action.text)})`;
    case "create":
      return `${action.slot} = create_task(body${action.body}()${
        action.eager ? ", eager_start=True" : ""
      })`;
    case "groupCreate":
      return `${action.slot} = ${action.group}.create_task(body${action.body}()${
        action.eager ? ", eager_start=True" : ""
      })`;
    case "resolve":
      return `${action.slot}.set_result(${action.value})`;
    case "fail":
      return `${action.slot}.set_exception(ValueError(${value(action.message)}))`;
    case "cancel":
      return `${awaitable(action.target)}.cancel(${
        action.message === null ? "" : value(action.message)
      })`;
    case "uncancel":
    case "cancelling":
    case "query":
      return `${awaitable(action.target)}.${action.op}()`;
    case "addCallback":
      return `${awaitable(action.target)}.add_done_callback(cb${action.callback})`;
    case "removeCallback":
      return `${awaitable(action.target)}.remove_done_callback(cb${action.callback})`;
    case "callSoon":
      return `${action.slot} = loop.call_soon(cb${action.callback})`;
    case "callLater":
      return `${action.slot} = loop.call_later(${action.ms}, cb${action.callback})`;
    case "cancelHandle":
      return `${action.slot}.cancel()`;
    case "reschedule":
      return `${action.scope}.reschedule(${action.ms === null ? "None" : `now + ${action.ms}`})`;
    case "hold":
      return `${action.slot} = ${awaitable(action.of)}`;
    case "expired":
      return `log(${action.scope}.expired(), ${action.scope}.when())`;
    case "use":
      return method(action);
    case "tasks":
      return "log(all_tasks())";
    case "raise":
      return `raise ValueError(${value(action.message)})`;
  }
}

/** Writes an awaitable. */
function awaitable(what: Awaitable): string {
  switch (what.kind) {
    case "self":
      return "current_task()";
    case "call":
      return `body${what.body}()`;
    case "sleep":
      return `sleep(${what.ms}, ${what.value})`;
    case "shield":
      return `shield(${awaitable(what.of)})`;
    case "gather":
      return `gather(${awaitables(what.of)}${
        what.returnExceptions ? ", return_exceptions=True" : ""
      })`;
    case "waitFor":
      return `wait_for(${awaitable(what.of)}, ${value(what.ms)})`;
    case "use":
      return method(what);
    default:
      return what.slot;
  }
}

/** Writes the making of a primitive. */
function primitive(one: Primitive): string {
  switch (one.kind) {
    case "lock":
      return "Lock()";
    case "event":
      return "Event()";
    case "condition":
      return `Condition(${one.lock ?? ""})`;
    case "semaphore":
      return `${one.bounded ? "BoundedSemaphore" : "Semaphore"}(${one.value})`;
    case "barrier":
      return `Barrier(${one.parties})`;
    case "queue":
      return `${{ fifo: "", lifo: "Lifo", least: "Priority" }[one.order]}Queue(${one.maxSize})`;
  }
}

/** Writes the call of a primitive's method. */
function method({ slot, method, n }: { slot: string; method: string; n: number }): string {
  const argument = method === "waitFor"
    ? `met the ${n}. time`
    : method === "shutdown"
    ? `immediate=${n}`
    : ["put", "putNowait", "notify"].includes(method)
    ? n
    : "";
  return `${slot}.${method.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}(${argument})`;
}

/** Writes several awaitables. */
function awaitables(list: Awaitable[]): string {
  return list.map(awaitable).join(", ");
}

/** Writes a number, a text or None. */
function value(plain: number | string | null): string {
  return plain === null ? "None" : typeof plain === "string" ? `'${plain}'` : String(plain);
}
