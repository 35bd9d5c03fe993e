"""Servers for checks, in a process of their own: a few that are well and several that do their worst.

Prints one JSON object, name to port, and serves until its input ends.
"""
import asyncio
import json
import os
import socket
import sys


async def drain_request(reader):
    await reader.readuntil(b"\r\n\r\n")


async def well(reader, writer):
    await drain_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
    await writer.drain()


async def silent(reader, writer):
    await reader.read()


async def trickle(reader, writer):
    await drain_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(1)


async def endless(reader, writer):
    await drain_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"x" * 16384)
        await writer.drain()


async def big_header(reader, writer):
    await drain_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nX-Big: ")
    for _ in range(640):
        writer.write(b"x" * 16384)
        await writer.drain()


async def redirect(reader, writer):
    await drain_request(reader)
    writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n")
    await writer.drain()


def guarded(deed):
    async def serve(reader, writer):
        try:
            await deed(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()
    return serve


async def main():
    ports = {}
    for deed in (well, silent, trickle, endless, big_header, redirect):
        server = await asyncio.start_server(guarded(deed), "127.0.0.1", 0, backlog=4096)
        ports[deed.__name__] = server.sockets[0].getsockname()[1]
    # never accepts, and its queue is full: connecting hangs
    blackhole = socket.socket()
    blackhole.bind(("127.0.0.1", 0))
    blackhole.listen(0)
    fillers = []
    for _ in range(8):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(blackhole.getsockname())
        fillers.append(filler)
    ports["blackhole"] = blackhole.getsockname()[1]
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        ports["refused"] = closed.getsockname()[1]
    print(json.dumps(ports), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    os._exit(0)  # every conversation is still under way, and nobody wants to hear how each ends


asyncio.run(main())
