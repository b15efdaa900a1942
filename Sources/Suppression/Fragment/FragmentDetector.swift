/// Finds fragments of digits on one leg: short bursts between two quiet stretches that a tone pair explains.
///
/// It holds a fragment until its first sample must leave. What follows may show that the burst was one pulse of a
/// voice.
struct FragmentDetector: Sendable {
    /// A burst that may be a fragment.
    struct Candidate: Sendable {
        /// Samples, counted from the first of the leg.
        var range: Range<Int>
        /// Energy of its loudest hop, Σ x².
        var peak: Float
        /// Least energy of a later hop that shows the burst to be a voice: another pulse, or the rise of a vowel.
        var voiceEnergy = Float.infinity
        /// Whether it is so pure that a digit is likely to be near.
        var isPure: Bool

        /// This burst and `other` as one.
        func covering(_ other: Self) -> Self {
            Self(
                range: range.covering(other.range), peak: max(peak, other.peak),
                voiceEnergy: max(voiceEnergy, other.voiceEnergy), isPure: isPure || other.isPure)
        }
    }

    private let tables: SignalTables
    /// Samples in a hop of 1 ms.
    private let ms: Int
    /// Look-ahead in samples.
    private let lookAhead: Int
    /// A burst that later sound may still show to be a pulse of a voice.
    private var held: Candidate?

    /// - Parameter lookAhead: Delay in seconds between a sample's arrival and its departure.
    init(_ tables: SignalTables, lookAhead: Double) {
        self.tables = tables
        ms = tables.hop
        self.lookAhead = Int(lookAhead * tables.sampleRate)
    }

    /// Whether a burst waits for what follows.
    var isHolding: Bool { held != nil }

    /// The fragment to remove after the hop that has just ended, or `nil`.
    ///
    /// A candidate is held until its first sample must leave. It is dropped if the sound before and after it shows that
    /// it is a pulse of a low voice.
    ///
    /// - Parameter isAmidDigits: Whether a digit or a fragment was heard in the last 3 s.
    mutating func judge(
        _ bank: borrowing ToneBank, _ recent: borrowing SampleRing, policy: Suppressor.Policy, isAmidDigits: Bool
    ) -> Candidate? {
        let found = candidate(bank, recent, policy, isAmidDigits)
        let taken = bank.hops * ms
        var due: Candidate?
        if let burst = held {
            if bank.energy(age: 0) > burst.voiceEnergy {
                held = nil
            } else if let found, found.range.overlaps(burst.range) {
                // The burst was also found one hop earlier, and more of it is known now.
                held = burst.covering(found)
            } else if found != nil || isDue(burst, taken, policy) {
                (due, held) = (burst, nil)
            }
        }
        held = held ?? found
        if let burst = held, isDue(burst, taken, policy) { (due, held) = (due?.covering(burst) ?? burst, nil) }
        return due
    }

    /// Whether a burst must be decided now.
    ///
    /// Its first sample is about to leave, or the time for another pulse of a voice is over. Under `secure` it is
    /// decided at once.
    private func isDue(_ burst: Candidate, _ taken: Int, _ policy: Suppressor.Policy) -> Bool {
        policy == .secure || taken >= burst.range.upperBound + Threshold.pulsePeriodHops * ms
            || taken + Threshold.decisionHops * ms >= burst.range.lowerBound + lookAhead
    }

    /// Whether a pulse as loud as `peak` came within one pulse period before the hop `age` hops ago.
    private func followsPulse(_ age: Int, peak: Float, in bank: borrowing ToneBank) -> Bool {
        for age in age..<(age + Threshold.pulsePeriodHops) where bank.energy(age: age) > Threshold.pulseEnergy * peak {
            return true
        }
        return false
    }

    private func explained(
        _ first: Int, _ count: Int, isRising: Bool = false, _ recent: borrowing SampleRing
    ) -> Float {
        recent.withSamples(first..<first + count) { FragmentFit.explained($0, tables, isRising: isRising) }
    }

    /// The largest magnitude of a sample in `range`.
    private func largest(in range: Range<Int>, _ recent: borrowing SampleRing) -> Float {
        var largest: Float = 0
        for k in range { largest = max(largest, abs(recent[k])) }
        return largest
    }
}

