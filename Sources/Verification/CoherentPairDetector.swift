internal import Glibc

/// A stretch in which both tones of a key kept their frequency, phase and level.
struct CoherentPair {
    /// First and last hop of the tones.
    var first: Int
    var last: Int
    var lowHz: Float
    var highHz: Float
    /// Level of the stronger tone in dBm0.
    var level: Float
    /// High tone minus low tone in dB.
    var twist: Float

    /// Whether it is close enough to nominal to be a press by itself.
    var isNearKey: Bool {
        max(abs(ToneGroup.low.offset(of: Double(lowHz))), abs(ToneGroup.high.offset(of: Double(highHz))))
            < Self.nearOffset
    }
    /// Largest frequency error as a fraction. A voice's harmonics that are this near seldom stay so for 80 ms.
    private static let nearOffset = 0.012
}

/// Finds keys under speech of the same level, by coherent integration of spectra over 80 ms.
///
/// In a single window, a voice covers a key. From window to window its harmonics glide, while a tone is steady. If each
/// window is rotated back by the tone's own phase advance, its bins add up in one direction.
///
/// A voice that holds its pitch holds all its harmonics, and notes seldom come alone. So a pair is a key if no other
/// line is steady beside it, and hardly any in the second before it and in the known time after it (<doc:Sensitivity>).
struct CoherentPairDetector {
    /// Windows that are summed, one every second hop.
    private static let windows = 12
    /// Hops from the first window's centre to the last one's.
    private static let reach = 2 * (windows - 1)
    /// Longest stretch in hops (0.5 s). Half a second after it is then known when the stretch is reported.
    private static let longest = 200
    /// Windows kept: the second before a stretch and the second from its beginning, 2.56 s in all.
    private static let kept = 512

    /// Least coherence of both tones: power of the windows' sum over the sum of their powers, 1 for a pure tone.
    private static let coherence: Float = 0.95
    /// Largest frequency error as a fraction of nominal.
    private static let offset: Float = 0.018
    /// High tone minus low tone in dB.
    private static let twist: ClosedRange<Float> = -12...9
    /// Least level of the stronger tone in dBm0.
    private static let minimumLevel: Float = Level.leastTone

    /// Least coherence of another steady line.
    private static let backgroundCoherence: Float = 0.9
    /// Band in which steady lines beside the pair count, and their least power relative to the weaker tone.
    private static let besideHz = 200.0...2600.0
    private static let shareBeside: Float = 0.25
    /// Band before and after the pair, and least power relative to the stronger tone. A voice's lowest harmonics glide
    /// least, so they are left out.
    private static let aroundHz = 600.0...2600.0
    private static let shareAround: Float = 0.03
    /// Distance in hops (20 ms) of the frames before and after that are examined, and how many of them may hold such a
    /// line.
    ///
    /// At twice this distance, 99 % of presses under speech have 3 or fewer.
    private static let every = 8
    private static let maximumAround = 2
    /// Largest frequency error of a line that is a tone of another key, as a fraction of nominal.
    private static let keyOffset = 0.02
    /// Bins on either side of a peak in a tone's main lobe.
    static let lobe = 2
    /// Largest distance in bins from a bin to the frequency of its own line.
    private static let ownBin = 0.6

    let beside: ClosedRange<Int>
    private let around: ClosedRange<Int>
    private let nominal: (low: [(bin: Int, hz: Float)], high: [(bin: Int, hz: Float)])
    private let binWidth: Float
    /// Phase advance from one window to the next at a bin's own frequency, in cycles.
    private let cyclesOfBin: Float
    /// Phase advance of 1 Hz from one window to the next, in cycles.
    private let cyclesOfHz: Float
    /// A ring of the bins ``beside``, one window after another.
    private var ring: [SIMD2<Float>]
    /// Number of the latest window, whose centre is hop `2 × newest`.
    private var newest = 0
    /// For each window, the number of consecutive windows up to it that were loud enough.
    private var unbroken = [Int](repeating: 0, count: Self.kept)
    /// Stretches whose later context is incomplete.
    private var waiting: [CoherentPair] = []
    /// Whether the last stretch may continue.
    private var continues = false

