"""Table and learning curves of the language models' reference runs, beside the published anchors."""

from matplotlib.figure import Figure

from solutions.reference import figures
from solutions.reference.grid_report import made_with, markdown_page
from solutions.reference.tables import listing, write_csv, write_text
from solutions.state_and_clipping.reference import ANCHORS, NAMES


def write(found, folder):
    """Write table.csv, learning_curves and report.md; what was not run is said."""
    runs, warning = found.frame, found.preset.warning
    columns = [*NAMES, "seed", "train_perplexity", "valid_perplexity", "test_perplexity", "epochs", "seconds"]
    columns += [name for name in ("valid_bits", "test_bits") if name in runs]
    write_csv(folder / "table.csv", runs[columns])
    draw_curves(runs, folder, warning)
    made = made_with(runs, ["python", "numpy", "tensorflow", "device"])
    opening = [
        f"**{warning}**" if warning else "On the whole Penn Treebank, in Mikolov's preparation.",
        f"{len(runs)} runs, {len(found.missing)} of the preset's not run. Made with {made}.",
        "![learning curves](learning_curves.png)",
    ]
    sections = {
        "Perplexity": perplexities(runs),
        "Anchors": listing(f"{name}: test perplexity {value} (arXiv:1409.2329)" for name, value in ANCHORS.items()),
        "Not run": listing(cell.title for cell in found.missing if cell.title not in found.failed),
        "Failed": listing(f"{title}: {reason}" for title, reason in found.failed.items()),
    }
    write_text(folder / "report.md", markdown_page(f"Language models, preset {found.preset.name}", opening, sections))


def perplexities(runs):
    """Return a table in Markdown: one row a run."""
    lines = ["| model | epochs | train | valid | test | bits a character (test) |", "| --- |" + " ---: |" * 5]
    for row in runs.to_dict("records"):
        bits = f"{row['test_bits']:.3f}" if row.get("test_bits") == row.get("test_bits") and "test_bits" in row else ""
        three = " | ".join(f"{row[f'{part}_perplexity']:.2f}" for part in ("train", "valid", "test"))
        lines.append(f"| {name(row)} | {row['epochs']} | {three} | {bits} |")
    return "\n".join(lines)


def name(row):
    """Return what a run is called."""
    return f"{row['level']}, {row['layers']} × {row['units']}, embedding {row['embedding']}, dropout {row['dropout']:g}, seed {row['seed']}"


def draw_curves(runs, folder, warning):
    """Write learning_curves: perplexity after every epoch, on the training and the validation text."""
    figure = Figure(figsize=(7.2, 4.4), layout="constrained")
    axes = figure.subplots()
    for number, row in enumerate(runs.to_dict("records")):
        for part, style in (("train", "--"), ("valid", "-")):
            values = [float(value) for value in row[f"curve_{part}"].split()]
            label = name(row) if part == "valid" else None
            axes.plot(range(1, len(values) + 1), values, style, color=f"C{number}", marker="o", markersize=3, label=label)
    axes.set(xlabel="epoch", ylabel="perplexity (dashed: while training)", yscale="log")
    axes.grid(alpha=0.3, which="both")
    axes.legend(fontsize=8)
    if warning:
        figure.suptitle(warning, color="firebrick", fontsize=10)
    figures.save(figure, folder, "learning_curves")
