#!/usr/bin/env python3
"""Does the registry lose updates, tear, or miss conflicts, when many write it at once and when writers are killed?

python bench/reliability.py [--writers 16] [--applies 50] [--races 5] [--kills 1000] [--on file s3 moto gcs]
                            [--feast-python PYTHON] [--feast-applies 50] [--feast-kills 30]

Each writer is a process that applies through the Python API, one `FeatureStore.apply` after another (starting a command for
each would be 800 process starts, which is not the question). The servers are started here, on loopback: versitygw (s3), moto,
fake-gcs-server (gcs); see tests/servers.

- applies: WRITERS processes apply APPLIES different entities each, from the same moment on. *Lost*: acknowledged, and not in the
  registry at the end. *Torn*: reads, by a process that reads all the while, that failed or found fewer entities than before.
- same object: RACES times, WRITERS processes make a plan file (`feast plan --out`) that changes one and the same entity, and
  then all apply theirs at once: one may succeed. Then they race without plan files: each apply either is a version of its own
  in the history or fails naming both sides.
- kill -9: KILLS times a process applies new descriptions of SIZE entities to a file, and is killed at a random moment. The
  registry must be the old or the new one, whole; the new one when the apply had been acknowledged.

With --feast-python (an environment with feast and boto3), Feast does the same where it can. Prints Markdown; the exit code is 1
when ours lost, tore or missed anything.
"""

import argparse
import contextlib
import json
import os
import pathlib
import platform
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[1]
WRITER = str(ROOT / "bench" / "reliability_writer.py")
FEAST = str(pathlib.Path(sys.executable).with_name("feast"))
sys.path.insert(0, str(ROOT / "tests"))

import servers  # noqa: E402  found beside the tests

SIZE = 300


class Place:
    """Where registries are kept, and how to get there."""

    def __init__(self, name, folder, server=None, scheme=""):
        self.name, self.folder, self.scheme = name, folder, scheme
        self.bucket = "feast-" + uuid.uuid4().hex[:12]
        self.environment = {**os.environ, "AWS_EC2_METADATA_DISABLED": "true", "FEAST_USAGE": "False"}
        if server:
            server.create_bucket(self.bucket)
            self.environment.update(server.environment)
            if scheme == "s3":
                self.environment["FEAST_S3_ENDPOINT_URL"] = server.endpoint

    def repo(self):
        """A new feature repo with a registry of its own."""
        name = uuid.uuid4().hex[:8]
        folder = self.folder / name
        folder.mkdir(parents=True)
        path = f"{self.scheme}://{self.bucket}/{name}/registry.db" if self.scheme else "data/registry.db"
        folder.joinpath("feature_store.yaml").write_text(
            f"project: p\nprovider: local\nregistry: {path}\nonline_store: null\nentity_key_serialization_version: 3\n"
        )
        return folder

    def start(self, python, repo, *arguments, **options):
        command = [python, "-W", "ignore", WRITER, str(repo), *map(str, arguments)]
        return subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **options
        )


def lines_of(process):
    return [json.loads(line) for line in process.communicate(timeout=3600)[0].splitlines() if line.startswith("{")]


