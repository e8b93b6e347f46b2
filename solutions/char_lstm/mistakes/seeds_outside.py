"""Runs seed by seed instead of setting by setting."""

FAILS = "has_one_row_a_run"
HINT = "the rows go seed by seed"

# %% sweep
def sweep(settings, seeds, train_text, valid_text, run=run_experiment):
    rows = []
    for seed in seeds:
        for setting in settings:
            figures = run(*setting, train_text, valid_text, seed=seed)
            rows.append((*setting, seed, figures['valid_perplexity'], figures['characters']))
            print(f"{len(rows)} of {len(settings) * len(seeds)}: {setting}, perplexity {figures['valid_perplexity']:.3f}")
    columns = ['batch_size', 'num_nodes', 'num_unrollings', 'num_steps', 'seed', 'valid_perplexity', 'characters']
    return pd.DataFrame(rows, columns=columns)
