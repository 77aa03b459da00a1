"""The repo that `feast init` makes is one for real Feast too."""

import pathlib


def unchanged(output):
    return "No changes to registry" in output and "No changes to infrastructure" in output


def test_both_plan_and_apply_the_template(ours, theirs, tmp_path):
    ours.run("init", "demo", cwd=tmp_path)
    repo = tmp_path / "demo" / "feature_repo"
    assert "Registered feature view driver_hourly_stats" in ours.run("apply", cwd=repo)
    assert unchanged(theirs.run("plan", cwd=repo))

    ours.run("teardown", cwd=repo)
    assert "Created feature view driver_hourly_stats" in theirs.run("apply", cwd=repo)
    assert unchanged(ours.run("plan", cwd=repo))
    workflow = pathlib.Path(repo / "test_workflow.py").read_text()
    assert "[5 rows x 8 columns]" in theirs.script(workflow, cwd=repo)


def test_the_template_of_feast_runs_to_its_end(ours, theirs, tmp_path):
    theirs.run("init", "rides", cwd=tmp_path)
    repo = tmp_path / "rides" / "feature_repo"
    # It starts `feast`.
    path = f"import os; os.environ['PATH'] = {str(pathlib.Path(ours.command).parent)!r} + ':' + os.environ['PATH']\n"
    said = ours.script(path + (repo / "test_workflow.py").read_text(), cwd=repo)
    assert "--- Run feast teardown ---" in said and "'name': 'driver_1001_updated'" in said


def test_descriptions_are_alike(ours, theirs, tmp_path):
    ours.run("init", "demo", cwd=tmp_path)
    repo = tmp_path / "demo" / "feature_repo"
    theirs.run("apply", cwd=repo)
    for command in [
        ["projects", "list"],
        ["entities", "list"],
        ["feature-views", "list"],
        ["on-demand-feature-views", "list"],
        ["feature-services", "list"],
        ["data-sources", "list"],
        ["features", "list"],
        ["entities", "describe", "driver"],
        ["feature-views", "describe", "driver_hourly_stats"],
        ["feature-services", "describe", "driver_activity_v1"],
        ["data-sources", "describe", "driver_stats_push"],
        ["projects", "current_project"],
    ]:
        assert ours.run(*command, cwd=repo) == theirs.run(*command, cwd=repo), command
