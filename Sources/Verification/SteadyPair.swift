internal import Glibc

/// A stretch through which two tones of a key kept one frequency, one phase and one strength each.
struct SteadyPair {
    /// First and last hop of the tones.
    var first: Int
    var last: Int
    var lowHz: Float
    var highHz: Float
    /// Level of the stronger tone in dBm0.
    var level: Float
}

/// The judge of keys under speech as loud as they are, by 80 ms of spectra.
///
/// In a single window a voice covers a key. From window to window its harmonics glide, while a tone goes on: turned back
/// by its own advance of phase, the same bin of every window points one way and adds up. A voice that does hold its pitch
/// holds all its harmonics, and notes come in company: a pair is a key's if nothing else is steady beside it, and hardly
/// anything in the second before and in what is known after it (<doc:Sensitivity>).
struct SteadyPairJudge {
    /// Windows that are added up, one every second hop.
    private static let windows = 12
    /// Hops from the first window's centre to the last one's.
    private static let reach = 2 * (windows - 1)
    /// Longest stretch in hops (0.5 s); half a second after it is left to be known when it is told.
    private static let longest = 200
    /// Windows that are kept: the second before a stretch and the second from its beginning, 2.56 s in all.
    private static let kept = 512

    /// Least coherence of both tones: power of the windows' sum over the sum of their powers, 1 for a pure tone.
    private static let coherence: Float = 0.95
    /// Farthest from nominal as a fraction.
    private static let offset: Float = 0.018
    /// High over low tone in dB.
    private static let twist: ClosedRange<Float> = -12...9
    private static let leastLevel: Float = -50

    /// Coherence at which another line is steady too.
    private static let coherenceOfOthers: Float = 0.9
    /// Where such lines are looked for at the same time, and their least power as a share of the weaker tone's.
    private static let besideHz = 200.0...2600.0
    private static let shareBeside: Float = 0.25
    /// The same before and after, of the stronger tone's power: without the voice's lowest harmonics, which glide least.
    private static let aroundHz = 600.0...2600.0
    private static let shareAround: Float = 0.03
    /// Looks around, in hops (20 ms), and how many may show one: of presses under speech 99 % have 3 or fewer in every other.
    private static let every = 8
    private static let mostAround = 2
    /// Nearer to nominal than this, as a fraction, it is another key.
    private static let keyOffset = 0.02
    /// Bins that a tone's main lobe reaches to either side.
    static let lobe = 2

    let beside: ClosedRange<Int>
    private let around: ClosedRange<Int>
    private let nominal: (low: [(bin: Int, hz: Float)], high: [(bin: Int, hz: Float)])
    private let binWidth: Float
    /// Cycles that a bin's own frequency advances from one window to the next, a bin.
    private let cyclesOfBin: Float
    /// Cycles of 1 Hz from one window to the next.
    private let cyclesOfHz: Float
    /// The bins ``beside``, window after window; the oldest is overwritten.
    private var ring: [SIMD2<Float>]
    /// Number of the latest window; its centre is hop `2 × newest`.
    private var newest = 0
    /// How many windows up to each one were loud enough to be measured.
    private var unbroken = [Int](repeating: 0, count: Self.kept)
    /// Stretches whose surroundings are not known yet.
    private var waiting: [SteadyPair] = []
    /// Whether the last of them may not be over.
    private var goesOn = false

    init(_ spectra: ListenerSpectra) {
        let (long, step) = (spectra.long, 2 * spectra.hop)
        let width = long.binWidth
        func bins(_ hz: ClosedRange<Double>) -> ClosedRange<Int> {
            Int(hz.lowerBound / width)...min(Int(hz.upperBound / width), long.bins - 1)
        }
        (beside, around) = (bins(Self.besideHz), bins(Self.aroundHz))
        func tones(_ group: ToneGroup) -> [(bin: Int, hz: Float)] {
            group.nominal.map { (Int(($0 / width).rounded()), Float($0)) }
        }
        nominal = (tones(.low), tones(.high))
        binWidth = Float(width)
        cyclesOfBin = Float(step) / Float(long.size)
        cyclesOfHz = Float(Double(step) / spectra.sampleRate)
        ring = [SIMD2<Float>](repeating: .zero, count: Self.kept * beside.count)
    }

