"""Following a job to its end: progress, callbacks, Ctrl-C."""
from __future__ import annotations

import queue
import sys
import threading

from traind import v1
from traind.keras import interrupt
from traind.keras.callbacks import EarlyStopping
from traind.watch import result_of


def follow(client, job: str, figures, callbacks, progress) -> v1.TrainingResult:
    """Tells callbacks and progress every epoch of a job, and returns how it ended.

    A server that restarts meanwhile is waited for. Ctrl-C asks whether to detach from the job, cancel it or follow it
    further; the first two raise KeyboardInterrupt.

    Args:
        figures: a function from the server's figures of an epoch to Keras's.

    Raises:
        TrainingFailed, TrainingCancelled: it ended without a model.
    """
    follower = _Follower(figures, callbacks, progress)
    reader = _Reader(client, job)
    while True:
        try:
            while (event := reader.next()) is not None:
                follower.see(event)
            break
        except KeyboardInterrupt:
            answer = interrupt.ask(job)
            if answer == "go on":
                continue
            reader.stop()
            if answer == "cancel":
                client.cancel_training_job(job)
                print(f"{job} is being cancelled", file=sys.stderr)
            else:
                print(f"{job} goes on; model.attach({job!r}) follows it again", file=sys.stderr)
            raise
    result = result_of(job, follower.last)
    for callback in callbacks:
        if isinstance(callback, EarlyStopping) and result.stop_reason == v1.TrainingResult.EARLY_STOPPED:
            callback.stopped_epoch = result.epochs - 1
    return result


class _Reader:
    """Watches a job on a thread of its own: a KeyboardInterrupt within gRPC might leave a lock of it locked."""

    def __init__(self, client, job: str):
        self._events = queue.SimpleQueue()
        self._stopped = False
        threading.Thread(target=self._read, args=(client, job), daemon=True).start()

    def next(self):
        """The next event, or None at the end of the job. Raises what the watch raises."""
        event = self._events.get()
        if isinstance(event, Exception):
            raise event
        return event

    def stop(self):
        """No more events are wanted. The thread ends at the next one."""
        self._stopped = True

    def _read(self, client, job):
        try:
            for event in client.watch_training_job(job):
                if self._stopped:
                    return
                self._events.put(event)
            self._events.put(None)
        except Exception as error:
            self._events.put(error)


class _Follower:
    """What has been seen of a job's log."""

    def __init__(self, figures, callbacks, progress):
        self._figures = figures
        self._callbacks = callbacks
        self._progress = progress
        self._begun = False
        self.last = None

    def see(self, event: v1.TrainingEvent):
        self.last = event
        time = event.event_time.seconds + event.event_time.nanos / 1e9
        kind = event.WhichOneof("kind")
        if kind == "state_changed" and event.state_changed.state == v1.TrainingJob.RUNNING:
            self._progress.begin(time)
            if not self._begun:
                self._begun = True
                self._tell("on_epoch_begin", 0, {})
        elif kind == "progressed":
            self._progress.steps(event.progressed.progress, time)
        elif kind == "epoch_ended":
            ended = event.epoch_ended
            logs = self._figures(ended.progress.metrics)
            self._progress.epoch(ended.epoch, ended.progress, logs, time)
            self._tell("on_epoch_end", ended.epoch - 1, logs)
            if ended.epoch < ended.progress.epochs:
                self._tell("on_epoch_begin", ended.epoch, {})

    def _tell(self, what, *arguments):
        for callback in self._callbacks:
            getattr(callback, what)(*arguments)
