"""A web server that closes every connection it accepted before its event loop ends."""

from __future__ import annotations

import asyncio
import socket

import uvicorn

_HANDED_OVER = 4
"""Turns of the loop from an accepted socket to a connection that the server knows: asyncio runs
a task for it, which makes its transport, which calls the protocol, which enters itself."""


class EndingServer(uvicorn.Server):
    """Ends in order: accepts no more, knows all it accepted, says goodbye, closes what is left.

    uvicorn closes the listening sockets while asyncio may still be making a connection of a
    socket that it has accepted. Such a one is then never closed, or is unknown to the server and
    left open when the loop ends; a browser that connects ahead of its next request is enough.

    Needs asyncio's own selector loop.
    """

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End as uvicorn does, with nothing left open.

        Args:
            sockets: that are listened on; they are closed.
        """
        loop = asyncio.get_running_loop()
        for listening in sockets or []:
            loop.remove_reader(listening)
        for _ in range(_HANDED_OVER):
            await asyncio.sleep(0)
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            connection.transport.abort()  # It had its time to end by itself.
        await asyncio.sleep(0)