    /// Takes the long window measured last, centred on hop `index`, or nothing where it was too quiet.
    ///
    /// Gives a key's stretch a second after it began, when its surroundings are known.
    mutating func hear(_ spectrum: ShortTimeSpectrum?, hop index: Int) -> SteadyPair? {
        newest = index / 2
        let slot = newest % Self.kept
        unbroken[slot] = spectrum == nil ? 0 : unbroken[(newest + Self.kept - 1) % Self.kept] + 1
        if let spectrum {
            for bin in beside { ring[slot * beside.count + bin - beside.lowerBound] = spectrum.value(of: bin) }
        }
        listen(index)
        guard let oldest = waiting.first, oldest.first + Surroundings.reach <= index else { return nil }
        waiting.removeFirst()
        return isAlone(oldest) ? oldest : nil
    }

    /// Begins a stretch, or goes on with it.
    private mutating func listen(_ index: Int) {
        guard let pair = pair(newest) else {
            goesOn = false
            return
        }
        defer { goesOn = true }
        guard goesOn, let open = waiting.last, index - open.first < Self.longest else {
            waiting.append(
                SteadyPair(
                    first: index - Self.reach, last: index, lowHz: pair.low.hz, highHz: pair.high.hz,
                    level: pair.level))
            return
        }
        waiting[waiting.count - 1].last = index
        if pair.level > open.level {
            waiting[waiting.count - 1].level = pair.level
            waiting[waiting.count - 1].lowHz = pair.low.hz
            waiting[waiting.count - 1].highHz = pair.high.hz
        }
    }

    /// Whether the second before a stretch and what is known after it hold hardly any steady line that is no key's.
    private func isAlone(_ pair: SteadyPair) -> Bool {
        let least = Self.shareAround * powf(10, (pair.level - Float(Level.fullScaleSine)) / 10)
        let start = max(pair.first - Surroundings.reach, Self.reach)
        var company = 0
        for hop in stride(from: start, to: 2 * newest, by: Self.every)
        where (hop < pair.first || hop > pair.last + Self.reach) && isNote(hop / 2, least) {
            company += 1
        }
        return company <= Self.mostAround
    }

    /// Whether the windows up to `look` hold a steady line of `least` power that is no key's.
    private func isNote(_ look: Int, _ least: Float) -> Bool {
        guard isWhole(look) else { return false }
        return around.contains { bin in
            let line = line(bin, look)
            guard line.power > least, line.coherence > Self.coherenceOfOthers else { return false }
            let hz = Double(frequency(of: bin, look))
            // A line that is not this bin's own is another's main lobe.
            guard abs(hz / Double(binWidth) - Double(bin)) < 0.6 else { return false }
            return min(abs(ToneGroup.low.offset(of: hz)), abs(ToneGroup.high.offset(of: hz))) > Self.keyOffset
        }
    }

    /// Whether every one of these windows has been heard, is still known, and was loud enough to be measured.
    func isUnbroken(_ looks: ClosedRange<Int>) -> Bool {
        looks.upperBound <= newest && looks.lowerBound > newest - Self.kept
            && unbroken[looks.upperBound % Self.kept] >= looks.count
    }

    /// Power of a bin, one of ``beside``, in the window `look`.
    func power(_ bin: Int, _ look: Int) -> Float {
        let value = ring[look % Self.kept * beside.count + bin - beside.lowerBound]
        return (value * value).sum()
    }

    /// The bin nearest to `hz`.
    func bin(of hz: Float) -> Int { Int((hz / binWidth).rounded()) }

