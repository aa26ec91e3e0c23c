# Sockets, waiting for them, and an event loop over them.
import asyncio
import select
import selectors
import socket

a, b = socket.socketpair()
print(a.sendall(b"hello"), b.recv(3), select.select([a, b], [b], [], 1) == ([b], [b], []), b.recv_into(bytearray(9)))
a.close()
print(b.recv(10), a.fileno())
b.close()
server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname(), timeout=5)
peer, address = server.accept()
print(address == client.getsockname(), client.getpeername() == server.getsockname(), client.family.name, client.type.name)
peer.sendall(b"x" * 100000)
peer.shutdown(socket.SHUT_WR)
with client.makefile("rb") as f:
    print(len(f.read()))
with selectors.DefaultSelector() as s:
    s.register(client, selectors.EVENT_READ, "data")
    print([(key.data, events) for key, events in s.select(1)])
for s in (peer, client, server):
    s.close()
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 0))
udp.sendto(b"datagram", udp.getsockname())
print(udp.recvfrom(100)[0], udp.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE))
udp.settimeout(0.01)
for f in (
    lambda: udp.recv(1),
    lambda: socket.create_connection(("127.0.0.1", 1), timeout=1),
    lambda: udp.bind("x"),
    lambda: socket.inet_aton("x"),
):
    try:
        print(f())
    except (OSError, TypeError) as e:
        print(type(e).__name__, e)
udp.close()
print(socket.inet_ntoa(socket.inet_aton("127.0.0.1")), socket.ntohs(socket.htons(258)), socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)[0][4])


async def echo(reader, writer):
    writer.write((await reader.readline()).upper())
    await writer.drain()
    writer.close()


async def main():
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"over a socket\n")
        print(await reader.readline())
        writer.close()
    results = await asyncio.gather(*(asyncio.sleep(0.001 * i, i) for i in range(5)))
    print(results, await asyncio.wait_for(asyncio.sleep(0, "done"), 1))
    try:
        await asyncio.wait_for(asyncio.sleep(10), 0.01)
    except TimeoutError:
        print("timeout")


asyncio.run(main())
