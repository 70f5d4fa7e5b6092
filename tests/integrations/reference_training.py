"""model2vec's own training loop, fed with the batches that m2v makes, in float32 or float64."""

import numpy as np
import torch
from model2vec.train.trainer import default_metrics, run_training_loop


class Random:
    """The library's generator (src/train/random.h): xoshiro256++, seeded by splitmix64."""

    MASK = 2**64 - 1

    def __init__(self, seed):
        self.state = []
        for _ in range(4):
            seed = (seed + 0x9E3779B97F4A7C15) & self.MASK
            mixed = seed
            mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & self.MASK
            mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & self.MASK
            self.state.append(mixed ^ (mixed >> 31))

    def next(self):
        s = self.state
        total = (s[0] + s[3]) & self.MASK
        result = (((total << 23) | (total >> 41)) + s[0]) & self.MASK
        shifted = (s[1] << 17) & self.MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= shifted
        s[3] = ((s[3] << 45) | (s[3] >> 19)) & self.MASK
        return result

    def uniform(self):
        return (self.next() >> 40) * 2.0**-24

    def below(self, limit):
        uneven = -limit % 2**64 % limit
        number = self.next()
        while number < uneven:
            number = self.next()
        return number % limit

    def shuffle(self, values):
        for i in range(len(values), 1, -1):
            j = self.below(i)
            values[i - 1], values[j] = values[j], values[i - 1]


class Batches:
    """A data loader of a reference's dataset: in the library's order and with its dropout, or without `random` as it lies."""

    def __init__(self, dataset, batch_size, dtype, random=None, dropout=0.0):
        self.dataset, self.size, self.dtype, self.random, self.dropout = dataset, batch_size, dtype, random, dropout

    def __len__(self):
        return -(-len(self.dataset) // self.size)

    def __iter__(self):
        order = list(range(len(self.dataset)))
        if self.random is not None:
            self.random.shuffle(order)
        if self.dataset._drop_last(self.size):
            order.pop()
        for begin in range(0, len(order), self.size):
            items = self.dataset.__getitems__(order[begin : begin + self.size])
            if self.dropout:
                items = [(self.drop(tokens), target) for tokens, target in items]
            x, y = self.dataset.collate_fn(items)
            yield x, y.to(self.dtype) if y.is_floating_point() else y

    def drop(self, tokens):
        kept = [token for token in tokens if self.random.uniform() >= np.float32(self.dropout)]
        return kept or tokens[:1]


def train(
    model, dataset, checks, loss, dtype, *, random, learning_rate, batch_size, max_epochs,
    early_stopping_patience=None, dropout=0.0, metrics=None,
):  # fmt: skip
    """Trains a reference's model in place; its best state is in it at the end."""
    model.to(dtype), loss.to(dtype)
    state = run_training_loop(
        model=model,
        loss_function=loss,
        learning_rate=learning_rate,
        val_metric=model.val_metric,
        early_stopping_direction=model.early_stopping_direction,
        train_loader=Batches(dataset, batch_size, dtype, random, dropout),
        val_loader=Batches(checks, batch_size, dtype),
        early_stopping_patience=early_stopping_patience,
        min_epochs=None,
        max_epochs=max_epochs,
        device=torch.device("cpu"),
        val_check_interval=None,
        check_val_every_epoch=1,
        compute_metrics=metrics or default_metrics,
    )
    model.load_state_dict(state)
    return model


def arrays(model):
    """All that was trained: rows, weights of tokens, layers."""
    found = {"rows": model.embeddings.weight}
    if model.w is not None:
        found["token weights"] = model.w
    for i, layer in enumerate(module for module in model.head if isinstance(module, torch.nn.Linear)):
        found[f"weight {i}"], found[f"bias {i}"] = layer.weight, layer.bias
    return {name: array.detach().double().numpy() for name, array in found.items()}