    /// Whether every window up to `look` was loud enough to be measured.
    private func isWhole(_ look: Int) -> Bool { unbroken[look % Self.kept] >= Self.windows }

    /// What one bin's windows add up to.
    private struct Line {
        var bin = 0
        var hz: Float = 0
        /// Squared peak value of the tone.
        var power: Float = 0
        var coherence: Float = 0
    }

    /// The pair of a key that the windows up to `look` hold, with nothing else that is steady.
    private func pair(_ look: Int) -> (low: Line, high: Line, level: Float)? {
        guard isWhole(look), let low = steadiest(nominal.low, look),
            let high = steadiest(nominal.high, look)
        else { return nil }
        let level = 10 * log10f(max(low.power, high.power)) + Float(Level.fullScaleSine)
        guard level > Self.leastLevel, Self.twist.contains(10 * log10f(high.power / low.power)) else { return nil }
        let least = Self.shareBeside * min(low.power, high.power)
        for bin in beside where abs(bin - low.bin) > Self.lobe && abs(bin - high.bin) > Self.lobe {
            let other = line(bin, look)
            if other.power > least, other.coherence > Self.coherenceOfOthers { return nil }
        }
        return (low, high, level)
    }

    /// The steadiest tone of a group that is steady enough, and near its nominal frequency.
    private func steadiest(_ group: [(bin: Int, hz: Float)], _ look: Int) -> Line? {
        var best: Line?
        for (bin, hz) in group {
            var line = line(bin, look)
            guard line.coherence > max(Self.coherence, best?.coherence ?? 0) else { continue }
            line.hz = frequency(of: bin, look)
            if abs(line.hz / hz - 1) < Self.offset { best = line }
        }
        return best
    }

    /// The windows of one bin, each turned back by the mean advance of phase, and added up.
    private func line(_ bin: Int, _ look: Int) -> Line {
        let advance = advance(of: bin, look)
        let length = (advance * advance).sum().squareRoot()
        guard length > 0 else { return Line() }
        let back = SIMD2(advance.x, -advance.y) / length
        var turn = SIMD2<Float>(1, 0)
        var (sum, power) = (SIMD2<Float>.zero, Float(0))
        for window in 0..<Self.windows {
            let value = value(bin, window, look)
            sum += Self.product(value, turn)
            power += (value * value).sum()
            turn = Self.product(turn, back)
        }
        let together = (sum * sum).sum() / Float(Self.windows)
        return Line(bin: bin, power: together / Float(Self.windows), coherence: power > 0 ? together / power : 0)
    }

    /// Sum over neighbouring windows of how far the phase goes on (pulse pairs; Lank et al. 1973).
    private func advance(of bin: Int, _ look: Int) -> SIMD2<Float> {
        var sum = SIMD2<Float>.zero
        var before = value(bin, 0, look)
        for window in 1..<Self.windows {
            let now = value(bin, window, look)
            sum += Self.product(now, SIMD2(before.x, -before.y))
            before = now
        }
        return sum
    }

    /// Frequency in Hz by the advance of phase.
    private func frequency(of bin: Int, _ look: Int) -> Float {
        let advance = advance(of: bin, look)
        let cycles = atan2f(advance.y, advance.x) / (2 * .pi) - Float(bin) * cyclesOfBin
        return Float(bin) * binWidth + (cycles - cycles.rounded()) / cyclesOfHz
    }

    /// A bin's value in one of the windows up to `look`, the oldest being 0.
    private func value(_ bin: Int, _ window: Int, _ look: Int) -> SIMD2<Float> {
        ring[(look + Self.kept + 1 - Self.windows + window) % Self.kept * beside.count + bin - beside.lowerBound]
    }

    private static func product(_ a: SIMD2<Float>, _ b: SIMD2<Float>) -> SIMD2<Float> {
        SIMD2(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x)
    }
}
