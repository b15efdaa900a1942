/// Finds fragments of digits on one leg: short bursts between two quiet stretches that a tone pair explains.
///
/// It holds a fragment until its first sample must leave. By then what followed may have shown that the burst was one
/// pulse of a voice.
struct FragmentDetector: Sendable {
    /// A burst that may be a fragment.
    struct Candidate: Sendable {
        /// Samples counted from the first.
        var range: Range<Int>
        /// Energy of its loudest hop, Σ x².
        var peak: Float
        /// Energy of a later hop from which on the burst is a voice: another pulse, or the rise of a vowel.
        var voiceEnergy = Float.infinity
        /// Whether it is so pure that a digit is near.
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
    /// A burst that what follows may still show to be a pulse of a voice.
    private var held: Candidate?

    /// - Parameter lookAhead: Seconds after which a sample leaves.
    init(_ tables: SignalTables, lookAhead: Double) {
        self.tables = tables
        ms = tables.hop
        self.lookAhead = Int(lookAhead * tables.sampleRate)
    }

    /// Whether a burst waits for what follows.
    var isHolding: Bool { held != nil }

    /// The fragment to remove after the hop that has just ended, or `nil`.
    ///
    /// A candidate is held until its first sample must leave. It is dropped if what came before and after it shows that
    /// it is a pulse of a low voice.
    ///
    /// - Parameter isAmidDigits: Whether a digit was heard in the last seconds.
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
                // The burst was found one hop ago too, and more is known now.
                held = burst.covering(found)
            } else if found != nil || isDue(burst, taken, policy) {
                (due, held) = (burst, nil)
            }
        }
        held = held ?? found
        if let burst = held, isDue(burst, taken, policy) { (due, held) = (due?.covering(burst) ?? burst, nil) }
        return due
    }

    /// Whether a burst must be decided now: its first sample is about to leave, or no pulse of a voice followed in
    /// time.
    private func isDue(_ burst: Candidate, _ taken: Int, _ policy: Suppressor.Policy) -> Bool {
        policy == .secure || taken >= burst.range.upperBound + Threshold.pulsePeriodHops * ms
            || taken + Threshold.decisionHops * ms >= burst.range.lowerBound + lookAhead
    }

    /// Whether a pulse as loud as `peak` came in the pulse period before the hop `age` hops ago.
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
    /// Limits of a burst. They were chosen on made calls with fragments, and on speech without tones (<doc:Training>).
    enum Threshold {
        /// Hops within which the pulses of the lowest voice come again: 22 ms.
        static let pulsePeriodHops = 22
        /// Share of a burst's peak energy from which on another pulse is as loud.
        static let pulseEnergy: Float = 0.3
        /// Energy of what follows the beginning of a pair over that of the pair, from which on it is a vowel: 5 dB.
        static let vowelGrowth: Float = 3
        /// Hops left when a burst must be decided.
        static let decisionHops = 2
        /// Share explained from which on a burst is no voice, whatever pulse came before it.
        static let pureShare: Float = 0.97
        /// Share explained from which on a digit is near.
        static let nearDigitShare: Float = 0.93
        /// Share that a pair must explain of a burst: under `secure`, amid digits, and otherwise.
        static let shareIfSecure: Float = 0.7
        static let shareAmidDigits: Float = 0.82
        static let share: Float = 0.94
        /// Share that a pair must explain of the head or the tail of a longer sound.
        static let edgeShare: Float = 0.985

        /// Energy of a burst's last hop, or of a pair's first, over that of the quiet beside it: 13 dB.
        static let rise: Float = 20
        /// Energy of a burst's loudest hop over that of the quiet after it: 15 dB.
        static let peakRise: Float = 30
        /// Least mean power of a hop, mean square: −54 dBm0 as a sine.
        static let leastPower: Float = 1e-6
        /// Share of the peak energy under which a hop is quiet: −15 dB.
        static let quietShare: Float = 0.03
        /// Quiet hops that must come before a burst.
        static let quietHops = 6
        /// Share of the largest magnitude that marks the first and last sample of a burst.
        static let edgeMagnitude: Float = 0.12
        /// Hops of a burst: longest that is searched, and longest that is a burst.
        static let searchedHops = 20
        static let longestHops = 15
        /// Length of a burst in milliseconds, from its first to its last sample.
        static let lengths = (shortest: 3, longest: 16)
        /// Length in milliseconds from which on the halves of a burst are fitted by themselves.
        static let twoHalvesLength = 8

        /// Look-ahead in milliseconds under which the head of a pair is fitted.
        static let headLookAhead = 100
        /// Milliseconds of a head that are fitted.
        static let headLength = 7
        /// Milliseconds of a tail that are fitted, in this order.
        static let tailLengths = [11, 9, 7, 5]
        /// The same in halves of a millisecond, for a tail that is seen whole, with its rise.
        static let shortTailHalves = 10...14
    }

    /// A burst of 3 to 14 hops that ended two hops ago, with quiet on both sides, that a pair explains.
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
        // A voice has pulses as loud shortly before; a burst that is nearly pure is no voice.
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

    /// The share that a pair explains of a burst: as it is, with a rise, or of each half.
    private func explained(_ burst: Range<Int>, atLeast least: Float, _ recent: borrowing SampleRing) -> Float {
        let (first, count) = (burst.lowerBound, burst.count)
        var share = explained(first, count, recent)
        if share <= least { share = explained(first, count, isRising: true, recent) }
        // A sound card that repeats a piece makes two pairs of it: each half is one, without the seam.
        if share <= least, count >= Threshold.twoHalvesLength * ms {
            let half = count / 2 - ms
            let second = burst.upperBound - half
            share = min(explained(first, half, recent), explained(second, half, recent))
        }
        return share
    }

    /// A pair that began in quiet 9 hops ago and may be torn before the onset detector has a score for it.
    ///
    /// A pair must explain 7 of its first 8 ms. Only streams need this: their samples leave soon.
    private func head(_ bank: borrowing ToneBank, _ recent: borrowing SampleRing) -> Range<Int>? {
        let before = max(bank.energy(age: 10), bank.energy(age: 11), bank.energy(age: 12))
        guard lookAhead < Threshold.headLookAhead * ms, bank.energy(age: 9) > Threshold.rise * before,
            bank.energy(age: 8) > Threshold.leastPower * Float(ms)
        else { return nil }
        let taken = bank.hops * ms
        var first = taken - 10 * ms
        let least = Threshold.edgeMagnitude * largest(in: first..<(first + 9 * ms), recent)
        while abs(recent[first]) < least { first += 1 }
        // The decimation filter smears the very edge.
        first += ms / 2
        let count = min(Threshold.headLength * ms, taken - first)
        let isPair = [false, true].contains { isRising in
            explained(first, count, isRising: isRising, recent) > Threshold.edgeShare
        }
        return isPair ? first - 2 * ms..<first + count + 3 * ms : nil
    }

    /// A pair that ends in quiet but began under another sound: a pair must explain its last 5 to 11 ms.
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
