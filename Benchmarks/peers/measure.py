"""Times a computation and prints the result as the JSON that conta-benchmark reads."""

import json
import resource
import statistics
import sys
import time


def measure(compute, repetitions):
    """Runs `compute` once to warm up, then `repetitions` times; it returns a check number."""
    check = compute()
    times, processor_times = [], []
    for _ in range(repetitions):
        start, processor_start = time.perf_counter(), time.process_time()
        check = compute()
        times.append(time.perf_counter() - start)
        processor_times.append(time.process_time() - processor_start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    scale = 1048576 if sys.platform == "darwin" else 1024
    print(json.dumps({"seconds": statistics.median(times),
                      "processor_seconds": statistics.median(processor_times),
                      "peak_mebibytes": peak / scale, "check": float(check)}))
