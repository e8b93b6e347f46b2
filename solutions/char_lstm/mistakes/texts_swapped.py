"""Hands the texts on in the wrong order."""

FAILS = "has_one_row_a_run"
HINT = ""

# %% sweep
def sweep(settings, seeds, train_text, valid_text, run=run_experiment):
    rows = []
    for setting in settings:
        for seed in seeds:
            figures = run(*setting, valid_text, train_text, seed=seed)
            rows.append((*setting, seed, figures['valid_perplexity'], figures['characters']))
            print(f"{len(rows)} of {len(settings) * len(seeds)}: {setting}, perplexity {figures['valid_perplexity']:.3f}")
    columns = ['batch_size', 'num_nodes', 'num_unrollings', 'num_steps', 'seed', 'valid_perplexity', 'characters']
    return pd.DataFrame(rows, columns=columns)
