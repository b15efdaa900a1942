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
    /// What paths and adaptation are in: whole pages for the adaptation first, which needs them only for a while.
    private var memory: ReservedFloats
    private let learning: Int
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
        let lags = lags
        func make(in memory: inout ReservedFloats.Allotment) -> (EchoAdaptation, learning: Int, [EchoPath]) {
            let adaptation = EchoAdaptation(
                rate: rate, legs: channels, longest: longest, earliest: earliest, lags: lags, decimator, in: &memory)
            memory.beginPage()
            let learning = memory.used
            var paths: [EchoPath] = []
            for pair in 0..<channels * channels {
                paths.append(EchoPath(lags: Self.lags(of: pair, channels, lags), in: &memory))
            }
            return (adaptation, learning, paths)
        }
        var needed = ReservedFloats.Allotment(nil)
        _ = make(in: &needed)
        memory = ReservedFloats(count: needed.used)
        var pieces = ReservedFloats.Allotment(memory)
        (adaptation, learning, paths) = make(in: &pieces)
    }

    /// No leg has a path to itself.
    private static func lags(of pair: Int, _ channels: Int, _ lags: Int) -> Int {
        pair / channels == pair % channels ? 0 : lags
    }

    /// Copies the memory if another canceller has the same: this one was copied.
    private mutating func makeMemoryUnique() {
        guard !isKnownUniquelyReferenced(&memory) else { return }
        memory = memory.copy()
        var pieces = ReservedFloats.Allotment(memory)
        adaptation.move(to: &pieces)
        pieces.beginPage()
        for pair in paths.indices { paths[pair].move(lags: Self.lags(of: pair, channels, lags), to: &pieces) }
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
        guard adaptation.source != nil else { return }
        makeMemoryUnique()
        adaptation.advance(now: low, legs, removed: removed, &paths, &known)
        if adaptation.source == nil { memory.wipe(first: learning) }
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
