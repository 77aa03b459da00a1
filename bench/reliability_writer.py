"""One writer of bench/reliability.py: applies through `feast.FeatureStore`, ours or Feast's, and says what happened.

python reliability_writer.py REPO applies NAME COUNT START     applies COUNT entities of its own, one by one
python reliability_writer.py REPO race NAME ROUNDS START PAUSE at START, and each PAUSE s after it, changes the entity all change
python reliability_writer.py REPO generation NUMBER SIZE       waits for a line, then gives SIZE entities the description NUMBER
python reliability_writer.py REPO read UNTIL_FILE              reads over and over until the file exists

START is a time in seconds since the epoch, for all writers to begin at once. Prints JSON lines.
"""

import json
import pathlib
import sys
import time


def main(repo, what, *arguments):
    from feast import Entity, FeatureStore, ValueType

    def entity(name, description=""):
        return Entity(name=name, join_keys=[name], value_type=ValueType.INT64, description=description)

    def say(**what_happened):
        print(json.dumps(what_happened), flush=True)

    def apply(store, objects, **about):
        started = time.monotonic()
        try:
            store.apply(objects)
        except Exception as error:  # noqa: BLE001  whatever it is, it is what the table counts
            say(ok=False, error=f"{type(error).__name__}: {error}"[:600], **about)
        else:
            say(ok=True, seconds=time.monotonic() - started, **about)

    store = FeatureStore(repo_path=repo)
    if what == "applies":
        name, count, start = arguments[0], int(arguments[1]), float(arguments[2])
        time.sleep(max(0, start - time.time()))
        for number in range(count):
            apply(store, [entity(f"{name}_{number}")], name=f"{name}_{number}")
    elif what == "race":
        name, rounds, start, pause = arguments[0], int(arguments[1]), float(arguments[2]), float(arguments[3])
        for number in range(rounds):
            time.sleep(max(0, start + number * pause - time.time()))
            apply(store, [entity("contended", f"{name} {number}")], description=f"{name} {number}")
    elif what == "generation":
        number, size = arguments[0], int(arguments[1])
        objects = [entity(f"entity_{i}", number) for i in range(size)]
        say(ready=True)
        sys.stdin.readline()
        apply(store, objects)
    elif what == "read":
        seen = torn = reads = 0
        shrunk, first_error = 0, ""
        while not pathlib.Path(arguments[0]).exists():
            reads += 1
            try:
                found = len(FeatureStore(repo_path=repo).list_entities())
            except Exception as error:  # noqa: BLE001
                torn, first_error = torn + 1, first_error or f"{type(error).__name__}: {error}"[:300]
                continue
            shrunk += found < seen
            seen = max(seen, found)
            time.sleep(0.002)
        say(reads=reads, torn=torn, shrunk=shrunk, error=first_error)


if __name__ == "__main__":
    main(*sys.argv[1:])