extension FragmentDetector {
    /// Limits of a burst. They were chosen on made calls with fragments and on speech without tones (<doc:Training>).
    enum Threshold {
        /// Longest period of a voice's pulses in hops: 22 ms.
        static let pulsePeriodHops = 22
        /// Least share of a burst's peak energy that makes another pulse as loud.
        static let pulseEnergy: Float = 0.3
        /// Least energy of what follows the beginning of a pair that makes it a vowel, relative to the pair: 5 dB.
        static let vowelGrowth: Float = 3
        /// Hops before the first sample leaves in which a burst is decided.
        static let decisionHops = 2
        /// Least share explained that rules out a voice, even if a pulse came before the burst.
        static let pureShare: Float = 0.97
        /// Least share explained that makes a digit likely to be near.
        static let nearDigitShare: Float = 0.93
        /// Least share of a burst that a pair must explain: under `secure`, amid digits, and otherwise.
        static let shareIfSecure: Float = 0.7
        static let shareAmidDigits: Float = 0.82
        static let share: Float = 0.94
        /// Least share of the head or the tail of a longer sound that a pair must explain.
        static let edgeShare: Float = 0.985

        /// Least energy of a burst's last hop, or of a pair's first, relative to the quiet beside it: 13 dB.
        static let rise: Float = 20
        /// Least energy of a burst's loudest hop, relative to the quiet after it: 15 dB.
        static let peakRise: Float = 30
        /// Least mean power of a hop, mean square: −54 dBm0 as a sine.
        static let leastPower: Float = 1e-6
        /// Largest energy of a quiet hop, relative to the peak: −15 dB.
        static let quietShare: Float = 0.03
        /// Quiet hops that must come before a burst.
        static let quietHops = 6
        /// Share of the largest magnitude at which a burst begins and ends.
        static let edgeMagnitude: Float = 0.12
        /// Largest number of hops that are searched, and of hops in a burst.
        static let searchedHops = 20
        static let longestHops = 15
        /// Length of a burst in milliseconds, from its first to its last sample.
        static let lengths = (shortest: 3, longest: 16)
        /// Least length in milliseconds of a burst whose halves are fitted separately.
        static let twoHalvesLength = 8

        /// Look-ahead in milliseconds below which the head of a pair is fitted.
        static let headLookAhead = 100
        /// Milliseconds of a head that are fitted.
        static let headLength = 7
        /// Lengths of a tail in milliseconds, in the order in which they are fitted.
        static let tailLengths = [11, 9, 7, 5]
        /// Lengths, in half milliseconds, of a tail that is fitted with its rise because it is seen whole.
        static let shortTailHalves = 10...14
    }

    /// A burst of 3 to 14 hops that ended two hops ago, has quiet on both sides and is explained by a pair.
    private func candidate(
        _ bank: borrowing ToneBank, _ recent: borrowing SampleRing, _ policy: Suppressor.Policy, _ isAmidDigits: Bool
    ) -> Candidate? {
        if let head = head(bank, recent) {
            var peak: Float = 0
            for age in 2...8 { peak = max(peak, bank.energy(age: age)) }
            return Candidate(range: head, peak: peak, voiceEnergy: Threshold.vowelGrowth * peak, isPure: false)
        }
        let taken = bank.hops * ms
        guard let (length, peak) = extent(bank) else { return nil }
        guard isAlone(length, peak, bank), length <= Threshold.longestHops else {
            return tail(taken, recent).map { Candidate(range: $0, peak: peak, isPure: false) }
        }
        guard let burst = samples(length, taken, recent) else { return nil }
        let least =
            policy == .secure
            ? Threshold.shareIfSecure : isAmidDigits ? Threshold.shareAmidDigits : Threshold.share
        let explained = explained(burst, atLeast: least, recent)
        guard explained > least else { return nil }
        // A voice has pulses as loud shortly before. A burst that is nearly pure cannot be a voice.
        let mayBePulse = explained < Threshold.pureShare && followsPulse(2 + length, peak: peak, in: bank)
        return Candidate(
            range: max(0, burst.lowerBound - 2 * ms)..<(burst.upperBound + 2 * ms), peak: peak,
            voiceEnergy: mayBePulse ? Threshold.pulseEnergy * peak : .infinity,
            isPure: explained > Threshold.nearDigitShare)
    }

