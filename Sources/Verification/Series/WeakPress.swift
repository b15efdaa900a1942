internal import Glibc

/// Successive windows whose two strongest peaks, one in each group, keep their frequencies.
///
/// It may be a key in noise, clipped, twisted or off speed. Voices and music hold such pairs too.
struct WeakPress {
    /// First and last hop whose window is within 10 dB of the loudest.
    let first: Int
    let last: Int
    let windows: Int
    /// Mean share of the pair in the power.
    let toneRatio: Float
    let lowHz: Float
    let highHz: Float
    /// Standard deviation of the less steady frequency, as a fraction.
    let spread: Float
    /// Level of the stronger tone in dBm0, and high tone minus low tone in dB; means over the windows.
    let level: Float
    let twist: Float
    /// The keys that it may be.
    let readings: [Reading]
    /// Whether another detector found a press here.
    var isFound = false
    /// Why another detector doubts that this is a press, or `nil` if no other one found it.
    let doubt: Doubt?

    enum Doubt {
        /// Its tone ratio is one that voices reach, too.
        case impure
        /// It is among steady tones that are not a key's.
        case overNotes
    }

    /// A key, and the speed at which the recording plays if the tones are that key's.
    struct Reading {
        /// The key's number: four times its row and its column.
        var key: Int
        /// Speed error as a fraction; 0 if both tones are near nominal.
        var error: Float
    }

    /// Ratio of the loudest window's pair to the least of a window inside the tones: 10 dB.
    private static let edge: Float = 10
    /// Largest frequency error of a tone in a recording at the right speed, as a fraction.
    private static let nominalOffset = 0.016
    /// Largest speed error, as a fraction, and largest difference of both tones' errors. Tapes and sound cards err by
    /// up to 6 %.
    private static let largestError = 0.067
    private static let agreement = 0.010
    /// Largest distance from 2 of a ratio of frequencies that is a note with its octave.
    private static let octave: Float = 0.004

    /// `frames` are the long windows from hop `hop` on, one every second hop.
    init(_ frames: [PairFrame], from hop: Int) {
        let least = (frames.map(\.pair).max() ?? 0) / Self.edge
        let start = frames.firstIndex { $0.pair >= least } ?? 0
        let end = frames.lastIndex { $0.pair >= least } ?? 0
        let inside = frames[start...end]
        (first, last, windows) = (hop + 2 * start, hop + 2 * end, inside.count)
        var (ratio, low, high) = (Float(0), Float(0), Float(0))
        var (lowHz, highHz) = (PressRun.Statistics(), PressRun.Statistics())
        for frame in inside {
            ratio += frame.toneRatio
            low += 10 * log10f(max(frame.low, 1e-15))
            high += 10 * log10f(max(frame.high, 1e-15))
            lowHz.add(frame.lowHz)
            highHz.add(frame.highHz)
        }
        let count = Float(inside.count)
        toneRatio = ratio / count
        (self.lowHz, self.highHz) = (lowHz.mean, highHz.mean)
        spread = max(lowHz.relative, highHz.relative)
        level = max(low, high) / count + Float(Level.fullScaleSine)
        twist = (high - low) / count
        readings = Self.readings(Double(lowHz.mean), Double(highHz.mean))
        doubt = nil
    }

    /// A press in `hops` that another detector doubts. Its tone ratio and spread are not known.
    init(_ hops: ClosedRange<Int>, doubt: Doubt, lowHz: Float, highHz: Float, level: Float, twist: Float) {
        (first, last, windows) = (hops.lowerBound, hops.upperBound, hops.count / 2 + 1)
        (toneRatio, spread) = (0, 0)
        (self.lowHz, self.highHz, self.level, self.twist) = (lowHz, highHz, level, twist)
        readings = Self.readings(Double(lowHz), Double(highHz))
        self.doubt = doubt
    }

    private static func readings(_ lowHz: Double, _ highHz: Double) -> [Reading] {
        if abs(Float(highHz / lowHz) - 2) < octave { return [] }
        var readings: [Reading] = []
        for (row, low) in ToneGroup.low.nominal.enumerated() {
            for (column, high) in ToneGroup.high.nominal.enumerated() {
                let errors = (lowHz / low - 1, highHz / high - 1)
                if max(abs(errors.0), abs(errors.1)) < nominalOffset {
                    return [Reading(key: 4 * row + column, error: 0)]
                }
                let mean = (errors.0 + errors.1) / 2
                guard abs(errors.0 - errors.1) < agreement, abs(mean) < largestError else { continue }
                readings.append(Reading(key: 4 * row + column, error: Float(mean)))
            }
        }
        return readings
    }

    func isOfOtherKey(than other: WeakPress) -> Bool { readings.first?.key != other.readings.first?.key }

    func overlaps(_ other: WeakPress) -> Bool { first <= other.last && other.first <= last }

    /// Largest distance of a tone from the frequencies of the nearest key, as a fraction.
    var offset: Double {
        max(abs(ToneGroup.low.offset(of: Double(lowHz))), abs(ToneGroup.high.offset(of: Double(highHz))))
    }
}

/// Finds weak presses in the long windows of one channel.
struct WeakPressFinder {
    /// Least share of the pair in a window's power: that of a key in noise as loud as it is less the noise's chance.
    private static let toneRatio: Float = 0.4
    /// Largest twist in dB in either direction: what a microphone does to a key.
    private static let twist: Float = 22
    /// Largest change of a tone's frequency from one window to the next, as a fraction.
    private static let step: Float = 0.012
    /// Least and largest number of windows: 15 ms and 2 s from the first middle to the last.
    private static let windows = (least: 3, most: 400)

    private var frames: [PairFrame] = []
    private var first = 0

    /// Hop at which the open press began.
    var openSince: Int? { frames.isEmpty ? nil : first }

    /// Takes the long window around hop `hop`. Returns the weak press that ended before it.
    mutating func process(_ frame: PairFrame, hop: Int) -> WeakPress? {
        let mayBelong =
            frame.toneRatio > Self.toneRatio && frame.levelDBm0 > Level.leastTone
            && abs(frame.twist) < Self.twist
        if mayBelong, let last = frames.last, frames.count < Self.windows.most,
            abs(frame.lowHz / last.lowHz - 1) < Self.step, abs(frame.highHz / last.highHz - 1) < Self.step
        {
            frames.append(frame)
            return nil
        }
        let ended = end()
        if mayBelong { frames.append(frame) }
        first = hop
        return ended
    }

    /// Ends the open press.
    mutating func end() -> WeakPress? {
        defer { frames.removeAll(keepingCapacity: true) }
        return frames.count < Self.windows.least ? nil : WeakPress(frames, from: first)
    }
}
