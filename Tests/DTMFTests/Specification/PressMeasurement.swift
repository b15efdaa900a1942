import Glibc

@testable import DTMF

/// The measurements of a press over its windows, which a ``Criterion`` limits.
struct PressMeasurement: Sendable {
    /// Number of windows in which the pair was present.
    let windows: Int
    let lowHz: Double
    let highHz: Double
    /// The larger frequency error of the two tones, as a fraction of nominal.
    let frequencyError: Double
    /// Level of the high tone minus the low one in dB; negative is reverse twist.
    let twist: Double
    /// Level of the stronger tone in dBm0.
    let levelDBm0: Double
    /// Power of the pair relative to the rest without interference, in dB; 90 at most.
    let signalToNoise: Double
    /// Mean share of the pair in the windows' energy, corrected for the frequency errors, 0…1.
    let toneRatio: Double
    /// The same for the newest window.
    let newestToneRatio: Double
    /// Number of windows whose tone ratio is at least ``cleanToneRatio`` and ``pureToneRatio``.
    let cleanWindows: Int
    let pureWindows: Int
    /// Standard deviation of a tone's amplitude relative to its mean, for the tone with the larger one.
    let amplitudeDeviation: Double
    /// Agreement of the phase advances, 0…1, for the tone with the smaller one.
    let coherence: Double
    /// ``amplitudeDeviation`` of the clean windows alone, for a press that is damaged elsewhere.
    let cleanAmplitudeDeviation: Double
    /// Share of interference (hum, dial tone) in the windows' energy, 0…1.
    let interferenceShare: Double
    /// The purest of the first windows, from which the search for the onset starts.
    let early: PairWindow
    private let key: Key
    private let lowHalves, highHalves: (Phasor, Phasor)
    private let cleanAdvance: (low: Phasor, high: Phasor)

    static let cleanToneRatio = 0.93
    static let pureToneRatio = 0.96
    /// Number of first windows left out of the means, because the tone does not fill them yet.
    private static let risingWindows = 2
    /// Number of first windows among which the purest is chosen.
    private static let edgeWindows = 6
    /// Largest signal-to-noise ratio in dB, and the least share of noise in a division.
    private static let largestSignalToNoise = 90.0
    private static let leastNoise = 1e-9

    /// Measures `key` in `log`, which holds at least four windows.
    init(key: Key, log: borrowing [PairWindow]) {
        self.key = key
        windows = log.count
        let tones = Tones(log)
        let (lowAdvance, highAdvance) = (tones.lowHalves.0 + tones.lowHalves.1, tones.highHalves.0 + tones.highHalves.1)
        lowHz = lowAdvance.frequency(near: key.lowHz)
        highHz = highAdvance.frequency(near: key.highHz)
        frequencyError = max(abs(lowHz / key.lowHz - 1), abs(highHz / key.highHz - 1))
        let (low, high) = (tones.low, tones.high)
        twist = Decibel.ofPower(high.meanPower / low.meanPower)
        levelDBm0 = Level.dBm0(amplitude: max(low.meanPower, high.meanPower).squareRoot())
        amplitudeDeviation = max(low.relativeDeviation, high.relativeDeviation)
        coherence = min(lowAdvance.coherence, highAdvance.coherence)
        (lowHalves, highHalves) = (tones.lowHalves, tones.highHalves)

        // A tone off its nominal frequency puts a part of its energy outside the nominal window: sinc² of the error.
        let lowShare = low.meanPower / (low.meanPower + high.meanPower)
        let kept = lowShare * Self.kept(lowHz - key.lowHz) + (1 - lowShare) * Self.kept(highHz - key.highHz)
        let purity = Purity(log, kept: kept)
        toneRatio = purity.toneRatioSum / Double(log.count - Self.risingWindows)
        newestToneRatio = min(1, Double(log[log.count - 1].toneRatio) / kept)
        (cleanWindows, pureWindows) = (purity.clean, purity.pure)
        interferenceShare = purity.interferenceShare
        early = purity.early
        signalToNoise = min(
            Decibel.ofPower(toneRatio / max(1 - toneRatio, Self.leastNoise)), Self.largestSignalToNoise)
        cleanAmplitudeDeviation =
            purity.clean > 0
            ? max(purity.cleanLow.relativeDeviation, purity.cleanHigh.relativeDeviation) : .infinity
        cleanAdvance = purity.cleanAdvance
    }

