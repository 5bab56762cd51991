"""Hold what a random program (see program.ts) works on, and run those of its statements that never suspend."""

import asyncio

import primitives
from outcome import attempt, describe
from virtual_loop import DeadlockError, VirtualLoop

UNSET = object()
_TOPICS = ("callback", "shielded", "shutdown")


class Loop(VirtualLoop):
    """Tell when the program is stuck, or a cancel swallowed (see deadlines.py)."""

    def __init__(self, on_deadlock, on_swallowed):
        """Remember whom to tell."""
        super().__init__()
        self._on_deadlock = on_deadlock
        self.on_swallowed = on_swallowed

    def _run_once(self):
        """Run one iteration."""
        try:
            super()._run_once()
        except DeadlockError:
            self._on_deadlock()
            raise


class Env:
    """Say who is running: one for each coroutine of a body and each callback."""

    def __init__(self, who, task):
        """Remember the name and the task that takes the steps."""
        self.who = who
        self.task = task
        self.handling = []


class Machine:
    """Keep the slots, the names and the trace of one run."""

    def __init__(self, program):
        """Prepare empty slots and a loop."""
        self.program = program
        self.lines = []
        self.last = None
        self.origin = 0
        self.slots = {}
        self.labels = {}
        self.uses = {}
        self.created = []
        self.functions = {}
        self.loop = Loop(lambda: self.stop("deadlock"), lambda: self.stop("cut swallowed cancel"))
        self.loop.set_exception_handler(lambda _, context: self.handle(context))

    def begin(self):
        """Take the current iteration as number 0, name main and make the shared futures."""
        self.origin = self.loop.iterations
        self.name(asyncio.current_task(), "main", "main")
        for index in range(self.program["futures"]):
            self.name(self.loop.create_future(), f"f{index}", f"f{index}")
        for primitive in self.program["primitives"]:
            self.slots[primitive["slot"]] = primitives.make(primitive, self.slots)

    def stop(self, last):
        """End the trace, unless it has ended already."""
        if self.last is None:
            self.last = last

    def write(self, who, text):
        """Add a line."""
        if self.last is None:
            iteration = self.loop.iterations - self.origin
            self.lines.append(f"i{iteration} t{self.loop.now:g} {who} {text}")

    def say(self, env, text):
        """Add a line for whoever runs, marked when the current task is not the one it must be."""
        right = asyncio.current_task() is env.task
        self.write(env.who, text if right else f"{text} !current")

    def handle(self, context):
        """Log a report to the exception handler; those that depend on garbage collection are left out."""
        message = context["message"]
        if "never retrieved" not in message and "destroyed" not in message:
            topic = next((topic for topic in _TOPICS if topic in message), "other")
            self.write("handler", f"{topic} {describe(context.get('exception'))}")

    def name(self, thing, slot, label):
        """Put an object into a slot under a name."""
        self.slots[slot] = thing
        self.labels[thing] = label
        return thing

    def fresh(self, slot):
        """Make a name for the next object of a slot or kind: `t0`, then `t0.2`."""
        count = self.uses[slot] = self.uses.get(slot, 0) + 1
        return slot if count == 1 else f"{slot}.{count}"

    def label(self, thing):
        """Return the name of an object."""
        return self.labels.get(thing, "?")

    def callback(self, number):
        """Return the function of a callback, always the same one."""
        if number not in self.functions:

            def function(*arguments):
                """Log the call, then run the actions."""
                env = Env(f"cb{number}", None)
                self.say(env, " ".join(["called", *map(self.label, arguments)]))
                for action in self.program["callbacks"][number]:
                    self.act(action, env)

            self.functions[number] = function
        return self.functions[number]

    def evaluate(self, what):
        """Build an awaitable, or return UNSET when a slot that it needs is empty."""
        kind = what["kind"]
        if kind == "call":
            return self.body(what["body"], self.fresh("c"))
        if kind == "sleep":
            return asyncio.sleep(what["ms"], what["value"])
        if kind == "self":
            return asyncio.current_task() or UNSET
        if kind == "gather":
            parts = self.evaluate_all(what["of"])
            return self.anonymous(asyncio.gather(*parts, return_exceptions=what["returnExceptions"]))
        if kind == "use":
            it = self.slots.get(what["slot"], UNSET)
            return UNSET if it is UNSET else primitives.wait(it, what["method"], what["n"])
        if kind in ("shield", "waitFor"):
            inner = self.evaluate(what["of"])
            if inner is UNSET:
                return UNSET
            if kind == "waitFor":
                return asyncio.wait_for(inner, what["ms"])
            return self.anonymous(asyncio.shield(inner))
        return self.slots.get(what["slot"], UNSET)

    def evaluate_all(self, parts):
        """Build several awaitables without the unset ones."""
        return [one for one in map(self.evaluate, parts) if one is not UNSET]

    def anonymous(self, future):
        """Name the future of a shield or a gather if it has no name."""
        if future not in self.labels:
            self.labels[future] = self.fresh("x")
        return future

    def act(self, action, env):
        """Run a statement that never suspends and log what it says."""
        text = getattr(self, f"_{action['op']}")(action)
        if text is not None:
            self.say(env, f"{action['method'] if action['op'] == 'use' else action['op']} {text}")

    def _on_target(self, action, function):
        """Write what a function makes of the target."""
        target = self.evaluate(action["target"])
        return "unset" if target is UNSET else f"{self.label(target)} {function(target)}"

    def _log(self, action):
        """Log a text."""
        return action["text"]

    def _create(self, action):
        """Create a task."""
        return self._spawn(self.loop, action)

    def _groupCreate(self, action):
        """Create a task in a group."""
        group = self.slots.get(action["group"])
        return "unset" if group is None else self._spawn(group, action)

    def _spawn(self, creator, action):
        """Create a task by way of the loop or a group."""
        label = self.fresh(action["slot"])
        options = {"eager_start": True} if action["eager"] else {}
        try:
            task = creator.create_task(self.body(action["body"], label), name=label, **options)
        except RuntimeError as error:
            return f"{label} refused {describe(error)}"
        self.created.append(self.name(task, action["slot"], label))
        return f"{label} done={int(task.done())}"

    def _resolve(self, action):
        """Set the result of a future."""
        slot, value = action["slot"], action["value"]
        return f"{slot} {attempt(lambda: self.slots[slot].set_result(value))}"

    def _fail(self, action):
        """Set the exception of a future."""
        slot, error = action["slot"], ValueError(action["message"])
        return f"{slot} {attempt(lambda: self.slots[slot].set_exception(error))}"

    def _cancel(self, action):
        """Request a cancellation."""
        return self._on_target(action, lambda target: int(target.cancel(action["message"])))

    def _uncancel(self, action):
        """Take a request back."""
        return self._on_target(action, lambda target: target.uncancel())

    def _cancelling(self, action):
        """Log the number of requests."""
        return self._on_target(action, lambda target: target.cancelling())

    def _query(self, action):
        """Log the state."""
        return self._on_target(action, lambda target: (
            f"done={int(target.done())} cancelled={int(target.cancelled())} "
            f"result={attempt(target.result)} exception={attempt(target.exception)}"
        ))

    def _addCallback(self, action):
        """Add a done callback."""
        function = self.callback(action["callback"])
        return self._on_target(action, lambda target: target.add_done_callback(function))

    def _removeCallback(self, action):
        """Remove a done callback."""
        function = self.callback(action["callback"])
        return self._on_target(action, lambda target: target.remove_done_callback(function))

    def _callSoon(self, action):
        """Schedule a callback."""
        self.slots[action["slot"]] = self.loop.call_soon(self.callback(action["callback"]))

    def _callLater(self, action):
        """Arm a timer."""
        self.slots[action["slot"]] = self.loop.call_later(action["ms"], self.callback(action["callback"]))

    def _cancelHandle(self, action):
        """Cancel a handle."""
        handle = self.slots.get(action["slot"])
        if handle is None:
            return "unset"
        handle.cancel()
        return f"{action['slot']} {int(handle.cancelled())}"

    def _reschedule(self, action):
        """Move a deadline."""
        scope, ms = self.slots.get(action["scope"]), action["ms"]
        if scope is None:
            return "unset"
        when = None if ms is None else self.loop.now + ms
        return f"{action['scope']} {attempt(lambda: scope.reschedule(when))}"

    def _expired(self, action):
        """Log the state of a timeout."""
        scope = self.slots.get(action["scope"])
        if scope is None:
            return "unset"
        when = scope.when()
        return f"{action['scope']} {int(scope.expired())} {'None' if when is None else format(when, 'g')}"

    def _hold(self, action):
        """Evaluate an awaitable into a slot."""
        held = self.evaluate(action["of"])
        if held is UNSET:
            return "unset"
        self.slots[action["slot"]] = held
        return f"{action['slot']} {self.label(held)}"

    def _use(self, action):
        """Call a method of a primitive."""
        it = self.slots.get(action["slot"])
        if it is None:
            return "unset"
        outcome = attempt(lambda: primitives.call(it, action["method"], action["n"]))
        return f"{action['slot']} {outcome} {primitives.state(it)}"

    def _tasks(self, action):
        """Log the names of all unfinished tasks."""
        named = sorted(self.labels[task] for task in asyncio.all_tasks(self.loop) if task in self.labels)
        return " ".join(named)

    def _raise(self, action):
        """Raise an error."""
        raise ValueError(action["message"])
