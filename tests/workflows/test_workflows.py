"""The GitHub workflows of examples/module_0: each step's shell runs here with the real `feast`, as the runner would run it.

Of GitHub there is what the shell sees: the step's environment, artifacts as folders, and a `gh` that keeps comments in a file.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest
import servers
import yaml
from servers.go_program import go_program

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "module_0"
WORKFLOWS = sorted((EXAMPLE / ".github" / "workflows").glob("*.yml"))
ACTIONLINT = ("github.com/rhysd/actionlint/cmd/actionlint", "v1.7.7")

# `gh api`, as far as the workflow needs it. comments.json: {"pulls": {number: sha}, "comments": [{id, user, body, number}]}
GH = """\
import json, os, pathlib, re, subprocess, sys
arguments = sys.argv[1:]
assert os.environ["GH_TOKEN"], "gh wants GH_TOKEN"
assert arguments.pop(0) == "api"
method, jq, path, body = "GET", None, None, None
while arguments:
    argument = arguments.pop(0)
    if argument == "--method": method = arguments.pop(0)
    elif argument == "--jq": jq = arguments.pop(0)
    elif argument == "-F": body = pathlib.Path(arguments.pop(0).removeprefix("body=@")).read_text()
    elif argument not in ("--silent", "--paginate"): path = argument.removeprefix("repos/rides/features/")
file = pathlib.Path(os.environ["COMMENTS"])
state = json.loads(file.read_text())
if match := re.fullmatch(r"pulls/(\\d+)", path): answer = {"head": {"sha": state["pulls"][match[1]]}}
elif match := re.fullmatch(r"issues/(\\d+)/comments", path):
    answer = [comment for comment in state["comments"] if comment["number"] == match[1]]
    if method == "POST":
        state["comments"].append({"id": 100 + len(state["comments"]), "number": match[1], "body": body,
                                  "user": {"login": "github-actions[bot]"}})
elif (match := re.fullmatch(r"issues/comments/(\\d+)", path)) and method == "PATCH":
    answer = [comment for comment in state["comments"] if comment["id"] == int(match[1])]
    answer[0]["body"] = body
else: sys.exit(f"gh: no {method} {path}")
file.write_text(json.dumps(state))
if jq: sys.exit(subprocess.run(["jq", "-r", jq], input=json.dumps(answer), text=True).returncode)
"""


def workflow(name):
    return yaml.safe_load((EXAMPLE / ".github" / "workflows" / f"{name}.yml").read_text())


class Runner:
    """What runs the shell of a job's steps, in a checkout."""

    def __init__(self, folder):
        self.folder = folder
        self.checkout = folder / "checkout"
        shutil.copytree(EXAMPLE, self.checkout, ignore=shutil.ignore_patterns(".github"))
        (folder / "bin").mkdir()
        (folder / "bin" / "gh").write_text(f"#!{sys.executable}\n{GH}")
        (folder / "bin" / "gh").chmod(0o755)
        (folder / "temp").mkdir()
        subprocess.run(
            [sys.executable, "make_data.py", "data/driver_stats.parquet"],
            cwd=self.checkout,
            check=True,
            capture_output=True,
        )
        self.comments = folder / "comments.json"
        self.comments.write_text(json.dumps({"pulls": {}, "comments": []}))
        self.git("init", "-q", "-b", "main")
        self.commit()

    def git(self, *arguments):
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        done = subprocess.run(
            ["git", *identity, *arguments], cwd=self.checkout, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "change")
        return self.git("rev-parse", "HEAD")

    def run(self, name, step, expect=0, **context):
        """Runs the `run:` of a step. `context` fills in ${{ … }}: github_token for `github.token`."""
        (job,) = workflow(name)["jobs"].values()
        (found,) = (each for each in job["steps"] if each.get("name") == step)

        def value(text):
            return re.sub(r"\$\{\{ (.*?) \}\}", lambda match: context[match[1].replace(".", "_")], str(text))

        assert "${{" not in found["run"], "contexts in the shell itself could bring code along"
        environment = {key: value(text) for key, text in (job.get("env", {}) | found.get("env", {})).items()}
        ran = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", found["run"]],
            cwd=self.checkout,
            env={
                "PATH": f"{self.folder}/bin:{pathlib.Path(sys.executable).parent}:/usr/bin:/bin",
                "HOME": str(self.folder),
                "GITHUB_ACTIONS": "true",
                "GITHUB_ACTOR": "octocat",
                "GITHUB_REPOSITORY": "rides/features",
                "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
                "RUNNER_TEMP": str(self.folder / "temp"),
                "COMMENTS": str(self.comments),
                **environment,
            },
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert ran.returncode == expect, ran.stdout + ran.stderr
        return ran.stdout + ran.stderr

    def plan(self, environment, base, number="7", expect=0):
        """A whole run of the plan's job, and its artifact."""
        context = {
            "matrix_environment": environment,
            "github_event_pull_request_base_sha": base,
            "github_event_pull_request_number": number,
        }
        self.run("feast_plan", "Plan", **context)
        artifact = self.checkout / "plans" / f"feast-plan-{environment}"
        artifact.parent.mkdir(exist_ok=True)
        shutil.rmtree(artifact, ignore_errors=True)
        shutil.move(self.checkout / "comment", artifact)
        return self.run("feast_plan", "Refuse what breaks feature services", expect=expect, **context)

    def comment(self, head, expect=0):
        state = json.loads(self.comments.read_text())
        state["pulls"].setdefault("7", head)
        self.comments.write_text(json.dumps(state))
        output = self.run(
            "feast_comment", "Comment", expect=expect, github_token="token", github_event_workflow_run_head_sha=head
        )
        return output, json.loads(self.comments.read_text())["comments"]

    def edit(self, environment, old, new):
        path = self.checkout / environment / "driver_repo.py"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


