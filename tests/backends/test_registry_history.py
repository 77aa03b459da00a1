"""The history beside a registry in a bucket: log, diff, rollback."""

import json
import re

from place import Place


def records(place, repo):
    return json.loads(place.feast(repo, "registry", "log", "--format", "json"))


def test_log_diff_and_rollback(place):
    options = "  history_max: 3\n"
    repo = place.repo(options=options)
    place.feast(repo, "apply", GITHUB_ACTOR="octocat", GITHUB_SHA="0123456789abcdef", GITHUB_RUN_ID="17")
    place.repo(options=options, entities=("driver", "customer"))
    place.feast(repo, "apply", GITHUB_ACTOR="hubot", GITHUB_SHA="fedcba9876543210", GITHUB_RUN_ID="18")
    newest, first = records(place, repo)
    assert (newest["number"], newest["actor"], newest["changes"]) == (2, "hubot", ["create entity customer"])
    assert (first["number"], first["actor"], first["commit"]) == (1, "octocat", "0123456789abcdef")
    assert "Created entity customer" in place.feast(repo, "registry", "diff", "1")
    assert "Rolled back to version 1." in place.feast(repo, "registry", "rollback", "1")
    assert "customer" not in place.feast(repo, "entities", "list")
    # A fourth version: the first is forgotten, and its objects are deleted.
    place.feast(repo, "registry", "rollback", "2")
    assert [record["number"] for record in records(place, repo)] == [4, 3, 2]
    assert "There is no version '1'" in place.feast(repo, "registry", "diff", "1", expect=1)
    place.feast(repo, "teardown")
    place.feast(repo, "registry", "rollback", "4")
    assert "customer" in place.feast(repo, "entities", "list")


def test_one_who_may_not_list_begins_the_history(s3):
    """versitygw, like S3, denies absent objects to whoever may not list the bucket."""
    s3.server.create_user("narrow", "narrow-secret")
    objects = [f"arn:aws:s3:::{s3.bucket}/team/registry.db*"]
    statement = {"Effect": "Allow", "Principal": {"AWS": ["narrow"]}, "Resource": objects}
    statement["Action"] = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
    repo = s3.repo(options="  history_max: 0\n")
    s3.feast(repo, "apply")
    s3.server.put_bucket_policy(s3.bucket, json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    repo = s3.repo(entities=("driver", "customer"))
    s3.feast(repo, "apply", AWS_ACCESS_KEY_ID="narrow", AWS_SECRET_ACCESS_KEY="narrow-secret")
    assert [record["number"] for record in records(s3, repo)] == [2, 1]


def test_an_apply_asks_for_no_more_than_the_documentation_says(moto_server, tmp_path):
    """docs/registry.md, "What an apply costs"."""
    place = Place(moto_server, "s3", tmp_path)

    def requests(command, **repo):
        before = len(moto_server.process.log.read_text())
        place.feast(place.repo(options="  history_max: 3\n", **repo), *command)
        return len(re.findall(r"[A-Z]+ \S+ HTTP/", moto_server.process.log.read_text()[before:]))

    names = ("driver", "customer", "city", "town", "zone")
    requests(["apply"], entities=names[:1])
    assert [requests(["apply"], entities=names[:count]) for count in (2, 3, 4, 5)] == [8, 8, 10, 10]
    for command in (["apply"], ["plan"], ["entities", "list"]):
        assert requests(command, entities=names) == 1, command
