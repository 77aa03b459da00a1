"""Reads online features through the API that users have, in this process, and prints microseconds as JSON.

python read_once.py REPO ENTITIES SECONDS [ENTITIES SECONDS...]   (our Python, or Feast's)
"""

import json
import os
import random
import sys
import time
import warnings

warnings.filterwarnings("ignore")

from feast import FeatureStore  # noqa: E402
from repo import NAMES  # noqa: E402


def measure(store, entities, keys, seconds):
    """Each request asks for other keys, all of which are there."""
    generator = random.Random(entities)
    requests = [[{"driver_id": generator.randrange(keys)} for _ in range(entities)] for _ in range(500)]
    for rows in requests[:20]:
        store.get_online_features(features=NAMES, entity_rows=rows).to_dict()
    taken, started, cpu = [], time.perf_counter(), time.process_time()
    while time.perf_counter() - started < seconds:
        rows = requests[len(taken) % len(requests)]
        before = time.perf_counter()
        answer = store.get_online_features(features=NAMES, entity_rows=rows).to_dict()
        taken.append(time.perf_counter() - before)
    cpu = time.process_time() - cpu
    assert all(value is not None for value in answer[NAMES[0].split(":")[1]]), answer
    taken.sort()
    return {
        "p50": taken[len(taken) // 2] * 1e6,
        "p99": taken[len(taken) * 99 // 100] * 1e6,
        "cpu": cpu / len(taken) * 1e6,
        "requests": len(taken),
    }


def main():
    repo, keys, *rounds = sys.argv[1:]
    store = FeatureStore(repo_path=repo)
    store.list_feature_views()
    found = {}
    for entities, seconds in zip(map(int, rounds[::2]), map(float, rounds[1::2])):
        found[entities] = measure(store, entities, int(keys), seconds)
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()
    # Threads that a client leaves running are not waited for.
    os._exit(0)


if __name__ == "__main__":
    main()