    init(_ spectra: VerifierSpectra) {
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

    /// Takes the long window that was measured last, centred on hop `index`. It is `nil` if it was too quiet.
    ///
    /// - Returns: The stretch of a key, one second after it began, when its context is known.
    mutating func process(_ spectrum: ShortTimeSpectrum?, hop index: Int) -> CoherentPair? {
        newest = index / 2
        let slot = newest % Self.kept
        unbroken[slot] = spectrum == nil ? 0 : unbroken[(newest + Self.kept - 1) % Self.kept] + 1
        if let spectrum {
            for bin in beside { ring[slot * beside.count + bin - beside.lowerBound] = spectrum.value(of: bin) }
        }
        detect(index)
        guard let oldest = waiting.first, oldest.first + ToneContext.reach <= index else { return nil }
        waiting.removeFirst()
        return isAlone(oldest) ? oldest : nil
    }

    /// Begins a stretch, or continues the last one.
    private mutating func detect(_ index: Int) {
        guard let pair = pair(newest) else {
            continues = false
            return
        }
        defer { continues = true }
        guard continues, let open = waiting.last, index - open.first < Self.longest else {
            waiting.append(
                CoherentPair(
                    first: index - Self.reach, last: index, lowHz: pair.low.hz, highHz: pair.high.hz,
                    level: pair.level, twist: 10 * log10f(pair.high.power / pair.low.power)))
            return
        }
        waiting[waiting.count - 1].last = index
        if pair.level > open.level {
            waiting[waiting.count - 1].level = pair.level
            waiting[waiting.count - 1].lowHz = pair.low.hz
            waiting[waiting.count - 1].highHz = pair.high.hz
        }
    }

    /// Whether the second before a stretch, and the known time after it, hold hardly any steady line of another sound.
    private func isAlone(_ pair: CoherentPair) -> Bool {
        let least = Self.shareAround * powf(10, (pair.level - Float(Level.fullScaleSine)) / 10)
        let start = max(pair.first - ToneContext.reach, Self.reach)
        var company = 0
        for hop in stride(from: start, to: 2 * newest, by: Self.every)
        where (hop < pair.first || hop > pair.last + Self.reach) && isNote(hop / 2, least) {
            company += 1
        }
        return company <= Self.maximumAround
    }

    /// Whether the windows up to `frame` hold a steady line of `least` power that is not a key's tone.
    private func isNote(_ frame: Int, _ least: Float) -> Bool {
        guard isWhole(frame) else { return false }
        return around.contains { bin in
            let line = line(bin, frame)
            guard line.power > least, line.coherence > Self.backgroundCoherence else { return false }
            let hz = Double(frequency(of: bin, frame))
            // A line at the frequency of another bin is the main lobe of that bin's tone.
            guard abs(hz / Double(binWidth) - Double(bin)) < Self.ownBin else { return false }
            return min(abs(ToneGroup.low.offset(of: hz)), abs(ToneGroup.high.offset(of: hz))) > Self.keyOffset
        }
    }

    /// Whether all these windows are known and were loud enough.
    func isUnbroken(_ frames: ClosedRange<Int>) -> Bool {
        frames.upperBound <= newest && frames.lowerBound > newest - Self.kept
            && unbroken[frames.upperBound % Self.kept] >= frames.count
    }

    /// Power of a bin, one of ``beside``, in the window `frame`.
    func power(_ bin: Int, _ frame: Int) -> Float {
        let value = ring[frame % Self.kept * beside.count + bin - beside.lowerBound]
        return (value * value).sum()
    }

    /// The bin nearest to `hz`.
    func bin(of hz: Float) -> Int { Int((hz / binWidth).rounded()) }

    /// Whether every window up to `frame` was loud enough to be measured.
    private func isWhole(_ frame: Int) -> Bool { unbroken[frame % Self.kept] >= Self.windows }

    /// The coherent sum of one bin's windows.
    private struct Line {
        var bin = 0
        var hz: Float = 0
        /// Squared peak value of the tone.
        var power: Float = 0
        var coherence: Float = 0
    }

    /// The pair of a key in the windows up to `frame`, if no other line in them is steady.
    private func pair(_ frame: Int) -> (low: Line, high: Line, level: Float)? {
        guard isWhole(frame), let low = steadiest(nominal.low, frame),
            let high = steadiest(nominal.high, frame)
        else { return nil }
        let level = 10 * log10f(max(low.power, high.power)) + Float(Level.fullScaleSine)
        guard level > Self.minimumLevel, Self.twist.contains(10 * log10f(high.power / low.power)) else { return nil }
        let least = Self.shareBeside * min(low.power, high.power)
        for bin in beside where abs(bin - low.bin) > Self.lobe && abs(bin - high.bin) > Self.lobe {
            let other = line(bin, frame)
            if other.power > least, other.coherence > Self.backgroundCoherence { return nil }
        }
        return (low, high, level)
    }

    /// The steadiest tone of a group, if it is steady enough and close enough to its nominal frequency.
    private func steadiest(_ group: [(bin: Int, hz: Float)], _ frame: Int) -> Line? {
        var best: Line?
        for (bin, hz) in group {
            var line = line(bin, frame)
            guard line.coherence > max(Self.coherence, best?.coherence ?? 0) else { continue }
            line.hz = frequency(of: bin, frame)
            if abs(line.hz / hz - 1) < Self.offset { best = line }
        }
        return best
    }

    /// The sum of one bin's windows, each rotated back by the mean phase advance.
    private func line(_ bin: Int, _ frame: Int) -> Line {
        let advance = advance(of: bin, frame)
        let length = (advance * advance).sum().squareRoot()
        guard length > 0 else { return Line() }
        let back = SIMD2(advance.x, -advance.y) / length
        var turn = SIMD2<Float>(1, 0)
        var (sum, power) = (SIMD2<Float>.zero, Float(0))
        for window in 0..<Self.windows {
            let value = value(bin, window, frame)
            sum += Self.product(value, turn)
            power += (value * value).sum()
            turn = Self.product(turn, back)
        }
        let together = (sum * sum).sum() / Float(Self.windows)
        return Line(bin: bin, power: together / Float(Self.windows), coherence: power > 0 ? together / power : 0)
    }

    /// Sum of the phase advances between neighbouring windows (pulse pairs; Lank et al. 1973).
    private func advance(of bin: Int, _ frame: Int) -> SIMD2<Float> {
        var sum = SIMD2<Float>.zero
        var before = value(bin, 0, frame)
        for window in 1..<Self.windows {
            let now = value(bin, window, frame)
            sum += Self.product(now, SIMD2(before.x, -before.y))
            before = now
        }
        return sum
    }

    /// Frequency in Hz, from the phase advance.
    private func frequency(of bin: Int, _ frame: Int) -> Float {
        let advance = advance(of: bin, frame)
        let cycles = atan2f(advance.y, advance.x) / (2 * .pi) - Float(bin) * cyclesOfBin
        return Float(bin) * binWidth + (cycles - cycles.rounded()) / cyclesOfHz
    }

    /// A bin's value in one of the windows up to `frame`; window 0 is the oldest.
    private func value(_ bin: Int, _ window: Int, _ frame: Int) -> SIMD2<Float> {
        ring[(frame + Self.kept + 1 - Self.windows + window) % Self.kept * beside.count + bin - beside.lowerBound]
    }

    private static func product(_ a: SIMD2<Float>, _ b: SIMD2<Float>) -> SIMD2<Float> {
        SIMD2(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x)
    }
}