    /// Change of the frequency from the first half to the second, in Hz, for the tone with the larger one.
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

    /// Index of the window ``Press/advanceHops`` before window `i`; `nil` if the pair was not present there.
    private static func partner(of i: Int, in log: borrowing [PairWindow]) -> Int? {
        guard i >= Press.advanceHops else { return nil }
        let before = i - Press.advanceHops
        return log[i].endHop - log[before].endHop == Press.advanceHops ? before : nil
    }

    /// Share of a tone's energy that the nominal tone's window keeps at `deviation` Hz from nominal.
    private static func kept(_ deviation: Double) -> Double {
        let x = .pi * deviation * Double(Frame.window) / Frame.rate
        guard abs(x) > 1e-6 else { return 1 }
        let sinc = Double(sinf(Float(x))) / x
        return sinc * sinc
    }
}

extension PressMeasurement {
    /// Amplitudes and phase advances of both tones in the steady windows.
    private struct Tones {
        var low = AmplitudeStatistics()
        var high = AmplitudeStatistics()
        /// Phase advances in the first and the second half of the press.
        var lowHalves = (Phasor(), Phasor())
        var highHalves = (Phasor(), Phasor())

        init(_ log: borrowing [PairWindow]) {
            let middle = log.count / 2
            for i in risingWindows..<log.count {
                low.add(log[i].lowAmplitude)
                high.add(log[i].highAmplitude)
                guard let before = partner(of: i, in: log) else { continue }
                if i <= middle {
                    addAdvance(from: log[before], to: log[i], &lowHalves.0, &highHalves.0)
                } else {
                    addAdvance(from: log[before], to: log[i], &lowHalves.1, &highHalves.1)
                }
            }
        }
    }

    /// Tone ratios of all windows, and statistics of the clean ones.
    private struct Purity {
        /// Sum over the steady windows.
        var toneRatioSum = 0.0
        var clean = 0
        var pure = 0
        var early: PairWindow
        var cleanLow = AmplitudeStatistics()
        var cleanHigh = AmplitudeStatistics()
        var cleanAdvance = (low: Phasor(), high: Phasor())
        private var energy: Float = 0
        private var interferenceEnergy: Float = 0

        var interferenceShare: Double {
            Double(interferenceEnergy / max(energy + interferenceEnergy, .leastNormalMagnitude))
        }

        /// - Parameter kept: Share of the pair's energy that the windows at nominal frequencies keep.
        init(_ log: borrowing [PairWindow], kept: Double) {
            early = log[0]
            let cleanLimit = Float(cleanToneRatio * kept)
            for i in log.indices {
                let toneRatio = min(1, Double(log[i].toneRatio) / kept)
                if toneRatio >= cleanToneRatio {
                    clean += 1
                    cleanLow.add(log[i].lowAmplitude)
                    cleanHigh.add(log[i].highAmplitude)
                    if let before = partner(of: i, in: log), log[before].toneRatio >= cleanLimit {
                        addAdvance(from: log[before], to: log[i], &cleanAdvance.low, &cleanAdvance.high)
                    }
                }
                if toneRatio >= pureToneRatio { pure += 1 }
                if i < edgeWindows, log[i].toneRatio > early.toneRatio { early = log[i] }
                guard i >= risingWindows else { continue }
                toneRatioSum += toneRatio
                energy += log[i].pairEnergy + log[i].rest
                interferenceEnergy += log[i].interference
            }
        }
    }
}

/// Mean and deviation of an amplitude.
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
