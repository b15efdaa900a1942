/// The features of a pair by name, in the order of the models' weights.
///
/// This is the only list of them: the probe writes these names above its rows, `Tools/train/train` reads the rows by
/// name, and <doc:ModelCard> lists them. Levels and their changes are in dB, shares from 0 to 1, errors of frequency in
/// percent.
package enum PairFeature: Int, CaseIterable, Sendable {
    /// Share of the pair in the whole power over 16, 12 and the newer 8 ms.
    case share16, share12, share8
    /// Level of the high tone over that of the low one.
    case twist
    /// Size of each tone's error of frequency.
    case lowError, highError
    /// Size of the change of each tone's level between the two halves of 16 ms.
    case lowChange, highChange
    /// Level of each tone over that at its frequency 20 ms before, and the smaller of both.
    case lowRise, highRise, leastRise
    /// Level of what is not the pair, and of the pair, over that of the sound 20 ms before.
    case restOverBefore, pairOverBefore
    /// Level of the next strongest tone of each group relative to the pair's.
    case secondLow, secondHigh
    /// Share of the pair over the older 8 ms.
    case olderShare8
    /// Difference of each tone's error of frequency between the two halves.
    case lowWander, highWander
    /// Level of each tone over the largest at its frequency 20 to 100 ms before.
    case lowLongRise, highLongRise
    /// Level of the pair, and of what is not the pair, over that of the sound 20 to 116 ms before.
    case pairOverLongBefore, restOverLongBefore
    /// Level of the newer 8 ms over that of the older.
    case newerOverOlder
    /// The two steps of each tone's level within 16 ms.
    case lowNewerStep, lowOlderStep, highNewerStep, highOlderStep
    /// Share of the energy that two steady sinusoids explain: of 16 ms, of its older and of its newer half.
    case explained, explainedOlder, explainedNewer
    /// Peak of what they leave over its mean.
    case crest
    /// Level below the pair, above it and halfway between its tones, relative to the pair's.
    case below, above, middle

    /// The name in the probe's header and on the model card.
    package var name: String { "\(self)" }
}
