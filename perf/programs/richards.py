"""An operating system kernel in small: a scheduler, six tasks, packets and
message queues. Polymorphic methods, linked lists, many small calls."""

from harness import main

IDLE, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = range(6)
KIND_DEVICE = 0
KIND_WORK = 1
DATA_SIZE = 4
KNOWN = {10000: (23246, 9297)}


class Packet:
    def __init__(self, link, ident, kind):
        self.link = link
        self.ident = ident
        self.kind = kind
        self.datum = 0
        self.data = [0] * DATA_SIZE

    def append_to(self, queue):
        self.link = None
        if queue is None:
            return self
        last = queue
        while last.link is not None:
            last = last.link
        last.link = self
        return queue


class Task:
    """A task control block; subclasses say what happens on dispatch."""

    def __init__(self, scheduler, ident, priority, queue):
        self.scheduler = scheduler
        self.link = scheduler.task_list
        self.ident = ident
        self.priority = priority
        self.input = queue
        self.packet_pending = queue is not None
        self.task_waiting = queue is None
        self.task_holding = False
        scheduler.task_list = self
        scheduler.table[ident] = self

    def set_running(self):
        self.packet_pending = self.task_waiting = self.task_holding = False
        return self

    def is_held_or_waiting(self):
        return self.task_holding or (not self.packet_pending and self.task_waiting)

    def is_waiting_with_packet(self):
        return self.packet_pending and self.task_waiting and not self.task_holding

    def add_packet(self, packet, old):
        if self.input is None:
            self.input = packet
            self.packet_pending = True
            if self.priority > old.priority:
                return self
        else:
            packet.append_to(self.input)
        return old

    def run_task(self):
        if self.is_waiting_with_packet():
            message = self.input
            self.input = message.link
            self.task_waiting = self.task_holding = False
            self.packet_pending = self.input is not None
        else:
            message = None
        return self.handle(message)

    def wait(self):
        self.task_waiting = True
        return self

    def handle(self, packet):
        raise NotImplementedError


class IdleTask(Task):
    def __init__(self, scheduler, ident, priority, queue, count):
        super().__init__(scheduler, ident, priority, queue)
        self.control = 1
        self.count = count

    def handle(self, packet):
        self.count -= 1
        if self.count == 0:
            return self.scheduler.hold(self)
        if self.control & 1 == 0:
            self.control //= 2
            return self.scheduler.release(self, DEVICE_A)
        self.control = self.control // 2 ^ 0xD008
        return self.scheduler.release(self, DEVICE_B)


class WorkerTask(Task):
    def __init__(self, scheduler, ident, priority, queue):
        super().__init__(scheduler, ident, priority, queue)
        self.destination = HANDLER_A
        self.count = 0

    def handle(self, packet):
        if packet is None:
            return self.wait()
        if self.destination == HANDLER_A:
            self.destination = HANDLER_B
        else:
            self.destination = HANDLER_A
        packet.ident = self.destination
        packet.datum = 0
        for i in range(DATA_SIZE):
            self.count += 1
            if self.count > 26:
                self.count = 1
            packet.data[i] = 64 + self.count
        return self.scheduler.send(self, packet)


class HandlerTask(Task):
    def __init__(self, scheduler, ident, priority, queue):
        super().__init__(scheduler, ident, priority, queue)
        self.work_in = None
        self.device_in = None

    def handle(self, packet):
        if packet is not None:
            if packet.kind == KIND_WORK:
                self.work_in = packet.append_to(self.work_in)
            else:
                self.device_in = packet.append_to(self.device_in)
        work = self.work_in
        if work is not None:
            at = work.datum
            if at >= DATA_SIZE:
                self.work_in = work.link
                return self.scheduler.send(self, work)
            device = self.device_in
            if device is not None:
                self.device_in = device.link
                device.datum = work.data[at]
                work.datum = at + 1
                return self.scheduler.send(self, device)
        return self.wait()


class DeviceTask(Task):
    def __init__(self, scheduler, ident, priority, queue):
        super().__init__(scheduler, ident, priority, queue)
        self.pending = None

    def handle(self, packet):
        if packet is None:
            done = self.pending
            if done is None:
                return self.wait()
            self.pending = None
            return self.scheduler.send(self, done)
        self.pending = packet
        return self.scheduler.hold(self)


class Scheduler:
    def __init__(self):
        self.task_list = None
        self.table = [None] * 6
        self.holds = 0
        self.sends = 0

    def hold(self, task):
        self.holds += 1
        task.task_holding = True
        return task.link

    def release(self, releaser, ident):
        task = self.table[ident]
        task.task_holding = False
        return task if task.priority > releaser.priority else releaser

    def send(self, sender, packet):
        target = self.table[packet.ident]
        self.sends += 1
        packet.link = None
        packet.ident = sender.ident
        return target.add_packet(packet, sender)

    def schedule(self):
        task = self.task_list
        while task is not None:
            if task.is_held_or_waiting():
                task = task.link
            else:
                task = task.run_task()


def run(n):
    scheduler = Scheduler()
    IdleTask(scheduler, IDLE, 0, None, n).set_running()

    queue = Packet(None, 0, KIND_WORK)
    queue = Packet(queue, 0, KIND_WORK)
    WorkerTask(scheduler, WORKER, 1000, queue)

    for handler, device, priority in ((HANDLER_A, DEVICE_A, 2000), (HANDLER_B, DEVICE_B, 3000)):
        queue = None
        for _ in range(3):
            queue = Packet(queue, device, KIND_DEVICE)
        HandlerTask(scheduler, handler, priority, queue)

    DeviceTask(scheduler, DEVICE_A, 4000, None)
    DeviceTask(scheduler, DEVICE_B, 5000, None)
    scheduler.schedule()
    found = (scheduler.sends, scheduler.holds)
    if n in KNOWN:
        assert found == KNOWN[n], found
    return "%d %d" % found


if __name__ == "__main__":
    main(run, 32000)
