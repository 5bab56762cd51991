"""Tell where a deadline swallows a cancel that was requested before it: there Weft differs on purpose."""

import asyncio


class _Watched(asyncio.timeouts.Timeout):
    """Tell the loop when the deadline passes although a cancel was on its way when the block was entered."""

    async def __aenter__(self):
        """Look whether the task has a cancel to deliver."""
        self._owed = asyncio.current_task()._must_cancel
        return await super().__aenter__()

    def _on_timeout(self):
        """Tell before the cancel of the deadline."""
        if self._owed:
            asyncio.get_running_loop().on_swallowed()
        super()._on_timeout()


def install():
    """Watch every timeout; call it once."""
    asyncio.timeouts.Timeout = asyncio.Timeout = _Watched
