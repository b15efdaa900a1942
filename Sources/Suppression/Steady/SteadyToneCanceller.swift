internal import Glibc

/// Subtracts steady tones from the sound in which digits are searched: dial tone, ringback, an answering tone, CTCSS.
///
/// Each tone has an adaptive notch: its amplitude and phase follow the sound by least mean squares, and a phase-locked
/// loop of second order corrects its frequency (B. Widrow et al., "Adaptive noise cancelling", 1975). A digit is too
/// short for either. The output is not affected: samples that leave are those that came (``restore(_:into:)``).
struct SteadyToneCanceller: Sendable {
    /// Constants of a notch.
    private enum Loop {
        /// Seconds in which amplitude and phase follow. The notch is 1.3 Hz wide.
        static let time = 0.25
        /// Seconds after which a new notch has averaged enough to begin. Until ``time`` it is a plain mean.
        static let start = 0.016
        /// Weight of the frequency's correction, as a share of the squared gain. The loop is then damped critically.
        static let tracking = 0.25
        /// Share of its first amplitude below which a tone has ended.
        static let end = 0.5
        /// Largest correction of the frequency in Hz.
        static let reach = 4.0
    }

    private struct Notch {
        let amplitude: Double
        /// Radians a sample, and its correction.
        let turn: Double
        var correction = 0.0
        /// Phase of the next sample, radians.
        var phase = 0.0
        /// The tone is the real part of this weight times e^(j·phase).
        var weight = SIMD2<Double>(0, 0)
        /// Samples seen.
        var age: Double
    }

    /// Number of tones that are subtracted at the same time.
    static let most = 3

    private let sampleRate: Double
    private let held: Int
    private var notches: [Notch] = []
    /// The samples as they came, from sample ``first`` on.
    private var original: SampleRing
    private var first = 0
    /// Sample after which every sample that has lost a tone has left.
    private var waitsUntil = 0

    /// - Parameter held: Samples that may leave later than they were judged; 0 if none leaves.
    init(sampleRate: Double, held: Int) {
        self.sampleRate = sampleRate
        self.held = held
        // Most legs carry no steady tone: these floats take no memory until one does.
        original = SampleRing(keeping: max(held, 1), as: .floats)
        notches.reserveCapacity(Self.most)
    }

    /// Whether there are samples that differ from those that came.
    @inline(__always) var isActive: Bool { !notches.isEmpty || original.count > 0 }

    /// Whether another tone may be subtracted, and none within `distance` Hz is.
    func mayAdd(hz: Double, distance: Double) -> Bool {
        notches.count < Self.most
            && notches.allSatisfy { abs(($0.turn + $0.correction) * sampleRate / (2 * .pi) - hz) > distance }
    }

    /// Subtracts a tone from the next hop on.
    mutating func add(hz: Double, amplitude: Double) {
        notches.append(
            Notch(amplitude: amplitude, turn: 2 * .pi * hz / sampleRate, age: Loop.start * sampleRate))
    }

    /// Subtracts the tones from `range` of `ring`, the newest hop.
    mutating func cancel(_ ring: inout SampleRing, _ range: Range<Int>) {
        if held > 0 {
            if original.count == 0 { first = range.lowerBound }
            ring.withSamples(range) { original.append($0) }
        }
        guard !notches.isEmpty else {
            if range.upperBound > waitsUntil { original.clear() }
            return
        }
        for index in notches.indices { Self.subtract(&notches[index], sampleRate, &ring, range) }
        let time = Loop.time * sampleRate
        notches.removeAll {
            $0.age >= time && ($0.weight * $0.weight).sum().squareRoot() < Loop.end * $0.amplitude
        }
        waitsUntil = range.upperBound + held
    }

    private static func subtract(
        _ notch: inout Notch, _ sampleRate: Double, _ ring: inout SampleRing, _ range: Range<Int>
    ) {
        let turn = notch.turn + notch.correction
        let (cosine, sine) = (cos(turn), sin(turn))
        var (re, im) = (cos(notch.phase), sin(notch.phase))
        let gain = 2 / min(notch.age, Loop.time * sampleRate)
        var (error, weight) = (0.0, notch.weight)
        for index in range {
            let rest = Double(ring[index]) - (weight.x * re - weight.y * im)
            ring[index] = Float(rest)
            let step = rest * SIMD2(re, -im)
            error += step.y * weight.x - step.x * weight.y
            weight += gain * step
            (re, im) = (re * cosine - im * sine, re * sine + im * cosine)
        }
        notch.weight = weight
        notch.phase = (notch.phase + turn * Double(range.count)).remainder(dividingBy: 2 * .pi)
        if notch.age >= Loop.time * sampleRate {
            let reach = Loop.reach * 2 * .pi / sampleRate
            let power = (weight * weight).sum() + 1e-12
            notch.correction += Loop.tracking * gain * gain * error / power
            notch.correction = min(max(notch.correction, -reach), reach)
        }
        notch.age += Double(range.count)
    }

    /// Writes the samples of `range` as they came to the beginning of `block`, which holds the others already.
    func restore(_ range: Range<Int>, into block: inout [Float]) {
        // With no look-ahead, samples of a hop that is not complete leave too.
        let changed = range.clamped(to: first..<first + original.count)
        for index in changed { block[index - range.lowerBound] = original[index - first] }
    }
}
