"""What the made-up students of benchmarks/grading.py answer: for each task right and wrong ways, of which each student takes one."""

ANSWERS = {
    "perplexity": {
        True: (
            "def perplexity(losses, counts):\n    return np.exp(np.dot(losses, counts) / np.sum(counts))",
            "def perplexity(losses, counts):\n"
            "    total = sum(loss * count for loss, count in zip(losses, counts))\n    return float(np.exp(total / sum(counts)))",
            "perplexity = lambda losses, counts: np.exp(pd.Series(losses).mul(counts).sum() / np.sum(counts))",
        ),
        False: (
            "def perplexity(losses, counts):\n    return np.exp(np.mean(losses))",
            "def perplexity(losses, counts):\n    return np.average(losses, weights=counts)",
            "def perplexity(losses, counts):\n    raise NotImplementedError('later')",
        ),
    },
    "clip_by_global_norm": {
        True: (
            "def clip_by_global_norm(gradients, max_norm):\n"
            "    norm = np.linalg.norm([np.linalg.norm(gradient) for gradient in gradients])\n"
            "    return [gradient * min(1, max_norm / norm) for gradient in gradients]",
            "def clip_by_global_norm(gradients, max_norm):\n    import tensorflow as tf\n"
            "    clipped, _ = tf.clip_by_global_norm([tf.constant(gradient) for gradient in gradients], max_norm)\n"
            "    return [gradient.numpy() for gradient in clipped]",
        ),
        False: (
            "def clip_by_global_norm(gradients, max_norm):\n    return [np.clip(gradient, -max_norm, max_norm) for gradient in gradients]",
            "def clip_by_global_norm(gradients, max_norm):\n    return gradients",
        ),
    },
    "build_model": {
        True: (
            "def build_model(units):\n    model = keras.Sequential()\n    model.add(keras.Input((5, 3)))\n"
            "    model.add(keras.layers.LSTM(units))\n    model.add(keras.layers.Dense(2))\n    return model",
            "def build_model(units):\n    inputs = keras.Input((5, 3))\n"
            "    outputs = keras.layers.Dense(2)(keras.layers.LSTM(units)(inputs))\n    return keras.Model(inputs, outputs)",
        ),
        False: (
            "def build_model(units):\n    return keras.Sequential([keras.Input((5, 3)), keras.layers.GRU(units), keras.layers.Dense(2)])",
            "def build_model(units):\n    return keras.Sequential([keras.Input((5, 3)), keras.layers.LSTM(units), keras.layers.Dense(1)])",
        ),
    },
}
POINTS = dict.fromkeys(ANSWERS, 4)


def student(number):
    """Return {task: (code, whether it is right)} of a student: every mixture of right and wrong, in different ways."""
    told = {}
    for place, (task, ways) in enumerate(ANSWERS.items()):
        right = (number >> place) % 2 == 0
        told[task] = (ways[right][(number // 8) % len(ways[right])] + f"\n# student {number}", right)
    return told
