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

    /// Samples at the low rate after which nothing of what was before is left in the band-pass filter.
    private static let filterMemory = 256

    private let channels: Int
    private let factor: Int
    /// The low rate in samples a second.
    private let rate: Double
    /// The least delay, the number of delays that are searched, and the length of the longest piece, in samples of the
    /// low rate.
    private let earliest: Int
    private let lags: Int
    private let longest: Int
    /// Samples of each leg that must be kept after they left.
    let kept: Int
    private let decimator: Decimator
    private let band: ToneBandFilter
    /// What was removed from each leg.
    var removed: [RemovedTone]
    /// The path from each leg to each other leg.
    private var paths: [EchoPath]
    /// Blocks before and after a block over which the power of the other leg is measured.
    private let breadth: Int
    /// Work space for one piece; see ``EchoPath/learn(_:power:_:weights:)``.
    private var tone: [Float]
    private var power: [Float]
    private var sound: [Float]
    private var weights: [Float]

    init(sampleRate: Double, channels: Int) {
        self.channels = channels
        decimator = Decimator(sampleRate: sampleRate)
        factor = decimator.factor
        let rate = sampleRate / Double(factor)
        self.rate = rate
        band = ToneBandFilter(sampleRate: rate)
        earliest = Int(Self.delay.least * rate)
        lags = Int((Self.delay.most - Self.delay.least) * rate) / Self.lagStep * Self.lagStep
        longest = Int(Self.longestPiece * rate) / EchoPath.block * EchoPath.block
        // A piece is used at most one block after its last echo has arrived.
        kept = (longest + earliest + lags + EchoPath.block + Self.filterMemory) * factor + 2 * decimator.delay + 1
        removed = Array(repeating: RemovedTone(keeping: kept, factor: factor), count: channels)
        // No leg has a path to itself.
        paths = []
        for pair in 0..<channels * channels {
            paths.append(EchoPath(lags: pair / channels == pair % channels ? 0 : lags))
        }
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

    /// Frames after which a path may have been learned.
    var step: Int { factor * EchoPath.block }

    /// Whether no echo is subtracted, and none is learned from, after `now` frames have left.
    func isIdle(now: Int) -> Bool {
        removed.allSatisfy { $0.press == nil && now - $0.last > (earliest + lags) * factor }
    }

    /// The echo in the next samples that leave `leg`: this is what removes an echo.
    ///
    /// - Parameters:
    ///   - range: The samples, no more than ``step``.
    ///   - legs: The legs, which hold their samples.
    ///   - echo: Receives the echo.
    /// - Returns: Whether there may be one.
    func echo(on leg: Int, in range: Range<Int>, _ legs: [ChannelSuppressor], into echo: inout [Float]) -> Bool {
        var isThere = false
        for source in 0..<channels where source != leg {
            guard let first = paths[source * channels + leg].first else { continue }
            // Most of the time nothing was removed lately.
            guard range.lowerBound - removed[source].last <= (earliest + lags) * factor else { continue }
            if !isThere { for index in 0..<range.count { echo[index] = 0 } }
            isThere = true
            let (removed, ring) = (removed[source], legs[source].ring)
            let response = paths[source * channels + leg].response
            for index in range {
                var part: Float = 0
                for tap in 0..<EchoPath.taps {
                    let late = index - (earliest + first + tap) * factor
                    part += response[tap] * (late >= 0 && removed.contains(late) ? ring[late] : 0)
                }
                echo[index - range.lowerBound] += part
            }
        }
        return isThere
    }

    /// Learns from the presses whose last echo has left, after `now` frames have left.
    mutating func learn(now: Int, _ legs: [ChannelSuppressor]) {
        guard now % step == 0 else { return }
        for leg in 0..<channels {
            guard let press = removed[leg].press else { continue }
            let end = min(press.upperBound, press.lowerBound + longest)
            guard now / factor >= end + earliest + lags else { continue }
            removed[leg].press = end < press.upperBound ? end..<press.upperBound : nil
            learn(from: press.lowerBound..<end, of: leg, legs)
        }
    }

    private mutating func learn(from press: Range<Int>, of source: Int, _ legs: [ChannelSuppressor]) {
        let count = press.count / EchoPath.block * EchoPath.block
        guard count > 0 else { return }
        let (ring, removed) = (legs[source].ring, removed[source])
        Self.filter(decimator, band, from: press.lowerBound, count, into: &tone) {
            $0 >= 0 && removed.contains($0) ? ring[$0] : 0
        }
        for block in 0..<count / EchoPath.block { power[block] = Self.energy(of: tone, block) }
        for leg in 0..<channels where leg != source {
            let ring = legs[leg].ring
            Self.filter(decimator, band, from: press.lowerBound + earliest, count + lags, into: &sound) {
                $0 >= 0 ? ring[$0] : 0
            }
            weigh(count + lags)
            paths[source * channels + leg].learn(tone, power: power, sound, weights: weights, count: count)
        }
        // No sample of a digit may stay in the buffers.
        for index in tone.indices { tone[index] = 0 }
        for index in sound.indices { sound[index] = 0 }
    }

    /// Fills `result` with `count` samples at the low rate, from `first` on, filtered to the tone band.
    private static func filter(
        _ decimator: Decimator, _ band: ToneBandFilter, from first: Int, _ count: Int, into result: inout [Float],
        _ sample: (Int) -> Float
    ) {
        var band = band
        for low in first - filterMemory..<first { _ = band.take(decimator.value(at: low, of: sample)) }
        for index in 0..<count { result[index] = band.take(decimator.value(at: first + index, of: sample)) }
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
