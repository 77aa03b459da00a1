"""Plots for docs/benchmarks.md from the JSON of point_in_time.py, scaling.py and memory.py: one SVG for each question.

python bench/plots.py --point-in-time build/bench_data/point_in_time.json --scaling scaling.json --memory memory.json
The same figures give the same bytes. Backgrounds are transparent and text is of a grey that reads on light and dark pages.
"""

import argparse
import json
import pathlib

import matplotlib

matplotlib.use("svg")

from matplotlib import pyplot  # noqa: E402
from matplotlib.ticker import FuncFormatter, LogFormatter, NullLocator  # noqa: E402
from point_in_time import best_of_families  # noqa: E402
from workloads import ROOT  # noqa: E402

GREY = "#768390"
# Told apart without seeing red or green; of a lightness between those of the pages.
COLOURS = {
    "ours": "#d55e00",
    "duckdb": "#0072b2",
    "polars": "#009e73",
    "chdb": "#cc79a7",
    "pandas": "#b8860b",
    "acero": "#56b4e9",
    "feast file": "#8c6d9e",
    "feast duckdb": "#a0785a",
    "decoding": "#9aa4ae",
}
STYLE = {
    "svg.hashsalt": "feast",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.alpha": 0.35,
    "legend.frameon": False,
    **dict.fromkeys(
        ["text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color", "grid.color"], GREY
    ),
}
MEASURES = {"work_s": "wall s", "work_cpu_s": "CPU s"}


def plain(axis) -> None:
    """Numbers as people write them, not powers of ten."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def save(figure, path: pathlib.Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, transparent=True, bbox_inches="tight", metadata={"Date": None, "Creator": None})
    pyplot.close(figure)
    print(path)


def plot_engines(results: list[dict], mode: str, folder: pathlib.Path) -> None:
    """Bars of each engine's best variant: wall seconds on the left, CPU seconds on the right."""
    groups = {each["workload"]: best_of_families(each["engines"]) for each in results if each["mode"] == mode}
    if not groups:
        return
    engines = [name for name in COLOURS if any(name in group for group in groups.values())]
    height = 0.8 / len(engines)
    figure, panels = pyplot.subplots(
        1, 2, sharey=True, layout="constrained", figsize=(9, 0.8 + len(groups) * (0.15 + 0.09 * len(engines)))
    )
    for panel, (measure, label) in zip(panels, MEASURES.items(), strict=True):
        for place, engine in enumerate(engines):
            there = [(row, group[engine]) for row, group in enumerate(groups.values()) if engine in group]
            rows = [row + (place - (len(engines) - 1) / 2) * height for row, _ in there]
            # An answer that differs is no equal's: it is hatched.
            hatches = [None if each.get("equal", True) else "////" for _, each in there]
            bars = panel.barh(rows, [each[measure] for _, each in there], height, label=engine, color=COLOURS[engine])
            for bar, hatch in zip(bars, hatches, strict=True):
                bar.set(hatch=hatch, edgecolor=GREY if hatch else "none", linewidth=0)
        panel.set(
            xscale="log", xlabel=f"{label}, after imports, to {'a frame' if mode == 'pandas' else 'a Parquet file'}"
        )
        plain(panel.xaxis)
        panel.grid(axis="x", which="both")
    panels[0].set_yticks(range(len(groups)), groups)
    panels[0].margins(y=0.01)
    panels[0].invert_yaxis()
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=min(len(engines), 5))
    save(figure, folder / f"point_in_time_{mode}.svg")


def plot_lines(panel, x: list[float], results: list[dict], label: str) -> None:
    for measure, name in MEASURES.items():
        colour = COLOURS["ours" if measure == "work_s" else "duckdb"]
        panel.plot(x, [each[measure] for each in results], marker="o", label=name, color=colour)
    panel.set(xlabel=label, xscale="log", yscale="log", xticks=x)
    panel.xaxis.set_minor_locator(NullLocator())
    panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    plain(panel.yaxis)
    # Within less than two powers of ten the numbers between them are needed too.
    panel.yaxis.set_minor_formatter(LogFormatter(minor_thresholds=(2, 0.5)))
    panel.grid()


def plot_scaling(report: dict, folder: pathlib.Path) -> None:
    threads = report["by_threads"]
    figure, panels = pyplot.subplots(1, 3, figsize=(9, 2.6), layout="constrained")
    counts = [int(count) for count in threads["results"]]
    plot_lines(panels[0], counts, list(threads["results"].values()), f"threads ({threads['workload']})")
    for panel, name, rows in ((panels[1], "by_source", "source_rows"), (panels[2], "by_entities", "entity_rows")):
        results = list(report[name].values())
        other = "entity_rows" if rows == "source_rows" else "source_rows"
        title = f"{rows.replace('_', ' ')} ({results[0][other]:,} {other.replace('_', ' ')})"
        plot_lines(panel, [each[rows] for each in results], results, title)
    panels[0].set_ylabel("seconds")
    panels[0].legend()
    save(figure, folder / "scaling.svg")


def plot_memory(reports: list[dict], folder: pathlib.Path) -> None:
    """A line for each kind of answer where the source grows, else a bar for each."""
    outputs = list(dict.fromkeys(each["output"] for each in reports))
    sizes = sorted({each["source_rows"] for each in reports})
    figure, panel = pyplot.subplots(figsize=(6, 2.8), layout="constrained")
    if len(sizes) == 1:
        panel.bar(outputs, [each["peak_mb"] for each in reports], color=COLOURS["ours"], width=0.6)
        panel.set(ylabel="peak MB")
        panel.grid(axis="y")
        save(figure, folder / "memory_outputs.svg")
        return
    for output, colour in zip(outputs, COLOURS.values(), strict=False):
        of_output = [each for each in reports if each["output"] == output]
        panel.plot(
            [each["source_rows"] for each in of_output],
            [each["peak_mb"] for each in of_output],
            marker="o",
            label=output,
            color=colour,
        )
    panel.set(
        xscale="log", xticks=sizes, xlabel=f"source rows ({reports[0]['entity_rows']:,} entity rows)", ylabel="peak MB"
    )
    panel.set_ylim(bottom=0)
    panel.minorticks_off()
    panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    panel.grid()
    panel.legend()
    save(figure, folder / "memory_growth.svg")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--point-in-time", type=pathlib.Path, nargs="+", default=[], metavar="JSON", help="several are put together"
    )
    parser.add_argument("--scaling", type=pathlib.Path, metavar="JSON")
    parser.add_argument(
        "--memory", type=pathlib.Path, nargs="+", default=[], metavar="JSON", help="of growth, of outputs, or both"
    )
    parser.add_argument("--folder", type=pathlib.Path, default=f"{ROOT}/docs/figures")
    options = parser.parse_args()
    if not (options.point_in_time or options.scaling or options.memory):
        parser.error("name at least one JSON file")
    with matplotlib.rc_context(STYLE):
        results = [each for path in options.point_in_time for each in json.loads(path.read_text())["results"]]
        for mode in ("pandas", "parquet"):
            plot_engines(results, mode, options.folder)
        if options.scaling:
            plot_scaling(json.loads(options.scaling.read_text()), options.folder)
        for path in options.memory:
            plot_memory(json.loads(path.read_text())["results"], options.folder)


if __name__ == "__main__":
    main()
