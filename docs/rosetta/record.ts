/**
 * The public names of Python's asyncio, asked of a real CPython, so that none is forgotten.
 *
 * @module
 */

import { loadPyodide } from "pyodide";
import { type Inventory, RECORDING } from "./inventory.ts";

/**
 * Lists `asyncio.__all__` and what users reach through it.
 *
 * The four abstract or platform variants of a class stand for that class. Names that only other
 * builds of CPython have, for Unix sockets and for Windows, are added by hand. A member that makes
 * a statement or expression work is listed as that: `async with`, `await`.
 */
const ASK = `
import asyncio, asyncio.subprocess, json, sys

VARIANTS = {"AbstractEventLoop", "BaseEventLoop", "SelectorEventLoop", "AbstractServer"}
ELSEWHERE = ["open_unix_connection", "start_unix_server", "ProactorEventLoop", "IocpProactor"]
CONSTANTS = ["subprocess.PIPE", "subprocess.STDOUT", "subprocess.DEVNULL"]
SAMPLES = [
    asyncio.Condition(),
    asyncio.IncompleteReadError(b"", 1),
    asyncio.LimitOverrunError("", 0),
]
SPECIAL = {
    "__aenter__": "async with", "__enter__": "with", "__aiter__": "async for", "__await__": "await"
}

classes = {name: getattr(asyncio, name) for name in asyncio.__all__ if not name.startswith("_")}
classes = {name: one for name, one in classes.items() if isinstance(one, type)}
classes["subprocess.Process"] = asyncio.subprocess.Process
fields = {type(sample).__name__: vars(sample) for sample in SAMPLES}
fields["EventLoop"] = {"slow_callback_duration"}  # An attribute, set when a loop is made.
fields["subprocess.Process"] = {"pid", "stdin", "stdout", "stderr"}  # Set when a process starts.

def members(name, one):
    """List the public members that no listed base class has."""
    if name in VARIANTS:
        return []
    bases = [base for base in one.__mro__[1:] if base in classes.values()]
    bases = [base for base in bases if base.__name__ not in VARIANTS]
    bases += [BaseException, OSError, object]
    known = {member for base in bases for member in dir(base)}
    found = set(dir(one)) | set(fields.get(name, ()))
    found = {SPECIAL.get(member, member) for member in found - known}
    return sorted(member for member in found if not member.startswith("_"))

names = {name: [] for name in asyncio.__all__ if not name.startswith("_")}
names |= {name: [] for name in ELSEWHERE + CONSTANTS}
names |= {name: members(name, one) for name, one in classes.items()}
json.dumps({"python": sys.version.split()[0], "names": dict(sorted(names.items()))})
`;

/** Asks CPython. */
export async function askPython(): Promise<Inventory> {
  const pyodide = await loadPyodide();
  return JSON.parse(pyodide.runPython(ASK) as string);
}

/** Asks CPython, and keeps the answer. */
export async function record(): Promise<void> {
  await Deno.writeTextFile(RECORDING, `${JSON.stringify(await askPython(), null, 2)}\n`);
}
