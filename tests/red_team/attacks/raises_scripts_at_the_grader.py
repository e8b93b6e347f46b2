"""Raises exceptions whose type, message and line are scripts, and returns scripts: they stand in the checks' reports."""

# %% mean
def mean(numbers):
    raise type("<script>window.pwned = 1</script>", (Exception,), {})("</div><img src=x onerror='window.pwned = 1'>")  # </td><script>pwned=1</script>

# %% weighted_mean
def weighted_mean(numbers, weights):
    return "<script>window.pwned = 1</script><img src=x onerror='window.pwned = 1; alert(1)'>{{ 7 * 7 }}"
