"""A registry made by either side is at home on the other, and survives being changed there."""

import json
import shutil

import pytest

SUMMARY = """
import json
from feast import FeatureStore
store = FeatureStore(repo_path=".")
def fields(items):
    return sorted((f.name, str(f.dtype), f.description) for f in items)
print(json.dumps({
    "entities": sorted((e.name, e.join_key, str(e.value_type), e.description, e.tags) for e in store.list_entities()),
    "sources": sorted((s.name, type(s).__name__, s.timestamp_field, s.created_timestamp_column, s.field_mapping, s.owner)
                      for s in store.list_data_sources()),
    "views": sorted((v.name, list(v.entities), v.ttl.total_seconds(), fields(v.features), fields(v.entity_columns), v.online,
                     v.tags, v.owner, v.description, v.batch_source.name, v.stream_source.name if v.stream_source else None)
                    for v in store.list_feature_views()),
    "on_demand": sorted((v.name, fields(v.features), sorted(v.source_feature_view_projections), sorted(v.source_request_sources),
                         v.mode, v.feature_transformation.udf_string) for v in store.list_on_demand_feature_views()),
    "services": sorted((s.name, [(p.name, fields(p.features)) for p in s.feature_view_projections], s.tags)
                       for s in store.list_feature_services()),
}, default=str, sort_keys=True))
"""

RETRIEVE = """
import json
import pandas as pd
from feast import FeatureStore
store = FeatureStore(repo_path=".")
entity_df = pd.DataFrame({"driver_id": [1001, 1002, 1005], "event_timestamp": pd.to_datetime("now", utc=True),
                          "val_to_add": [1, 2, 3]})
df = store.get_historical_features(entity_df=entity_df, features=store.get_feature_service("model"), full_feature_names=True).to_df()
df = df.sort_values("driver_id").drop(columns="event_timestamp").reindex(sorted(df.columns.drop("event_timestamp")), axis=1)
print(json.dumps({c: [round(float(x), 5) for x in df[c]] for c in df.columns if c != "created"}))
"""


@pytest.mark.parametrize("writer, reader", [("ours", "theirs"), ("theirs", "ours")])
def test_what_one_side_applies_the_other_reads(writer, reader, repository, request):
    writer, reader = request.getfixturevalue(writer), request.getfixturevalue(reader)
    writer.run("apply", cwd=repository)
    written = json.loads(writer.script(SUMMARY, cwd=repository).splitlines()[-1])
    read = json.loads(reader.script(SUMMARY, cwd=repository).splitlines()[-1])
    for kind in written:
        assert read[kind] == written[kind], kind
    assert [view[0] for view in read["views"]] == ["declared", "inferred", "pushed"]


def test_both_sides_store_the_same_objects(ours, theirs, repository, tmp_path):
    """The stored form itself is equal but for times, ids and pickled function bodies."""
    dump = """
import json
from feast import FeatureStore
from google.protobuf.json_format import MessageToDict
registry = MessageToDict(FeatureStore(repo_path=".").registry.proto())
def strip(x):
    if isinstance(x, dict):
        return {k: strip(v) for k, v in x.items() if k not in
                ("createdTimestamp", "lastUpdatedTimestamp", "lastUpdated", "versionId", "projectUuid", "body", "meta", "path",
                 "currentVersionNumber", "featureViewVersionHistory")}
    if isinstance(x, list):
        return sorted((strip(v) for v in x), key=lambda v: json.dumps(v, sort_keys=True))
    return x
print(json.dumps(strip(registry), sort_keys=True))
"""
    other = tmp_path / "other"
    shutil.copytree(repository, other)
    ours.run("apply", cwd=repository)
    theirs.run("apply", cwd=other)
    mine = json.loads(ours.script(dump, cwd=repository).splitlines()[-1])
    real = json.loads(theirs.script(dump, cwd=other).splitlines()[-1])
    for kind in real:
        assert mine.get(kind) == real[kind], kind


@pytest.mark.parametrize("writer, reader", [("ours", "theirs"), ("theirs", "ours")])
def test_features_come_back_the_same_from_either_registry(writer, reader, repository, request):
    writer, reader = request.getfixturevalue(writer), request.getfixturevalue(reader)
    writer.run("apply", cwd=repository)
    mine = json.loads(writer.script(RETRIEVE, cwd=repository).splitlines()[-1])
    other = json.loads(reader.script(RETRIEVE, cwd=repository).splitlines()[-1])
    shared = set(mine) & set(other)
    assert {"declared__conv_rate", "inferred__avg_daily_trips", "plus_val__conv_rate_plus_val"} <= shared
    for column in shared:
        assert mine[column] == pytest.approx(other[column], rel=1e-5), column


def test_applying_on_both_sides_in_turn_loses_nothing(ours, theirs, repository):
    ours.run("apply", cwd=repository)
    before = json.loads(theirs.script(SUMMARY, cwd=repository).splitlines()[-1])
    theirs.run("apply", cwd=repository)
    assert "No changes to registry" in ours.run("plan", cwd=repository)
    ours.run("apply", cwd=repository)
    assert json.loads(theirs.script(SUMMARY, cwd=repository).splitlines()[-1]) == before
