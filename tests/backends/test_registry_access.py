"""Who may do what to a registry on S3: the policy that `feast registry policy` prints, applied to a real server."""

import json
import subprocess

import pytest

CI = {"AWS_ACCESS_KEY_ID": "feast-ci", "AWS_SECRET_ACCESS_KEY": "ci-secret", "GITHUB_ACTOR": "ci"}
READER = {"AWS_ACCESS_KEY_ID": "scientist", "AWS_SECRET_ACCESS_KEY": "reader-secret"}
STRANGER = {"AWS_ACCESS_KEY_ID": "stranger", "AWS_SECRET_ACCESS_KEY": "stranger-secret"}


@pytest.fixture(scope="module")
def users(s3_server):
    for user in (CI, READER, STRANGER):
        s3_server.create_user(user["AWS_ACCESS_KEY_ID"], user["AWS_SECRET_ACCESS_KEY"])


def test_only_ci_writes(s3, users):
    repo = s3.repo()
    arguments = ["--writer", "feast-ci", "--reader", "scientist", "--without-conditions"]
    s3.server.put_bucket_policy(s3.bucket, s3.feast(repo, "registry", "policy", *arguments))
    s3.feast(repo, "apply", **CI)

    changed = s3.repo(entities=("driver", "customer"))
    assert "driver" in s3.feast(changed, "entities", "list", **READER)
    assert "Created entity customer" in s3.feast(changed, "plan", **READER)
    assert "feast apply" in s3.feast(changed, "registry", "log", **READER)
    for command in (["apply"], ["delete", "driver"], ["teardown"], ["registry", "rollback", "1"]):
        if command[0] == "registry":
            s3.feast(changed, "apply", **CI)
        refused = s3.feast(changed, *command, expect=1, **READER)
        assert "Permission denied: S3 does not let the credentials of the environment" in refused, refused
        assert "Leave it to who may, usually CI, or grant s3:" in refused and "reader-secret" not in refused
    assert "driver" in s3.feast(changed, "entities", "list", **READER)

    refused = s3.feast(changed, "plan", expect=1, **STRANGER)
    assert "Permission denied: S3 does not let the credentials of the environment" in refused
    assert "Grant s3:GetObject on arn:aws:s3:::" in refused and "stranger-secret" not in refused


def test_versitygw_knows_no_conditions_of_writes(s3, users):
    """Should this fail, test_only_ci_writes can do without --without-conditions."""
    policy = s3.feast(s3.repo(), "registry", "policy", "--writer", "arn:aws:iam::111122223333:role/feast-ci")
    assert json.loads(policy)["Version"] == "2012-10-17"
    with pytest.raises(subprocess.CalledProcessError) as refused:
        s3.server.put_bucket_policy(s3.bucket, policy)
    assert "MalformedPolicy" in refused.value.stderr


def test_moto_takes_the_whole_policy(moto_server, tmp_path):
    from place import Place

    place = Place(moto_server, "s3", tmp_path)
    repo = place.repo()
    policy = place.feast(repo, "registry", "policy", "--writer", "arn:aws:iam::111122223333:role/feast-ci")
    moto_server.put_bucket_policy(place.bucket, policy)
