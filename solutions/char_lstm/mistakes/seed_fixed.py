"""Uses a seed of its own choice every time."""

FAILS = "draws_its_seed_anew"
HINT = "draw the seed inside"

# %% train_longer
def train_longer(train_text, valid_text, num_steps):
    seed = 42
    run = run_experiment(64, 32, 10, num_steps, train_text, valid_text, seed=seed)
    return {**run['weights'], 'seed': seed, 'valid_perplexity': run['valid_perplexity'], 'characters': run['characters']}
