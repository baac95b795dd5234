#!/usr/bin/env python3
"""A switch between network namespaces, with delay, loss and cuts.

usage: switch.py DEVICE...

Every port is a TAP device. The first is the test's own: what goes to it or comes from it is neither delayed nor lost nor cut off.
The others are numbered from 1. Commands are lines of JSON on standard input; each is answered by a line with what passed so far:

    {"delay": 20, "jitter": 5}      milliseconds one way, between any two of the others
    {"loss": 0.01}                  part of the frames that is lost
    {"cut": [[1, 2], [1, 3]]}       pairs between which nothing passes

It does in user space what `tc qdisc add netem` does where the kernel has it, and needs only /dev/net/tun. Frames of a pair never
overtake each other: jitter is no reordering. It ends with its standard input.
"""

import fcntl
import heapq
import json
import os
import random
import select
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
# Frames read of a port before the others have their turn.
BATCH = 64


def device(name):
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    return fd


class Switch:
    def __init__(self, names):
        self.ports = [device(name) for name in names]
        self.addresses = {}
        self.queue = []
        self.last = {}
        self.number = 0
        self.random = random.Random(len(names))
        self.delay = self.jitter = self.loss = 0.0
        self.cut = set()
        self.passed = {"frames": 0, "bytes": 0, "lost": 0, "cut": 0}

    def obey(self, command):
        self.delay = command.get("delay", self.delay * 1_000) / 1_000
        self.jitter = command.get("jitter", self.jitter * 1_000) / 1_000
        self.loss = command.get("loss", self.loss)
        if "cut" in command:
            self.cut = {frozenset(pair) for pair in command["cut"]}
        print(json.dumps(self.passed), flush=True)

    def receive(self, port):
        for _ in range(BATCH):
            try:
                frame = os.read(self.ports[port], 65_536)
            except (BlockingIOError, OSError):
                return
            self.addresses[frame[6:12]] = port
            target = self.addresses.get(frame[0:6])
            for to in range(len(self.ports)) if target is None else (target,):
                if to != port:
                    self.forward(frame, port, to)

    def forward(self, frame, port, to):
        due = time.monotonic()
        if port and to:
            if frozenset((port, to)) in self.cut:
                self.passed["cut"] += 1
                return
            if self.random.random() < self.loss:
                self.passed["lost"] += 1
                return
            due += self.delay + self.random.uniform(-self.jitter, self.jitter)
            due = self.last[port, to] = max(due, self.last.get((port, to), 0.0))
            self.passed["frames"] += 1
            self.passed["bytes"] += len(frame)
        self.number += 1
        heapq.heappush(self.queue, (due, self.number, to, frame))

    def send(self):
        now = time.monotonic()
        while self.queue and self.queue[0][0] <= now:
            _, _, to, frame = heapq.heappop(self.queue)
            try:
                os.write(self.ports[to], frame)
            except OSError:
                pass  # Its queue is full, or it is gone: lost, as on any wire.

    def run(self):
        poll = select.epoll()
        poll.register(0, select.EPOLLIN)
        for fd in self.ports:
            poll.register(fd, select.EPOLLIN)
        numbers = {fd: port for port, fd in enumerate(self.ports)}
        words = b""
        while True:
            wait = max(0.0, self.queue[0][0] - time.monotonic()) if self.queue else -1
            for fd, _ in poll.poll(wait):
                if fd:
                    self.receive(numbers[fd])
                    continue
                read = os.read(0, 65_536)
                if not read:
                    return
                *lines, words = (words + read).split(b"\n")
                for line in lines:
                    self.obey(json.loads(line))
            self.send()


if __name__ == "__main__":
    switch = Switch(sys.argv[1:])
    print("ready", flush=True)
    switch.run()
