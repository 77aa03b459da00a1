"""One module per engine. Each has

VARIANTS           names of ways to ask it the question, the usual one first
load(workload, variant)   imports what it needs and opens what stays open; returns a context
to_pandas(context)        the answer as a pandas DataFrame
to_parquet(context, path) the answer as a file
versions()                what was measured

and may have prepare(workload), done once before anything is measured.
"""