    /// Hops of the burst that ended two hops ago, and the energy of its loudest hop.
    private func extent(_ bank: borrowing ToneBank) -> (length: Int, peak: Float)? {
        let after = max(bank.energy(age: 0), bank.energy(age: 1))
        let last = bank.energy(age: 3)
        guard last > Threshold.rise * after, last > Threshold.leastPower * Float(ms) else { return nil }
        var peak = max(bank.energy(age: 2), last)
        var length = 2
        while length < Threshold.searchedHops, bank.energy(age: 2 + length) > Threshold.quietShare * peak {
            peak = max(peak, bank.energy(age: 2 + length))
            length += 1
        }
        return length >= 3 && peak > Threshold.peakRise * after ? (length, peak) : nil
    }

    /// Whether the hops before a burst are quiet.
    private func isAlone(_ length: Int, _ peak: Float, _ bank: borrowing ToneBank) -> Bool {
        let before = 2 + length
        for age in before..<(before + Threshold.quietHops) where bank.energy(age: age) > Threshold.quietShare * peak {
            return false
        }
        return true
    }

    /// The burst from its first to its last sample, if it is as long as a fragment.
    private func samples(_ length: Int, _ taken: Int, _ recent: borrowing SampleRing) -> Range<Int>? {
        let begin = taken - (3 + length) * ms
        let end = taken - ms
        let least = Threshold.edgeMagnitude * largest(in: begin..<end, recent)
        var first = begin
        while abs(recent[first]) < least { first += 1 }
        var final = end
        while abs(recent[final - 1]) < least { final -= 1 }
        let count = final - first
        let (shortest, longest) = Threshold.lengths
        return count >= shortest * ms && count <= longest * ms ? first..<final : nil
    }

    /// The largest share of a burst that a pair explains: of the burst as it is, with a rise, or of each half.
    private func explained(_ burst: Range<Int>, atLeast least: Float, _ recent: borrowing SampleRing) -> Float {
        let (first, count) = (burst.lowerBound, burst.count)
        var share = explained(first, count, recent)
        if share <= least { share = explained(first, count, isRising: true, recent) }
        // A sound card that repeats a piece makes two pairs of it. Each half, without the seam, is one pair.
        if share <= least, count >= Threshold.twoHalvesLength * ms {
            let half = count / 2 - ms
            let second = burst.upperBound - half
            share = min(explained(first, half, recent), explained(second, half, recent))
        }
        return share
    }

    /// A pair that began in quiet 9 hops ago. It may break off before the onset detector has a score for it.
    ///
    /// A pair must explain 7 of its first 8 ms. Only streams need this, because their samples leave soon.
    private func head(_ bank: borrowing ToneBank, _ recent: borrowing SampleRing) -> Range<Int>? {
        let before = max(bank.energy(age: 10), bank.energy(age: 11), bank.energy(age: 12))
        guard lookAhead < Threshold.headLookAhead * ms, bank.energy(age: 9) > Threshold.rise * before,
            bank.energy(age: 8) > Threshold.leastPower * Float(ms)
        else { return nil }
        let taken = bank.hops * ms
        var first = taken - 10 * ms
        let least = Threshold.edgeMagnitude * largest(in: first..<(first + 9 * ms), recent)
        while abs(recent[first]) < least { first += 1 }
        // The decimation filter smears the edge.
        first += ms / 2
        let count = min(Threshold.headLength * ms, taken - first)
        let isPair = [false, true].contains { isRising in
            explained(first, count, isRising: isRising, recent) > Threshold.edgeShare
        }
        return isPair ? first - 2 * ms..<first + count + 3 * ms : nil
    }

    /// A pair that ends in quiet but began under another sound. A pair must explain its last 5 to 11 ms.
    private func tail(_ taken: Int, _ recent: borrowing SampleRing) -> Range<Int>? {
        var final = taken - ms
        let least = Threshold.edgeMagnitude * largest(in: (final - 6 * ms)..<final, recent)
        while abs(recent[final - 1]) < least, final > taken - 4 * ms { final -= 1 }
        for length in Threshold.tailLengths {
            let first = final - length * ms
            if explained(first, length * ms, recent) > Threshold.edgeShare {
                return max(0, first - 4 * ms)..<(final + 2 * ms)
            }
        }
        for half in Threshold.shortTailHalves {
            let count = half * ms / 2
            let first = final - count
            if explained(first, count, isRising: true, recent) > Threshold.edgeShare {
                return max(0, first - 4 * ms)..<(final + 2 * ms)
            }
        }
        return nil
    }
}
