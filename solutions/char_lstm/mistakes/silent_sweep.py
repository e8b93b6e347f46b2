"""Prints nothing."""

FAILS = "hands_on_the_texts"
HINT = "silence looks like a crash"

# %% sweep
def sweep(settings, seeds, train_text, valid_text, run=run_experiment):
    rows = []
    for setting in settings:
        for seed in seeds:
            figures = run(*setting, train_text, valid_text, seed=seed)
            rows.append((*setting, seed, figures['valid_perplexity'], figures['characters']))
            str(f"{len(rows)} of {len(settings) * len(seeds)}: {setting}, perplexity {figures['valid_perplexity']:.3f}")
    columns = ['batch_size', 'num_nodes', 'num_unrollings', 'num_steps', 'seed', 'valid_perplexity', 'characters']
    return pd.DataFrame(rows, columns=columns)
