"""The client for asyncio: the methods of `traind.Client`, to be awaited, or iterated over with `async for`.

    async with traind.aio.Client("127.0.0.1:50051") as client:
        dataset = await client.create_dataset_from_csv("digits", "digits.csv", label="label")
        job = await client.create_training_job(spec, dataset=dataset.name)
        async for event in client.watch_training_job(job.name):
            ...

aio.pyi has the signatures for type checkers. Reading a file and hashing are done on the event loop, a MiB at a time.
"""
from __future__ import annotations

import asyncio

import grpc
import grpc.aio

from traind import steps, stubs
from traind.api import Api
from traind.errors import RpcError, error_of, from_grpc


class Client(Api):
    """A traind, for one event loop: make it and use it in the loop's thread."""

    def __init__(self, address: str = "", **options):
        super().__init__(address, **options)
        self._metadata = self.connection.metadata
        self._channel = self.connection.open(grpc.aio)
        self._callables = stubs.callables(self._channel)

    async def close(self) -> None:
        """Ends the connection, and with it every call under way."""
        await self._channel.close()

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(self, *_) -> None:
        await self.close()

    async def _run(self, operation):
        reply = error = None
        while True:
            try:
                step = operation.throw(error) if error else operation.send(reply)
            except StopIteration as end:
                return end.value
            reply, error = await self._take(step)

    async def _iterate(self, operation):
        reply = error = None
        try:
            while True:
                try:
                    step = operation.throw(error) if error else operation.send(reply)
                except StopIteration:
                    return
                if isinstance(step, steps.Tell):
                    reply = error = None
                    yield step.value
                else:
                    reply, error = await self._take(step)
        finally:
            operation.close()

    async def _take(self, step):
        try:
            return await self._do(step), None
        except grpc.RpcError as error:
            return None, from_grpc(error)
        except RpcError as error:
            return None, error

    async def _do(self, step):
        if isinstance(step, steps.Next):
            return await _next(step)
        if isinstance(step, steps.Sleep):
            return await asyncio.sleep(step.seconds)
        if isinstance(step, steps.Tell):
            return None
        method = self._callables[step.method]
        if isinstance(step, steps.Call):
            return await method(step.request, timeout=step.timeout, metadata=self._metadata)
        if isinstance(step, steps.Send):
            return await method(step.messages(), timeout=step.timeout, metadata=self._metadata)
        return method(step.request, metadata=self._metadata)


async def _next(step):
    try:
        message = await asyncio.wait_for(step.stream.read(), step.silence)
    except asyncio.TimeoutError:
        raise error_of(grpc.StatusCode.UNAVAILABLE, f"no sign of life for {step.silence:.0f} s") from None
    return None if message is grpc.aio.EOF else message
