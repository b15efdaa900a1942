import Glibc

/// What the windows of a press say together, as the figures that a ``Criterion`` limits.
struct PressMeasurement: Sendable {
    /// Windows in which the pair was there.
    let windows: Int
    let lowHz: Double
    let highHz: Double
    /// Largest deviation of the two tones from nominal, as a fraction.
    let frequencyError: Double
    /// dB of the high tone over the low one.
    let twist: Double
    /// Level of the stronger tone in dBm0.
    let levelDBm0: Double
    /// Power of the pair over that of the rest, interferers apart, in dB; at most 90.
    let signalToNoise: Double
    /// Mean share of the pair in the windows' energy, corrected for detuning.
    let toneRatio: Double
    /// The same of the newest window.
    let newestToneRatio: Double
    /// Windows whose tone ratio is at least ``cleanToneRatio`` and ``pureToneRatio``.
    let cleanWindows: Int
    let pureWindows: Int
    /// Standard deviation of each tone's amplitude over its mean, the larger of the two.
    let amplitudeDeviation: Double
    /// How well the phase advances agree, 0…1, the lesser of the two.
    let coherence: Double
    /// ``amplitudeDeviation`` of the clean windows alone: what holds when the rest was damaged.
    let cleanAmplitudeDeviation: Double
    /// Share of the interferers (hum, dial tone) in the windows' energy.
    let interferenceShare: Double
    /// The purest of the first windows: where the onset is sought from.
    let early: PairWindow
    private let key: Key
    private let lowHalves, highHalves: (Phasor, Phasor)
    private let cleanAdvance: (low: Phasor, high: Phasor)

    static let cleanToneRatio = 0.93
    static let pureToneRatio = 0.96
    /// First windows that the means leave out, because the tone does not fill them yet.
    private static let risingWindows = 2
    private static let edgeWindows = 6

    /// The measurement for `key` in `log`, which holds at least four windows.
    init(key: Key, log: borrowing [PairWindow]) {
        self.key = key
        windows = log.count
        let steady = Self.risingWindows..<log.count
        var low = AmplitudeStatistics()
        var high = AmplitudeStatistics()
        var lowHalves = (Phasor(), Phasor())
        var highHalves = (Phasor(), Phasor())
        let middle = log.count / 2
        for i in steady {
            low.add(log[i].lowAmplitude)
            high.add(log[i].highAmplitude)
            guard let before = Self.partner(of: i, in: log) else { continue }
            if i <= middle {
                Self.addAdvance(from: log[before], to: log[i], &lowHalves.0, &highHalves.0)
            } else {
                Self.addAdvance(from: log[before], to: log[i], &lowHalves.1, &highHalves.1)
            }
        }
        let lowAdvance = lowHalves.0 + lowHalves.1
        let highAdvance = highHalves.0 + highHalves.1
        lowHz = lowAdvance.frequency(near: key.lowHz)
        highHz = highAdvance.frequency(near: key.highHz)
        frequencyError = max(abs(lowHz / key.lowHz - 1), abs(highHz / key.highHz - 1))
        twist = Decibel.ofPower(high.meanPower / low.meanPower)
        levelDBm0 = Level.dBm0(amplitude: max(low.meanPower, high.meanPower).squareRoot())
        amplitudeDeviation = max(low.relativeDeviation, high.relativeDeviation)
        coherence = min(lowAdvance.coherence, highAdvance.coherence)
        (self.lowHalves, self.highHalves) = (lowHalves, highHalves)

        // A detuned tone leaves part of itself outside the nominal one's window: sinc² of the deviation.
        let lowShare = low.meanPower / (low.meanPower + high.meanPower)
        let kept = lowShare * Self.kept(lowHz - key.lowHz) + (1 - lowShare) * Self.kept(highHz - key.highHz)
        var sum = 0.0
        var clean = 0
        var pure = 0
        var energy: Float = 0
        var interferenceEnergy: Float = 0
        var early = log[0]
        let cleanLimit = Float(Self.cleanToneRatio * kept)
        var cleanLow = AmplitudeStatistics()
        var cleanHigh = AmplitudeStatistics()
        var cleanAdvance = (low: Phasor(), high: Phasor())
        for i in log.indices {
            let toneRatio = min(1, Double(log[i].toneRatio) / kept)
            if toneRatio >= Self.cleanToneRatio {
                clean += 1
                cleanLow.add(log[i].lowAmplitude)
                cleanHigh.add(log[i].highAmplitude)
                if let before = Self.partner(of: i, in: log), log[before].toneRatio >= cleanLimit {
                    Self.addAdvance(from: log[before], to: log[i], &cleanAdvance.low, &cleanAdvance.high)
                }
            }
            if toneRatio >= Self.pureToneRatio { pure += 1 }
            if i < Self.edgeWindows, log[i].toneRatio > early.toneRatio { early = log[i] }
            guard steady.contains(i) else { continue }
            sum += toneRatio
            energy += log[i].pairEnergy + log[i].rest
            interferenceEnergy += log[i].interference
        }
        toneRatio = sum / Double(steady.count)
        newestToneRatio = min(1, Double(log[log.count - 1].toneRatio) / kept)
        cleanWindows = clean
        pureWindows = pure
        interferenceShare = Double(interferenceEnergy / max(energy + interferenceEnergy, .leastNormalMagnitude))
        self.early = early
        signalToNoise = min(Decibel.ofPower(toneRatio / max(1 - toneRatio, 1e-9)), 90)
        cleanAmplitudeDeviation = clean > 0 ? max(cleanLow.relativeDeviation, cleanHigh.relativeDeviation) : .infinity
        self.cleanAdvance = cleanAdvance
    }

