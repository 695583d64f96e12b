"""The rows that a validation_split holds out (engine/data/split.h, RANDOM), so that PyTorch is measured on the same."""


def _random_words():
    """Random(0, RandomUse::kValidationSplit, 0) of engine/core/random.h: Philox4x32-10 at counters 0, 1, 2, ..."""
    block = 0
    while True:
        counter, key = [block, 0, 0, 3], [0, 0]
        for _ in range(10):
            first, second = 0xD2511F53 * counter[0], 0xCD9E8D57 * counter[2]
            counter = [second >> 32 ^ counter[1] ^ key[0], second & 0xFFFFFFFF,
                       first >> 32 ^ counter[3] ^ key[1], first & 0xFFFFFFFF]
            key = [(key[0] + 0x9E3779B9) & 0xFFFFFFFF, (key[1] + 0xBB67AE85) & 0xFFFFFFFF]
        yield from counter
        block += 1


def held_out_rows(rows, fraction):
    words = _random_words()
    order = list(range(rows))
    for left in range(rows, 1, -1):
        while True:
            product = (next(words) << 32 | next(words)) * left
            if product & 0xFFFFFFFFFFFFFFFF >= -2**64 % left:
                break
        other = product >> 64
        order[left - 1], order[other] = order[other], order[left - 1]
    return sorted(order[: rows - int(rows * (1.0 - fraction))])