@pytest.fixture
def runner(tmp_path):
    return Runner(tmp_path)


def test_the_plan_is_a_comment_updated_in_place(runner):
    base = runner.git("rev-parse", "HEAD")
    runner.edit("staging", "ttl=timedelta(days=1)", "ttl=timedelta(hours=12)")
    head = runner.commit()
    runner.plan("staging", base)
    runner.plan("production", base)
    _, comments = runner.comment(head)
    assert [comment["body"].splitlines()[0] for comment in comments] == [
        "<!-- feast-plan: rides_production in production -->",
        "<!-- feast-plan: rides_staging in staging -->",
    ]
    assert "ttl" in comments[1]["body"] and "ttl" not in comments[0]["body"]
    assert "1 risky" in (runner.folder / "summary.md").read_text()
    # A push later: the same comments with the new plan, and somebody's quotation of one is left alone.
    state = json.loads(runner.comments.read_text())
    quoted = {"id": 1, "number": "7", "user": {"login": "octocat"}, "body": comments[1]["body"]}
    state["comments"].insert(0, quoted)
    runner.comments.write_text(json.dumps(state | {"pulls": {}}))
    runner.edit("staging", "ttl=timedelta(hours=12)", "ttl=timedelta(days=1)")
    head = runner.commit()
    runner.plan("staging", base)
    _, after = runner.comment(head)
    assert after[0] == quoted and len(after) == 3
    assert "ttl" not in after[2]["body"] and after[2]["id"] == comments[1]["id"]


@pytest.mark.parametrize("name", ["my-proj", "caf\u00e9", "rides_2", "9-b_"])
def test_environments_with_one_project_name_have_a_comment_each(runner, name):
    base = runner.git("rev-parse", "HEAD")
    for environment in ("staging", "production"):
        path = runner.checkout / environment / "feature_store.yaml"
        path.write_text(re.sub("project: .*", f"project: {name}", path.read_text()))
        path = runner.checkout / environment / "driver_repo.py"
        path.write_text(re.sub(r"rides_(staging|production)", name, path.read_text()))
    head = runner.commit()
    for environment in ("staging", "production"):
        runner.plan(environment, base)
    for _ in range(2):
        _, comments = runner.comment(head)
        assert sorted(comment["body"].splitlines()[:2] for comment in comments) == [
            [f"<!-- feast-plan: {name} in {environment} -->", f"**{environment}**"]
            for environment in ("production", "staging")
        ]


def test_actions_are_pinned_by_hash():
    for file in WORKFLOWS:
        used = re.findall(r"uses: (\S+)(.*)", file.read_text())
        assert used
        for action, comment in used:
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action), action
            assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), f"which version {action} is"


