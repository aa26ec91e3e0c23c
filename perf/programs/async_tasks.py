"""Coroutines switched by a round-robin scheduler of our own: queues, sleeps, awaits through several levels."""

from collections import deque

from harness import main


class Switch:
    """Awaited: gives the others a turn."""

    def __await__(self):
        yield


class Queue:
    def __init__(self, limit):
        self.items = deque()
        self.limit = limit

    async def put(self, item):
        while len(self.items) >= self.limit:
            await Switch()
        self.items.append(item)

    async def get(self):
        while not self.items:
            await Switch()
        return self.items.popleft()


async def produce(queue, n):
    for i in range(n):
        await queue.put(i)
    await queue.put(None)


async def transform(source, target):
    while True:
        item = await source.get()
        if item is None:
            await target.put(None)
            return
        await target.put(item * 2 + 1)


async def consume(queue, sums, name):
    total = 0
    while True:
        item = await queue.get()
        if item is None:
            break
        total += item
    sums[name] = total


def schedule(tasks):
    ready = deque(tasks)
    switches = 0
    while ready:
        task = ready.popleft()
        try:
            task.send(None)
        except StopIteration:
            continue
        switches += 1
        ready.append(task)
    return switches


def run(n):
    sums = {}
    tasks = []
    for name in range(4):
        raw, cooked = Queue(8), Queue(3)
        tasks += [produce(raw, n), transform(raw, cooked), consume(cooked, sums, name)]
    switches = schedule(tasks)
    expected = n * n
    assert sums == {name: expected for name in range(4)}, sums
    assert switches > n
    return "%d %d" % (sums[0], switches)


if __name__ == "__main__":
    main(run, 18000)
