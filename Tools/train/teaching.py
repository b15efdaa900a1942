"""What the models are trained on, and how."""

import numpy as np
import rows
from network import Network
from recordings import joined

#: Calls of each kind that both models are trained on, and of one recording in how many.
KINDS = {"trouble": 150, "behind-speech": 36, "under-speech": 133, "before-speech": 56, "loud-speech": 200, "plain": 21}
KINDS |= {"ring": 24, "room": 30, "clipped": 24, "flutter": 30, "fade": 24, "burst": 18, "standing": 36}
EVERY, LOOKALIKES = 3, 21
#: How voices that set the bias alone are heard, and how many false onsets an hour they may give at what score.
BIAS_WAYS, FALSE_ONSETS, BIAS_SCORE = ["plain", "speed", "noise", "gsm"], 0.5, 4.2
#: Weight of keys and of other sound; rows of the latter are kept where the first model's score is above HARD, else one in 60.
KEY_WEIGHT, OTHER_WEIGHT, HARD = 2, 3, -4


def some(share):
    """Keeps a part of the rows by chance."""
    return lambda found, rng: rng.random(len(found)) < share


class Teacher:
    def __init__(self, maker, sounds, seed, share, say):
        self.maker, self.seed, self.say = maker, seed, say
        part = max(1, round(EVERY / share))
        training = [sound for sound in sounds if sound.split == "train"][::part]
        self.sounds = joined(training)
        self.bias_sounds = joined([sound for sound in sounds if sound.split == "bias"])
        self.voices = [sound.samples for sound in training if sound.kind == "speech"]
        self.kinds = {kind: max(2, round(count * share)) for kind, count in KINDS.items()}
        self.lookalikes = max(3, round(LOOKALIKES * share))
        self.counts = {}

    def models(self):
        made = self.maker.calls(self.kinds, self.voices, self.seed, self._select)
        onset_keys, onset_weights, onset_others, next_keys, next_weights, next_others = (
            np.concatenate([call[part] for call in made]) for part in range(6)
        )
        self.say(
            f"{len(made)} calls: {len(onset_keys)} rows of keys, {len(onset_others)} between; next: {len(next_keys)}, {len(next_others)}"
        )
        first = self._first(onset_keys, onset_weights, onset_others)
        onset = self._onset(first, onset_keys, onset_weights, onset_others)
        return onset, self._next(next_keys, next_weights, next_others)

    def _select(self, made, rng):
        """Rows of a call for each model: keys, their weights, and what lies between them."""
        of_onset = made.for_onset
        keys, weights, free = rows.examples(of_onset, weight=0.15, step=14, most=250, clearance=150)
        free = free[rng.random(len(free)) < 0.1]
        features = of_onset.rows[:, 2:]
        both = np.c_[made.rows[:, 2:], made.next_level]
        due, due_weights, between = rows.examples(made, weight=0.06, step=8, most=150, clearance=60)
        is_due = ~np.isnan(made.next_level)
        due_weights, due, between = due_weights[is_due[due]], due[is_due[due]], between[is_due[between]]
        between = between[rng.random(len(between)) < 0.5]
        return features[keys], weights, features[free], both[due], due_weights, both[between]

    def _first(self, keys, weights, others):
        """A small model that only tells which rows are hard."""
        sounds = self.maker.sounds(self.sounds, lambda rng: ["plain"], self.seed + 1, some(0.15))
        sounds += self.maker.lookalikes(self.lookalikes, self.seed + 2, some(0.3))
        others = np.concatenate([others] + [sound.rows[:, 2:] for sound in sounds])
        self.say(f"first model: {len(others)} rows that are no key")
        return trained(keys, weights, others, units=32, rounds=6, seed=self.seed)

    def _onset(self, first, keys, weights, others):
        def keep(found, rng):
            return (first(found[:, 2:]) > HARD) | (rng.random(len(found)) < 1 / 60)

        def ways(rng):
            return ["plain", "speed", "speed again", "noise", "gsm"] + (["codec"] if rng.random() < 0.4 else [])

        sounds = self.maker.sounds(self.sounds, ways, self.seed + 3, keep)
        sounds += self.maker.lookalikes(2 * self.lookalikes, self.seed + 4, keep)
        self.hours = sum(sound.seconds for sound in sounds) / 3600
        for source in sorted({sound.source for sound in sounds}):
            self.say(f"{source}: {sum(len(sound.rows) for sound in sounds if sound.source == source)} rows")
        others = np.concatenate([others] + [sound.rows[:, 2:] for sound in sounds])
        self.say(f"onset model: {self.hours:.1f} h without keys, {len(others)} rows of them")
        self.counts["onset"] = len(keys), len(others)
        model = trained(keys, weights, others, units=96, rounds=24, seed=self.seed + 5)
        self.say("onset model trained")
        return self._with_bias(model).as_written()

    def _with_bias(self, model):
        """The bias at which speech gives as many false onsets as asked."""
        sounds = self.maker.sounds(self.bias_sounds, lambda rng: BIAS_WAYS, self.seed + 6, some(1))
        hours = sum(sound.seconds for sound in sounds) / 3600
        scores = [(sound.rows[:, 0], model(sound.rows[:, 2:])) for sound in sounds if len(sound.rows)]

        def false_onsets(raised):
            return sum(rows.events(rows.onsets(time, np.clip(score + raised, -8, 12), BIAS_SCORE)) for time, score in scores) / hours

        steps = np.arange(4, -6, -0.1)
        raised = next((step for step in steps if false_onsets(step) <= FALSE_ONSETS), steps[-1])
        self.say(f"bias {raised:+.1f}: {false_onsets(raised):.2f} false onsets an hour of {hours:.1f} h")
        model.bias = model.bias + np.float32(raised)
        return model

    def _next(self, keys, weights, others):
        self.counts["next"] = len(keys), len(others)
        return trained(keys, weights, others, units=96, rounds=40, seed=self.seed + 7, is_next=True).as_written()

    def facts(self, options):
        return {
            "seed": options.seed,
            "share": options.share,
            "kinds": self.kinds,
            "hours": self.hours,
            "lookalikes": 3 * self.lookalikes,
            "onset rows": self.counts["onset"],
            "next rows": self.counts["next"],
            "false onsets": FALSE_ONSETS,
            "bias score": BIAS_SCORE,
        }