def test_what_breaks_feature_services_fails_the_plan(runner):
    base = runner.git("rev-parse", "HEAD")
    runner.edit("production", 'name="conv_rate", dtype=Float32', 'name="conv_rate", dtype=Float64')
    runner.commit()
    assert "::error" in runner.plan("production", base, expect=3)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("number", "7; rm -rf /"),
        ("number", "../../1"),
        ("staging.md", '<!-- feast-plan: a"b --> hello'),
        ("staging.md", "hi"),
    ],
)
def test_a_forged_plan_is_not_posted(runner, name, content):
    base = head = runner.git("rev-parse", "HEAD")
    runner.plan("staging", base)
    (runner.checkout / "plans" / "feast-plan-staging" / name).write_text(content + "\n")
    output, comments = runner.comment(head, expect=1)
    assert "::error::" in output and comments == []


def test_a_plan_comments_on_its_own_pull_request_only(runner):
    base = runner.git("rev-parse", "HEAD")
    runner.plan("staging", base)
    state = {"pulls": {"7": "another commit"}, "comments": []}
    runner.comments.write_text(json.dumps(state))
    output, comments = runner.comment(base)
    assert "has moved on" in output and comments == []


def apply(runner, environment, confirm="", allow_breaking="", expect=0):
    context = {"matrix_environment": environment, "vars_FEAST_PROJECT_CONFIRM": confirm}
    runner.run("feast_apply", "Plan", **context)
    return runner.run("feast_apply", "Apply", expect=expect, inputs_allow_breaking=allow_breaking, **context)


def test_a_merge_is_applied(runner):
    for environment in ("staging", "production"):
        apply(runner, environment)
    listed = subprocess.run(
        [pathlib.Path(sys.executable).with_name("feast"), "-c", "production", "registry", "log", "--format", "json"],
        cwd=runner.checkout,
        check=True,
        capture_output=True,
        text=True,
    )
    (record,) = json.loads(listed.stdout)
    assert record["actor"] == "octocat" and record["command"].startswith("feast apply")
    # A merge that breaks a service is applied by hand.
    runner.edit("production", 'name="conv_rate", dtype=Float32', 'name="conv_rate", dtype=Float64')
    assert "--allow-breaking" in apply(runner, "production", expect=1)
    apply(runner, "production", allow_breaking="true")


def test_a_protected_project_wants_its_name(runner):
    yaml_file = runner.checkout / "production" / "feature_store.yaml"
    text = yaml_file.read_text()
    yaml_file.write_text(
        text.replace("registry: data/registry.db", "registry:\n  path: data/registry.db\n  protected: true")
    )
    assert "Project 'rides_production' is protected" in apply(runner, "production", expect=1)
    apply(runner, "production", confirm="rides_production")


def test_every_step_is_tried_here():
    """But for the installation, which this environment is."""
    steps = {
        (path.stem, step["name"])
        for path in WORKFLOWS
        for job in yaml.safe_load(path.read_text())["jobs"].values()
        for step in job["steps"]
        if "run" in step
    }
    assert steps - {("feast_plan", "Install"), ("feast_apply", "Install")} == {
        ("feast_plan", "Plan"),
        ("feast_plan", "Refuse what breaks feature services"),
        ("feast_comment", "Comment"),
        ("feast_apply", "Plan"),
        ("feast_apply", "Apply"),
    }


def test_what_runs_a_pull_requests_code_has_no_rights():
    for path in WORKFLOWS:
        # YAML takes `on` for a truth value.
        loaded = yaml.safe_load(path.read_text())
        events = loaded.get("on", loaded.get(True))
        assert "pull_request_target" not in events
        if "pull_request" in events:
            assert loaded["permissions"] == {"contents": "read"} and "secrets." not in path.read_text()
        if "workflow_run" in events:
            assert "actions/checkout" not in path.read_text()


def test_actionlint():
    try:
        actionlint = go_program(*ACTIONLINT)
    except servers.Unavailable as reason:
        pytest.skip(str(reason))
    linted = subprocess.run(
        [actionlint, *WORKFLOWS], capture_output=True, text=True, env={**os.environ, "HOME": "/tmp"}
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr
