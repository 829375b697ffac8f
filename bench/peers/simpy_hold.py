"""The hold model of holdModel.ts on SimPy, with exponential delays.

Callbacks on timeouts, not generator processes: a tenth faster than processes when measured, and what rollsim does. The
draws come from Python's own generator, so the times differ from those of rollsim, and there is no hash to compare.

usage: simpy_hold.py PENDING EVENTS ITERATIONS; the first iteration warms up and is not reported
"""

import json
import platform
import sys
import time
from math import log
from random import Random

import simpy

MEAN_DELAY_MICROS = 10_000_000


def hold_model(pending, events, seed):
    """Milliseconds that a run takes, creation of the pending events included."""
    uniform = Random(seed).random
    begin = time.perf_counter()
    env = simpy.Environment()
    timeout = env.timeout

    def hold(_event):
        timeout(round(-log(1 - uniform()) * MEAN_DELAY_MICROS)).callbacks.append(hold)

    for _ in range(pending):
        hold(None)
    step = env.step
    for _ in range(events):
        step()
    return (time.perf_counter() - begin) * 1000


def main():
    pending, events, iterations = (int(argument) for argument in sys.argv[1:])
    samples = [hold_model(pending, events, seed) for seed in range(1 + iterations)]
    version = f"SimPy {simpy.__version__}, {platform.python_implementation()} {platform.python_version()}"
    print(json.dumps({"version": version, "milliseconds": samples[1:]}))


main()
