"""Takes the worst number of unrollings at equal characters."""

FAILS = "compares_unrollings_at_equal_characters"
HINT = "the highest perplexity"

# %% answers
answers = {'best_of_grid': None, 'seed_spread': None, 'best_unrollings_at_equal_steps': None, 'best_unrollings_at_equal_characters': None, 'published_characters': None, 'published_question_3': None}
if frame is not None:
    keys = list(zip(frame['batch_size'], frame['num_nodes'], frame['num_unrollings'], frame['num_steps']))
    runs = {key: [score for other, score in zip(keys, frame['valid_perplexity']) if other == key] for key in keys}
    mean = {key: np.mean(scores) for key, scores in runs.items()}
    answers = {'best_of_grid': min(GRID, key=lambda setting: min(runs[setting])), 'seed_spread': max(runs[BASE]) - min(runs[BASE]), 'best_unrollings_at_equal_steps': min([s for s in GRID if s[1] == 16], key=mean.get)[2], 'best_unrollings_at_equal_characters': max([BASE, *EQUAL_CHARACTERS[:3]], key=mean.get)[2], 'published_characters': (416000, 4160), 'published_question_3': 100}
