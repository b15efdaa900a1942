/// A piece of a press from which the paths to the other legs are learned, a little at every step.
///
/// The echo comes until the last of it has left. Learning all at once then would take as long as ten packets of a
/// quiet call. So the sounds are filtered and correlated as they leave, and little is left to do at the end. The result
/// is that of learning at once, to the bit.
struct EchoAdaptation: Sendable {
    /// Samples between two steps, and what is done at a step if there is time: samples that are filtered of each leg,
    /// and lags.
    private enum Pace {
        static let step = 4 * EchoPath.block
        static let samples = 64
        static let lags = 32
    }

    /// Samples after which nothing of what was before is left in the band-pass filter.
    static let filterMemory = 256

    private let earliest: Int
    private let lags: Int
    private let decimator: Decimator
    private let band: ToneBandFilter

    /// The leg whose tone was removed; `nil` if nothing is learned.
    private(set) var source: Int?
    private var piece = 0..<0
    /// The tone in the tone band, whole blocks, and Σ x² of each block.
    private var tone: ReservedFloats.Piece
    private var power: ReservedFloats.Piece
    private var toneBand: ToneBandFilter
    private var toneFiltered = 0
    /// What the other legs carry.
    private var nearEnds: [NearEndSignal]
    private var rows = EchoPath.equations

    /// - Parameters:
    ///   - rate: The low rate in samples a second.
    ///   - longest: Samples of the longest piece, a multiple of ``EchoPath/block``.
    ///   - earliest: Least delay of an echo in samples.
    ///   - lags: Number of delays that are searched.
    ///   - memory: Gives the memory of the samples and blocks. No sample of a digit may stay in it once there is no
    ///     ``source``.
    init(
        rate: Double, legs: Int, longest: Int, earliest: Int, lags: Int, _ decimator: Decimator,
        in memory: inout ReservedFloats.Allotment
    ) {
        (self.earliest, self.lags, self.decimator) = (earliest, lags, decimator)
        let band = ToneBandFilter(sampleRate: rate)
        (self.band, toneBand) = (band, band)
        tone = memory.next(longest)
        power = memory.next(longest / EchoPath.block)
        nearEnds = []
        for _ in 0..<max(1, legs) - 1 {
            nearEnds.append(NearEndSignal(rate: rate, piece: longest, lags: lags, band, in: &memory))
        }
    }

    /// The same in other memory, which is a copy.
    mutating func move(to memory: inout ReservedFloats.Allotment) {
        tone = memory.next(tone.count)
        power = memory.next(power.count)
        for index in nearEnds.indices { nearEnds[index].move(to: &memory) }
    }

    /// First sample after the last echo of the piece.
    private var due: Int { piece.upperBound + earliest + lags }

    /// Begins to learn from `piece` of leg `source`.
    mutating func begin(_ piece: Range<Int>, of source: Int) {
        let count = piece.count / EchoPath.block * EchoPath.block
        guard count > 0 else { return }
        self.source = source
        self.piece = piece.lowerBound..<piece.lowerBound + count
        (toneBand, toneFiltered) = (band, -Self.filterMemory)
        for index in nearEnds.indices {
            nearEnds[index].begin(on: index < source ? index : index + 1, count: count + lags, band)
        }
    }

    /// Goes on, after all samples before `now` have left.
    ///
    /// - Parameters:
    ///   - removed: What was removed from each leg.
    ///   - paths: The path from each leg to each other leg.
    ///   - known: Learns what is known of them at the end.
    mutating func advance(
        now: Int, _ legs: [ChannelSuppressor], removed: [RemovedTone], _ paths: inout [EchoPath],
        _ known: inout KnownEchoes
    ) {
        guard let source, now >= due || now % Pace.step == 0 else { return }
        let steps = max(1, (due - now + Pace.step - 1) / Pace.step)
        // No lag is learned before its sound is filtered: half of the time is for the lags.
        let filterSteps = (steps + 1) / 2
        filterTone(filterSteps, legs[source].ring, removed[source])
        let first = piece.lowerBound + earliest
        for index in nearEnds.indices {
            let leg = nearEnds[index].leg
            let path = source * legs.count + leg
            repeat {
                let open = min(now - first, piece.count + lags) - nearEnds[index].filtered
                let share = Self.share(of: open, filterSteps, atLeast: Pace.samples)
                nearEnds[index].filter(min(share, nearEnds[index].room), from: first, decimator, legs[leg].ring)
                nearEnds[index].weigh()
                if toneFiltered == piece.count { learn(index, steps, &paths[path]) }
            } while now >= due && nearEnds[index].lags < lags
            guard now >= due else { continue }
            finish(nearEnds[index], &paths[path])
            known[from: source, to: leg] = paths[path].echo
        }
        if now >= due { self.source = nil }
    }

    private mutating func finish(_ nearEnd: NearEndSignal, _ path: inout EchoPath) {
        let (blocks, blocksOfTone) = ((piece.count + lags) / EchoPath.block, piece.count / EchoPath.block)
        power.withSpan { power in
            nearEnd.weights.withSpan { weights in
                nearEnd.energies.withSpan { energies in
                    path.finish(
                        power: power.extracting(first: blocksOfTone), weights: weights.extracting(first: blocks),
                        loudness: energies.extracting(first: blocks), &rows)
                }
            }
        }
    }

    /// The part of `open` that is done at this step. Everything is done at the last step.
    private static func share(of open: Int, _ steps: Int, atLeast least: Int) -> Int {
        max(0, min(open, max(least, (open + steps - 1) / steps)))
    }

    private mutating func filterTone(_ steps: Int, _ ring: SampleRing, _ removed: RemovedTone) {
        guard toneFiltered < piece.count else { return }
        let count = Self.share(of: piece.count - toneFiltered, steps, atLeast: Pace.samples)
        for index in toneFiltered..<toneFiltered + count {
            let sample = decimator.value(at: piece.lowerBound + index) {
                $0 >= 0 && removed.contains($0) ? ring[$0] : 0
            }
            let filtered = toneBand.take(sample)
            if index >= 0 { tone[index] = filtered }
        }
        toneFiltered += count
        guard toneFiltered == piece.count else { return }
        for block in 0..<piece.count / EchoPath.block {
            power[block] = tone.withSpan { EchoPath.energy(of: $0, from: block * EchoPath.block) }
        }
    }

    /// Learns the lags whose sound was weighed.
    private mutating func learn(_ index: Int, _ steps: Int, _ path: inout EchoPath) {
        let begun = nearEnds[index].lags
        let known = nearEnds[index].weighed * EchoPath.block - piece.count
        let open = (min(lags, max(begun, known)) - begun) / Pace.lags * Pace.lags
        let share = Self.share(of: open, steps, atLeast: Pace.lags)
        let end = begun + (share + Pace.lags - 1) / Pace.lags * Pace.lags
        guard end > begun else { return }
        tone.withSpan { tone in
            let tone = tone.extracting(first: piece.count)
            if begun == 0 { path.learn(tone) }
            nearEnds[index].sound.withSpan { sound in
                path.learn(tone, sound.extracting(first: end - begun + piece.count), lags: begun..<end)
            }
        }
        nearEnds[index].learned(to: end)
    }
}
