/// Subtracts the echo of each leg's removed tones from the other legs. The rest of what they carry stays.
///
/// It works on the samples that leave. It is known by then what was removed from a leg. The echo comes 12 ms later or
/// more, so no look-ahead is needed. Nothing is subtracted until a path is known (``EchoPath``).
///
/// A path is learned from digits alone. Speech does not change a path, and speech between digits is not touched.
struct EchoCanceller: Sendable {
    /// Least and largest delay of an echo, in seconds.
    private static let delay = (least: 0.012, most: 0.160)
    /// Longest piece of a press from which a path is learned at a time, in seconds.
    private static let longestPiece = 0.080
    /// Seconds before and after a block over which the power of the other leg is measured.
    private static let powerReach = 0.032
    /// Number of pieces without an echo that prove that there is none. Under speech, two or three presses give this
    /// many.
    private static let piecesThatTell = 6
    /// Largest gain in power of an unknown path: −10 dB.
    private static let largestUnknownGain: Float = 0.1
    /// Factor in power by which the gain of a known path may exceed that of its taps: 6 dB.
    private static let gainMargin: Float = 4
    /// The number of lags is a multiple of this.
    private static let lagStep = 64
    /// Added to a mean power before division, mean square.
    private static let leastLoudness: Float = 1e-9

    /// The recent past of one leg.
    private struct Line: Sendable {
        var soundDecimator: Decimator
        var toneDecimator: Decimator
        var soundBand: ToneBandFilter
        var toneBand: ToneBandFilter
        /// Rings at the low rate, filtered to the tone band: what the leg carried, and what was removed from it.
        var sound: [Float]
        var tone: [Float]
        /// A ring at the full rate: what was removed.
        var taken: [Float]
        /// The newest frame from which something was removed.
        var lastTaken = Int.min / 2
        /// A press, in samples of the low rate, from which nothing has been learned yet.
        var press: Range<Int>?
    }

    private let channels: Int
    private let factor: Int
    /// The low rate in samples a second.
    private let rate: Double
    /// The least delay, the number of delays that are searched, and the length of the longest piece, in samples of the
    /// low rate.
    private let earliest: Int
    private let lags: Int
    private let longest: Int
    private var lines: [Line]
    /// The path from each leg to each other leg.
    private var paths: [EchoPath]
    private var now = 0
    /// Blocks before and after a block over which the power of the other leg is measured.
    private let breadth: Int
    /// Work space for one piece; see ``EchoPath/learn(_:power:_:weights:)``.
    private var tone: [Float]
    private var power: [Float]
    private var sound: [Float]
    private var weights: [Float]

    init(sampleRate: Double, channels: Int) {
        self.channels = channels
        let decimator = Decimator(sampleRate: sampleRate)
        factor = decimator.factor
        let rate = sampleRate / Double(factor)
        self.rate = rate
        earliest = Int(Self.delay.least * rate)
        lags = Int((Self.delay.most - Self.delay.least) * rate) / Self.lagStep * Self.lagStep
        longest = Int(Self.longestPiece * rate) / EchoPath.block * EchoPath.block
        let (earliest, lags, longest) = (earliest, lags, longest)
        // A piece is used at most one block after its last echo has arrived.
        let past = longest + earliest + lags + EchoPath.block + 1
        func ring(_ least: Int) -> [Float] {
            var size = 1
            while size < least { size *= 2 }
            return Array(repeating: 0, count: size)
        }
        let line = Line(
            soundDecimator: decimator, toneDecimator: decimator, soundBand: ToneBandFilter(sampleRate: rate),
            toneBand: ToneBandFilter(sampleRate: rate), sound: ring(past), tone: ring(past),
            taken: ring((earliest + lags + EchoPath.taps) * factor + 1))
        lines = Array(repeating: line, count: channels)
        paths = Array(repeating: EchoPath(lags: lags), count: channels * channels)
        tone = Array(repeating: 0, count: longest)
        sound = Array(repeating: 0, count: longest + lags)
        power = Array(repeating: 0, count: longest / EchoPath.block)
        weights = Array(repeating: 0, count: sound.count / EchoPath.block)
        breadth = Int(Self.powerReach * rate) / EchoPath.block
    }

    /// Delays in milliseconds at which `leg` may carry an echo of `source` that ``echo(on:)`` does not subtract.
    ///
    /// - Parameter isAssumed: Whether an echo is assumed until a press has shown that there is none.
    /// - Returns: `nil` if there is no such echo.
    func unknownDelays(from source: Int, to leg: Int, isAssumed: Bool) -> ClosedRange<Int>? {
        let path = paths[source * channels + leg]
        if let first = path.first {
            guard !path.isWhole else { return nil }
            let delay = Int(1000 * Double(earliest + first + EchoPath.taps / 2) / rate)
            return delay...delay
        }
        guard path.isHeard ?? isAssumed else { return nil }
        return Int(1000 * Self.delay.least)...Int(1000 * Self.delay.most)
    }

