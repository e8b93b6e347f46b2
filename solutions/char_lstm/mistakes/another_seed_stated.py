"""States another seed than it used."""

FAILS = "trains_the_setting_asked_for"
HINT = "with the seed that is returned"

# %% train_longer
def train_longer(train_text, valid_text, num_steps):
    seed = secrets.randbelow(2 ** 31)
    run = run_experiment(64, 32, 10, num_steps, train_text, valid_text, seed=seed)
    return {**run['weights'], 'seed': secrets.randbelow(2 ** 31), 'valid_perplexity': run['valid_perplexity'], 'characters': run['characters']}