    /// Change in Hz of the frequency from the first half to the second, the larger of the two.
    var drift: Double {
        max(
            abs(lowHalves.1.frequency(near: key.lowHz) - lowHalves.0.frequency(near: key.lowHz)),
            abs(highHalves.1.frequency(near: key.highHz) - highHalves.0.frequency(near: key.highHz)))
    }

    /// ``frequencyError`` of the clean windows alone.
    var cleanFrequencyError: Double {
        max(
            abs(cleanAdvance.low.frequency(near: key.lowHz) / key.lowHz - 1),
            abs(cleanAdvance.high.frequency(near: key.highHz) / key.highHz - 1))
    }

    /// ``coherence`` of the clean windows alone.
    var cleanCoherence: Double { min(cleanAdvance.low.coherence, cleanAdvance.high.coherence) }

    /// Adds the phase advances of both tones from one window to a later one.
    @inline(__always)
    private static func addAdvance(
        from before: PairWindow, to after: PairWindow, _ low: inout Phasor, _ high: inout Phasor
    ) {
        low.addProduct(after.low, conjugateOf: before.low, weight: after.lowAmplitude * before.lowAmplitude)
        high.addProduct(after.high, conjugateOf: before.high, weight: after.highAmplitude * before.highAmplitude)
    }

    /// Index of the window ``Press/advanceHops`` before window `i`, where the pair was there too.
    private static func partner(of i: Int, in log: borrowing [PairWindow]) -> Int? {
        guard i >= Press.advanceHops else { return nil }
        let before = i - Press.advanceHops
        return log[i].endHop - log[before].endHop == Press.advanceHops ? before : nil
    }

    /// Share of a tone's energy that a window's nominal tone keeps when it is `deviation` Hz off.
    private static func kept(_ deviation: Double) -> Double {
        let x = .pi * deviation * Double(Frame.window) / Frame.rate
        guard abs(x) > 1e-6 else { return 1 }
        let sinc = Double(sinf(Float(x))) / x
        return sinc * sinc
    }
}

/// Mean and spread of an amplitude.
private struct AmplitudeStatistics {
    private var count = 0.0
    private var sum = 0.0
    private var squares = 0.0

    mutating func add(_ amplitude: Float) {
        count += 1
        sum += Double(amplitude)
        squares += Double(amplitude * amplitude)
    }

    var meanPower: Double { squares / count }
    /// Standard deviation over mean.
    var relativeDeviation: Double {
        let mean = sum / count
        return max(squares / count - mean * mean, 0).squareRoot() / mean
    }
}