def entities(place, python, repo):
    """Names and descriptions, or None when the registry cannot be read."""
    program = (
        "import json, sys; from feast import FeatureStore\n"
        "print(json.dumps({e.name: e.description for e in FeatureStore(repo_path=sys.argv[1]).list_entities()}))"
    )
    read = subprocess.run(
        [python, "-W", "ignore", "-c", program, str(repo)],
        env=place.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return json.loads(read.stdout.splitlines()[-1]) if read.returncode == 0 else None


def many_writers(place, python, writers, applies, start_up_s):
    repo = place.repo()
    first = lines_of(place.start(python, repo, "applies", "first", 1, 0))
    assert first[0]["ok"], first
    done = repo / "done"
    reader = place.start(python, repo, "read", done)
    started = time.time() + start_up_s
    running = [place.start(python, repo, "applies", f"w{i}", applies, started) for i in range(writers)]
    outcomes = [line for process in running for line in lines_of(process)]
    seconds = time.time() - started
    done.touch()
    (seen,) = lines_of(reader)
    stored = entities(place, python, repo)
    acknowledged = {line["name"] for line in outcomes if line["ok"]}
    died = writers * applies - len(outcomes)
    return {
        "applies": len(outcomes),
        "acknowledged": len(acknowledged),
        "refused": len(outcomes) - len(acknowledged) + died,
        "lost": len(acknowledged - set(stored or {})),
        "readable": stored is not None,
        "reads": seen["reads"],
        "torn": seen["torn"] + seen["shrunk"],
        "seconds": seconds,
        "error": next((line["error"] for line in outcomes if not line["ok"]), "") or seen["error"],
    }


def plan_files(place, writers, races):
    """How many of the plans made for the same object and version were applied, per race; 1 is right."""
    repo, winners = place.repo(), []
    definition = "from feast import Entity, ValueType\nimport os\n"
    definition += "e = Entity(name='contended', value_type=ValueType.INT64, description=os.environ['SAYS'])\n"
    (repo / "definitions.py").write_text(definition)

    def feast(says, *arguments):
        environment = {**place.environment, "SAYS": says}
        return subprocess.Popen(
            [FEAST, *arguments], cwd=repo, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    assert feast("first", "apply").wait() == 0
    for race in range(races):
        for writer in range(writers):
            planned = feast(f"{race} {writer}", "plan", "--out", f"plan_{writer}.bin")
            assert planned.wait() == 0, planned.communicate()
        applied = [feast("", "apply", f"plan_{writer}.bin") for writer in range(writers)]
        outputs = [process.communicate()[0] for process in applied]
        good = [process.returncode == 0 for process in applied]
        explained = sum("changed since" in text for text in outputs)
        assert sum(good) + explained == writers, outputs
        winners.append(sum(good))
    return winners


def race(place, writers, races):
    repo = place.repo()
    lines_of(place.start(sys.executable, repo, "applies", "first", 1, 0))
    started = time.time() + 3 + writers / 4
    running = [place.start(sys.executable, repo, "race", f"w{i}", races, started, 2) for i in range(writers)]
    outcomes = [line for process in running for line in lines_of(process)]
    good = {line["description"] for line in outcomes if line["ok"]}
    conflicts = [line["error"] for line in outcomes if not line["ok"]]
    named = sum("Conflict: two applies change the entity 'contended'" in e and " by " in e for e in conflicts)
    log = subprocess.run(
        [FEAST, "registry", "log", "--limit", "999", "--format", "json"],
        cwd=repo,
        env=place.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    versions = len(json.loads(log.stdout)) - 1
    return {
        "applies": len(outcomes),
        "good": len(good),
        "versions": versions,
        "conflicts": len(conflicts),
        "named": named,
        "newest_is_one": entities(place, sys.executable, repo)["contended"] in good,
        "error": next((e for e in conflicts if "Conflict" not in e), ""),
    }


def kills(place, python, count):
    repo = place.repo()

    def begin(number):
        process = place.start(python, repo, "generation", number, SIZE, stdin=subprocess.PIPE)
        process.stdout.readline()
        return process

    def go(process):
        process.stdin.write("go\n")
        process.stdin.flush()

    process = begin(0)
    began = time.monotonic()
    go(process)
    process.stdout.readline()
    longest_s = (time.monotonic() - began) * 1.2
    process.communicate()
    current, tally = (
        0,
        {"kills": count, "old": 0, "new": 0, "torn": 0, "lost": 0, "left_over": 0, "longest_s": longest_s},
    )
    randomly = random.Random(0)
    for number in range(1, count + 1):
        process = begin(number)
        delay_s = randomly.uniform(0, longest_s)
        go(process)
        time.sleep(delay_s)
        process.send_signal(signal.SIGKILL)
        acknowledged = '"ok": true' in process.communicate()[0]
        tally["left_over"] += any(".new-" in path.name for path in (repo / "data").iterdir())
        stored = entities(place, python, repo)
        found = set((stored or {}).values())
        if stored is None or len(stored) != SIZE or len(found) != 1 or found - {str(current), str(number)}:
            tally["torn"] += 1
            (repo / "data" / "registry.db").unlink(missing_ok=True)
            lines_of(go_on(begin(number)))
            current = number
            continue
        now = int(found.pop())
        tally["new" if now == number else "old"] += 1
        tally["lost"] += acknowledged and now != number
        current = now
    return tally


def go_on(process):
    process.stdin.write("go\n")
    process.stdin.flush()
    return process


def opened(stack, name, folder):
    if name == "file":
        return Place("file", folder / "file")
    start = {"s3": servers.S3Server, "moto": servers.MotoServer, "gcs": servers.GcsServer}[name].start
    (folder / name).mkdir()
    server = stack.enter_context(start(folder / name))
    return Place(name, folder / name / "repos", server, "gs" if name == "gcs" else "s3")


TITLES = {"file": "file", "s3": "S3 (versitygw)", "moto": "S3 (moto)", "gcs": "Google Cloud Storage (fake-gcs-server)"}


def machine():
    model = next(
        (line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    return f"{os.cpu_count()} × {model}, Linux {platform.release()}, Python {platform.python_version()}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--writers", type=int, default=16)
    parser.add_argument("--applies", type=int, default=50)
    parser.add_argument("--races", type=int, default=5)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--on", nargs="*", default=["file", "s3", "moto", "gcs"], choices=list(TITLES))
    parser.add_argument("--feast-python")
    parser.add_argument("--feast-applies", type=int, default=50)
    parser.add_argument("--feast-kills", type=int, default=30)
    options = parser.parse_args()
    bad = []

    def row(*cells):
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)

    folder = pathlib.Path(tempfile.mkdtemp(prefix="feast-reliability-"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        places = [opened(stack, name, folder) for name in options.on]
        print(f"{machine()}\n")
        row("registry", "", "writers × applies", "acknowledged", "**lost**", "reads meanwhile", "**torn**", "seconds")
        row(*["---"] * 8)
        for place in places:
            sides = [("this project", sys.executable, options.applies, 2 + options.writers / 8)]
            # Feast needs about 5 s of CPU to start, and google-cloud-storage for gs://.
            if options.feast_python and place.name in ("file", "s3"):
                sides.append(("Feast", options.feast_python, options.feast_applies, 20 + options.writers * 4))
            for side, python, applies, start_up_s in sides:
                result = many_writers(place, python, options.writers, applies, start_up_s)
                acknowledged = f"{result['acknowledged']} of {options.writers * applies}"
                torn = f"{result['torn']}" + ("" if result["readable"] else ", and at the end")
                row(TITLES[place.name], side, f"{options.writers} × {applies}", acknowledged, result["lost"],
                    result["reads"], torn, f"{result['seconds']:.1f}")  # fmt: skip
                if side == "this project" and (
                    result["lost"] or result["refused"] or result["torn"] or not result["readable"]
                ):
                    bad.append(result)
        print()
        row("registry", "plans of one object at once", "applied, each time", "applies racing for one object",
            "versions made", "refused as conflicts", "… naming the other author")  # fmt: skip
        row(*["---"] * 7)
        for place in places if options.races else []:
            winners, racing = (
                plan_files(place, options.writers, options.races),
                race(place, options.writers, options.races),
            )
            row(TITLES[place.name], f"{options.races} × {options.writers}", ", ".join(map(str, winners)),
                racing["applies"], racing["versions"], racing["conflicts"], racing["named"])  # fmt: skip
            if set(winners) != {1} or racing["versions"] != racing["good"] or not racing["newest_is_one"]:
                bad.append(racing)
            if racing["named"] != racing["conflicts"] or racing["applies"] != options.writers * options.races:
                bad.append(racing)
        print()
        row("kill -9 of an apply on a file", "kills", "old registry", "new registry", "**torn**", "acknowledged and **lost**",
            "unfinished files left, swept by the next apply")  # fmt: skip
        row(*["---"] * 7)
        place = Place("file", folder / "kills")
        sides = [("this project", sys.executable, options.kills)] if options.kills else []
        if options.feast_python and options.feast_kills:
            sides.append(("Feast", options.feast_python, options.feast_kills))
        for side, python, count in sides:
            tally = kills(place, python, count)
            row(side, count, tally["old"], tally["new"], tally["torn"], tally["lost"], tally["left_over"])
            if side == "this project" and (tally["torn"] or tally["lost"]):
                bad.append(tally)
    for result in bad:
        print(f"\nBAD: {result}", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
