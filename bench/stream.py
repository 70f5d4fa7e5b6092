#!/usr/bin/env python3
"""Sends a long stream of texts through `m2v encode -o -`, and counts, checks and measures.

    bench/stream.py [--gigabytes 5] [--model DIR] [--threads N]

Every line begins with its number, so that no two are alike. At the other end the vectors are
counted, and some thousands of them compared, to the last bit, with those of the same lines encoded
from a file: vector i belongs to line i. The memory of the command is watched all the time. Exits with
1 if a vector is missing or wrong, or if the peak is over --limit megabytes.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

import run
import texts

SAMPLES = 5_000
READ = 1 << 22


class Producer(threading.Thread):
    """Writes numbered lines into a pipe until there are enough bytes; keeps some of them."""

    def __init__(self, pipe, lines, size):
        super().__init__(daemon=True)
        self.pipe, self.lines, self.size = pipe, lines, size
        self.count = self.bytes = 0
        self.samples = {}
        # One line in so many is kept.
        average = sum(map(len, lines)) / len(lines) + 9
        self.every = max(1, int(size / average / SAMPLES))

    def run(self):
        chance = random.Random(1)
        while self.bytes < self.size:
            block = [b"%d %b" % (self.count + i, line) for i, line in enumerate(self.lines)]
            for start in range(0, len(block), self.every):
                at = start + chance.randrange(self.every)
                if at < len(block):
                    self.samples[self.count + at] = block[at]
            data = b"\n".join(block) + b"\n"
            self.pipe.write(data)
            self.count += len(block)
            self.bytes += len(data)
        self.pipe.close()


class Memory(threading.Thread):
    """Reads the resident megabytes of a process once a second."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.file = Path(f"/proc/{pid}/status")
        self.megabytes = []

    def run(self):
        while True:
            try:
                status = self.file.read_text()
            except OSError:
                return
            found = [line for line in status.splitlines() if line.startswith("VmRSS")]
            if not found:
                return
            self.megabytes.append(int(found[0].split()[1]) / 1e3)
            time.sleep(1)


def width_of(m2v, model):
    """The dimensions of the model's vectors."""
    done = subprocess.run([m2v, "encode", "-m", model, "-", "-o", "-"], input=b"x\n",
                          stdout=subprocess.PIPE, check=True)
    return len(done.stdout) // 4


def read_vectors(pipe, wanted_every, row_bytes):
    """How many rows come out of the pipe, and all those that may be asked for."""
    count, rest, kept = 0, b"", {}
    while True:
        data = pipe.read(READ)
        if not data:
            break
        data = rest + data
        rows = len(data) // row_bytes
        # Which lines are samples is known once they are written; they are ahead of the vectors.
        for number in wanted_every(count, count + rows):
            start = (number - count) * row_bytes
            kept[number] = data[start : start + row_bytes]
        rest = data[rows * row_bytes :]
        count += rows
    return count, len(rest), kept


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gigabytes", type=float, default=5)
    parser.add_argument("--model", help="folder of the model to encode with")
    parser.add_argument("--threads", help="of m2v (default: the machine's)")
    parser.add_argument("--limit", type=float, default=300)
    arguments = parser.parse_args()
    m2v = run.find_m2v() or sys.exit(1)
    model = run.find_model(arguments.model)
    files = texts.find(run.shared_folder(), run.CACHE / "bench-texts", ["long", "short"])
    lines = [line for name, count in (("long", 1_500), ("short", 1_500))
             for line in files[name].read_bytes().split(b"\n")[:count]]
    row_bytes = 4 * width_of(m2v, model)

    threads = ["--threads", arguments.threads] if arguments.threads else []
    process = subprocess.Popen([m2v, "encode", "-m", model, "-", "-o", "-", *threads],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    producer = Producer(process.stdin, lines, arguments.gigabytes * 1e9)
    memory = Memory(process.pid)
    start = time.perf_counter()
    producer.start()
    memory.start()
    due = lambda begin, end: sorted(
        number for number in list(producer.samples) if begin <= number < end)
    count, left_over, kept = read_vectors(process.stdout, due, row_bytes)
    seconds = time.perf_counter() - start
    _, status, usage = os.wait4(process.pid, 0)
    producer.join()
    peak = usage.ru_maxrss / 1e3

    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder) / "samples.txt", Path(folder) / "samples.npy"
        numbers = sorted(producer.samples)
        file.write_bytes(b"\n".join(producer.samples[number] for number in numbers) + b"\n")
        subprocess.run([m2v, "encode", "-m", model, file, "-o", out], check=True)
        expected = np.load(out)
    wrong = sum(kept.get(number) != row.tobytes() for number, row in zip(numbers, expected))

    tenth = max(1, len(memory.megabytes) // 10)
    print(f"{producer.bytes / 1e9:.2f} GB in {producer.count:,} lines, {count:,} vectors of "
          f"{row_bytes // 4} dimensions ({count * row_bytes / 1e9:.1f} GB)")
    print(f"{seconds:.0f} s, {usage.ru_utime + usage.ru_stime:.0f} s of processor time")
    print(f"memory: peak {peak:.0f} MB; first tenth of the time up to "
          f"{max(memory.megabytes[:tenth]):.0f} MB, last tenth up to "
          f"{max(memory.megabytes[-tenth:]):.0f} MB")
    print(f"{len(numbers):,} vectors compared with those of a file, {wrong} differ")
    good = (status == 0 and count == producer.count and left_over == 0 and wrong == 0
            and peak <= arguments.limit)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