    /// Largest gain in power of a pair from `source` to `leg`; 0 if there is no echo.
    ///
    /// - Parameters:
    ///   - pair: The two frequencies in Hz.
    ///   - isAssumed: Whether an echo is assumed even if none was heard.
    func largestGain(of pair: SIMD2<Double>, from source: Int, to leg: Int, isAssumed: Bool) -> Float {
        guard !isAssumed else { return Self.largestUnknownGain }
        let path = paths[source * channels + leg]
        guard path.piecesWithout ?? 0 < Self.piecesThatTell else { return 0 }
        guard path.isWhole else { return Self.largestUnknownGain }
        let turn = pair * (2 * Double.pi / rate)
        return min(Self.largestUnknownGain, Self.gainMargin * max(path.gain(at: turn[0]), path.gain(at: turn[1])))
    }

    /// The echo in the next sample that leaves `leg`. The output is the sample less this value.
    @inline(__always) func echo(on leg: Int) -> Float {
        var echo: Float = 0
        for source in 0..<channels where source != leg {
            // A source from which nothing was removed lately has no echo, which is the usual case.
            guard now - lines[source].lastTaken <= (earliest + lags) * factor else { continue }
            echo += response(to: source, on: leg)
        }
        return echo
    }

    private func response(to source: Int, on leg: Int) -> Float {
        let index = source * channels + leg
        guard let first = paths[index].first else { return 0 }
        let mask = lines[source].taken.count - 1
        var echo: Float = 0
        for tap in 0..<EchoPath.taps {
            let late = (earliest + first + tap) * factor
            echo += paths[index].response[tap] * lines[source].taken[(now - late) & mask]
        }
        return echo
    }

    /// Notes the sample that has just left `leg`: what it carried, and the part that was a removed tone.
    @inline(__always) mutating func note(_ carried: Float, taken: Float, on leg: Int) {
        lines[leg].taken[now & (lines[leg].taken.count - 1)] = taken
        let low = now / factor
        if taken != 0 {
            lines[leg].lastTaken = now
            lines[leg].press = (lines[leg].press?.lowerBound ?? low)..<(low + 1)
        }
        if let sample = lines[leg].soundDecimator.take(carried) {
            lines[leg].sound[low & (lines[leg].sound.count - 1)] = lines[leg].soundBand.take(sample)
        }
        if let sample = lines[leg].toneDecimator.take(taken) {
            lines[leg].tone[low & (lines[leg].tone.count - 1)] = lines[leg].toneBand.take(sample)
        }
    }

    /// Advances to the next frame. Every leg's sample must have been noted.
    @inline(__always) mutating func advance() {
        now += 1
        guard now % (factor * EchoPath.block) == 0 else { return }
        for leg in 0..<channels {
            guard let press = lines[leg].press else { continue }
            let end = min(press.upperBound, press.lowerBound + longest)
            guard now / factor >= end + earliest + lags else { continue }
            lines[leg].press = end < press.upperBound ? end..<press.upperBound : nil
            learn(from: press.lowerBound..<end, of: leg)
        }
    }

    private mutating func learn(from press: Range<Int>, of source: Int) {
        let count = press.count / EchoPath.block * EchoPath.block
        guard count > 0 else { return }
        for index in 0..<count {
            tone[index] = lines[source].tone[(press.lowerBound + index) & (lines[source].tone.count - 1)]
        }
        for block in 0..<count / EchoPath.block { power[block] = Self.energy(of: tone, block) }
        for leg in 0..<channels where leg != source {
            let mask = lines[leg].sound.count - 1
            for index in 0..<(count + lags) {
                sound[index] = lines[leg].sound[(press.lowerBound + earliest + index) & mask]
            }
            weigh(count + lags)
            paths[source * channels + leg].learn(tone, power: power, sound, weights: weights, count: count)
        }
        // No sample of a digit may stay in the buffers.
        for index in tone.indices { tone[index] = 0 }
        for index in sound.indices { sound[index] = 0 }
    }

    /// Multiplies the first `count` samples of ``sound`` by weights from the power around them.
    private mutating func weigh(_ count: Int) {
        let blocks = count / EchoPath.block
        var sum: Float = 0
        var held = 0..<0
        for block in 0..<blocks {
            let wanted = max(0, block - breadth)..<min(blocks, block + breadth)
            while held.upperBound < wanted.upperBound {
                sum += Self.energy(of: sound, held.upperBound)
                held = held.lowerBound..<(held.upperBound + 1)
            }
            while held.lowerBound < wanted.lowerBound {
                sum -= Self.energy(of: sound, held.lowerBound)
                held = (held.lowerBound + 1)..<held.upperBound
            }
            // The end of a word is louder than what follows it. Weighted by the mean alone it would dominate the sum.
            let loudness = max(sum / Float(held.count), Self.energy(of: sound, block)) / Float(EchoPath.block)
            weights[block] = 1 / (loudness + Self.leastLoudness)
        }
        for index in 0..<count { sound[index] *= weights[index / EchoPath.block] }
    }

    private static func energy(of samples: [Float], _ block: Int) -> Float {
        var energy: Float = 0
        let first = block * EchoPath.block
        for index in first..<first + EchoPath.block { energy += samples[index] * samples[index] }
        return energy
    }
}