def trained(keys, weights, others, units, rounds, seed, is_next=False, batch=4096):
    features = np.concatenate([keys, others]).astype(np.float32)
    means, deviations = features.mean(0, np.float64), features.std(0, dtype=np.float64) + 1e-6
    if is_next:
        # The level over the digits before is taken as it is.
        means[-1], deviations[-1] = 0, 4
    model = Network.new(means, deviations, units, seed)
    for start in range(0, len(features), 1 << 16):
        features[start : start + (1 << 16)] = model.scaled(features[start : start + (1 << 16)])
    is_key = np.r_[np.ones(len(keys)), np.zeros(len(others))].astype(np.float32)
    losses = np.r_[weights, np.ones(len(others))] if is_next else np.r_[KEY_WEIGHT * weights, np.full(len(others), OTHER_WEIGHT)]
    model.train(features, is_key, losses.astype(np.float32), rounds, 5e-3, 5e-6, min(batch, len(features) // 8), seed)
    return model.pruned(features[:: max(1, len(features) // 50000)])


def small_onset_model(maker, sounds, seed):
    """Of some calls and recordings: an onset model that shows that the script works."""
    voices = [sound.samples for sound in sounds]

    def select(made, rng):
        made = made.for_onset
        keys, weights, free = rows.examples(made, weight=0.15, step=14, most=250, clearance=150)
        return made.rows[keys, 2:], weights, made.rows[free, 2:]

    made = maker.calls({"ring": 2, "clipped": 2, "fade": 2, "loud-speech": 4}, voices, seed, select)
    keys, weights, others = (np.concatenate([call[part] for call in made]) for part in range(3))
    heard = maker.sounds(sounds, lambda rng: ["plain", "speed"], seed + 1, some(1))
    others = np.concatenate([others[::4]] + [sound.rows[:, 2:] for sound in heard])
    return trained(keys, weights, others, units=16, rounds=12, seed=seed, batch=512).as_written()
