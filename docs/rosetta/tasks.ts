/**
 * asyncio's names for running, tasks and futures.
 *
 * @module
 */

import { absent, different, same, type Section } from "./entry.ts";

/** Notes that several names share. */
const SEEING = "`task.waitingOn` tells what one task waits on; a `DeadlockError` lists all";
const BODY = "a function with a body, which sees the body's error";

/** The sections of the page, in their order. */
export const TASKS: readonly Section[] = [
  {
    title: "Running",
    entries: {
      run: different(
        "run",
        "gives a promise; takes a function or a coroutine; SIGTERM cancels it too",
      ),
      Runner: same("Runner"),
      "Runner.run": different("Runner.run", "gives a promise"),
      "Runner.close": different("Runner.close", "gives a promise"),
      "Runner.get_loop": same("Runner.loop"),
      "Runner.with": different("Runner", "`await using`"),
      get_running_loop: same("getRunningLoop"),
      current_task: same("currentTask", "of the running loop only"),
      all_tasks: same("allTasks", "in the order of creation"),
      get_event_loop: absent("`getRunningLoop()`"),
      set_event_loop: absent("loops live side by side; none is a thread's"),
      new_event_loop: different("EventLoop", "`new EventLoop()`"),
      get_event_loop_policy: absent("`RunOptions` say all that a policy could"),
      set_event_loop_policy: absent("`RunOptions` say all that a policy could"),
    },
  },
  {
    title: "Tasks",
    entries: {
      create_task: different(
        "createTask",
        "takes a generator coroutine, or a function: a native async function that was called runs already",
      ),
      ensure_future: same("ensureFuture"),
      eager_task_factory: different("TaskOptions.eager", "an option of each task"),
      create_eager_task_factory: absent("`loop.setTaskFactory()`, and the option `eager`"),
      Task: same("Task"),
      "Task.get_name": same("Task.name"),
      "Task.set_name": same("Task.name", "settable"),
      "Task.get_context": same("Task.context"),
      "Task.cancelling": same("Task.cancelling"),
      "Task.uncancel": same("Task.uncancel"),
      "Task.get_coro": absent("a task shows what it waits on, not its code"),
      "Task.get_stack": different("Task.waitingOn", "what it waits on, not where"),
      "Task.print_stack": different("Task.createdAt", "where it was made; debug mode only"),
      iscoroutine: different("isCoroutine", "true for a function too"),
      iscoroutinefunction: absent("any function may be a coroutine function"),
      run_coroutine_threadsafe: absent(
        "a loop has one thread; `loop.createTask()` works from outside",
      ),
      to_thread: different(
        "toThread",
        "makes a function that runs there of one that a module exports: a closure cannot go there",
      ),
    },
  },
  {
    title: "Waiting for several, and for a time",
    entries: {
      sleep: same("sleep", "`sleep(0)` may be written `yieldNow()`"),
      gather: different("gather", "takes one array; may be given a `limit`"),
      shield: same("shield"),
      wait: different("wait", "gives `{ done, pending }`, each in the order given"),
      ALL_COMPLETED: different("WaitOptions.returnWhen", '`"all"`'),
      FIRST_COMPLETED: different("WaitOptions.returnWhen", '`"first"`'),
      FIRST_EXCEPTION: different("WaitOptions.returnWhen", '`"exception"`'),
      wait_for: same("waitFor"),
      as_completed: different("asCompleted", "an async iterable only; `each()` takes it too"),
      timeout: different("timeout", BODY),
      timeout_at: different("timeoutAt", BODY),
      Timeout: same("Timeout", "given to the body"),
      "Timeout.when": same("Timeout.when"),
      "Timeout.expired": same("Timeout.expired"),
      "Timeout.reschedule": same("Timeout.reschedule"),
      "Timeout.async with": different("timeout", BODY),
      TaskGroup: same("TaskGroup", "may be given a `limit` and a `deadline`"),
      "TaskGroup.create_task": same("TaskGroup.createTask"),
      "TaskGroup.async with": different("taskGroup", BODY),
    },
  },
  {
    title: "Futures",
    entries: {
      Future: same("Future"),
      "Future.result": same("Future.result"),
      "Future.exception": same("Future.exception"),
      "Future.done": same("Future.done"),
      "Future.cancelled": same("Future.cancelled"),
      "Future.set_result": same("Future.setResult"),
      "Future.set_exception": same("Future.setException", "anything can be thrown in JavaScript"),
      "Future.cancel": same("Future.cancel", "on a task it also aborts `task.signal`"),
      "Future.add_done_callback": different(
        "Future.addDoneCallback",
        "has no `context`: it runs in the one it was added in; may be given a `priority`",
      ),
      "Future.remove_done_callback": same("Future.removeDoneCallback"),
      "Future.get_loop": same("Future.loop"),
      "Future.await": same("Future", "`yield*` or `await`; `await` from outside of any loop, too"),
      isfuture: same("isFuture"),
      wrap_future: different("until", "for promises of the host"),
    },
  },
  {
    title: "Who waits on whom",
    entries: {
      future_add_to_awaited_by: absent(SEEING),
      future_discard_from_awaited_by: absent(SEEING),
      capture_call_graph: absent(SEEING),
      format_call_graph: absent(SEEING),
      print_call_graph: absent(SEEING),
      FutureCallGraph: absent(SEEING),
      FrameCallGraphEntry: absent(SEEING),
    },
  },
];
