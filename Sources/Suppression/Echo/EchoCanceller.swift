/// Subtracts the echo of each leg's removed tones from the other legs. The rest of what they carry stays.
///
/// It works on the samples that leave. It is known by then what was removed from a leg. The echo comes 12 ms later or
/// more, so no look-ahead is needed. Nothing is subtracted until a path is known (``EchoPath``).
///
/// A path is learned from digits alone. Speech does not change a path, and speech between digits is not touched.
struct EchoCanceller: Sendable {
    /// Longest piece of a press from which a path is learned at a time, in seconds.
    private static let longestPiece = 0.080
    /// Seconds that a complete piece may wait for the end of another leg's adaptation; then it is dropped.
    private static let longestWait = 0.014
    /// The number of lags is a multiple of this.
    private static let lagStep = 64

    private let channels: Int
    private let factor: Int
    /// Number of delays that are searched, in samples of the low rate.
    private let lags: Int
    /// Samples of each leg that must be kept after they left.
    let kept: Int
    private(set) var known: KnownEchoes
    /// What was removed from each leg.
    var removed: [RemovedTone]
    /// The path from each leg to each other leg.
    private var paths: [EchoPath]
    /// The piece of a press that is learned from now.
    private var adaptation: EchoAdaptation
    /// Largest distance from the beginning of a piece to the newest sample at which it may still be learned from.
    private let oldestBegin: Int

    init(sampleRate: Double, channels: Int) {
        self.channels = channels
        let decimator = Decimator(sampleRate: sampleRate)
        factor = decimator.factor
        let rate = sampleRate / Double(factor)
        known = KnownEchoes(legs: channels, rate: rate)
        let (earliest, delay) = (known.earliest, KnownEchoes.delay)
        lags = Int((delay.most - delay.least) * rate) / Self.lagStep * Self.lagStep
        let longest = Int(Self.longestPiece * rate) / EchoPath.block * EchoPath.block
        // An adaptation to the same leg ends a piece before the end of the next one.
        oldestBegin = earliest + lags + Int(Self.longestWait * rate)
        kept = (oldestBegin + EchoPath.block + EchoAdaptation.filterMemory) * factor + 2 * decimator.delay + 1
        removed = Array(
            repeating: RemovedTone(keeping: kept, longestPiece: longest, factor: factor), count: channels)
        // No leg has a path to itself.
        paths = []
        for pair in 0..<channels * channels {
            paths.append(EchoPath(lags: pair / channels == pair % channels ? 0 : lags))
        }
        adaptation = EchoAdaptation(
            rate: rate, legs: channels, longest: longest, earliest: earliest, lags: lags, decimator)
    }

    /// Frames after which a path may have been learned.
    var step: Int { factor * EchoPath.block }

    /// Whether no echo is subtracted, and none is learned from, after `now` frames have left.
    func isIdle(now: Int) -> Bool {
        adaptation.source == nil
            && removed.allSatisfy { !$0.hasPiece && now - $0.last > (known.earliest + lags) * factor }
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
            let path = known[from: source, to: leg]
            guard let first = path.first else { continue }
            // Most of the time nothing was removed lately.
            guard range.lowerBound - removed[source].last <= (known.earliest + lags) * factor else { continue }
            if !isThere { for index in 0..<range.count { echo[index] = 0 } }
            isThere = true
            let (removed, ring) = (removed[source], legs[source].ring)
            for index in range {
                var part: Float = 0
                for tap in 0..<EchoPath.taps {
                    let late = index - (known.earliest + first + tap) * factor
                    part += path.response[tap] * (late >= 0 && removed.contains(late) ? ring[late] : 0)
                }
                echo[index - range.lowerBound] += part
            }
        }
        return isThere
    }

    /// Learns from what was removed, after `now` frames have left.
    mutating func learn(now: Int, _ legs: [ChannelSuppressor]) {
        guard now % step == 0 else { return }
        let low = now / factor
        for leg in 0..<channels { removed[leg].endPiece(before: low) }
        if adaptation.source == nil { beginAdaptation(low) }
        adaptation.advance(now: low, legs, removed: removed, &paths, &known)
    }

    /// Begins with the oldest piece. A piece whose first samples are not kept any longer is not learned from.
    private mutating func beginAdaptation(_ now: Int) {
        var oldest: (piece: Range<Int>, leg: Int)?
        for leg in 0..<channels {
            while let piece = removed[leg].oldestPiece, piece.lowerBound < now - oldestBegin {
                removed[leg].dropOldestPiece()
            }
            guard let piece = removed[leg].oldestPiece else { continue }
            if piece.upperBound < oldest?.piece.upperBound ?? .max { oldest = (piece, leg) }
        }
        guard let oldest else { return }
        removed[oldest.leg].dropOldestPiece()
        adaptation.begin(oldest.piece, of: oldest.leg)
    }
}
