internal import DTMF

/// The digits that the receiver of one leg confirms.
///
/// The receiver of the module `DTMF` hears every sample, confirms digits and knows their ends to the millisecond.
///
/// With a long look-ahead, each suspect span is confirmed or revoked before its first sample leaves. A span that the
/// receiver does not confirm may be a fragment, which is too short for a receiver. ``SuspectSpans`` keeps it if its
/// score and a fit of two sinusoids say so. Everything else was speech and passes.
///
/// In a stream, a digit under speech may escape the onset detector. It is then removed from its confirmation on.
struct Confirmation: Sendable {
    /// Least look-ahead in seconds with which a digit is confirmed before its first sample leaves, in any noise.
    static let leastLookAhead = 0.2
    /// Seconds removed before and after a confirmed digit, because a low-rate codec smears its ends.
    static let margin = 0.010
    /// Seconds after the end of a digit within which its echo ends.
    private static let echoReach = 0.200
    /// Delay of an echo in seconds.
    private static let echoDelay = (least: 0.015, most: 0.160)
    /// A digit that goes on is marked up to this many seconds behind the newest sample: the receiver reports its end
    /// late.
    private static let longestWait = 0.100
    private static let waitReserve = 0.002
    /// Number of digits remembered of this leg, and of the other legs.
    private static let remembered = (inFile: 16, inStream: 4)
    /// The rate at which the detector takes samples as they are.
    private static let detectorRate = 8000.0

    /// Whether the receiver's verdict on a sample is known before the sample leaves.
    let canRevoke: Bool
    /// Samples behind the newest one up to which a digit that goes on is marked.
    private let wait: Int
    private let sampleRate: Double
    private let leg: Int
    private let extent: DigitExtent
    private var detector: Detector
    /// The receiver whose digits are reported, if that one hears more.
    private var narrowDetector: Detector?
    /// Whether the detector reads the ring of the leg.
    private let readsRing: Bool
    /// Samples that the receiver heard, and sample before which it can tell nothing new.
    private var heard = 0
    private var listensAt = 0
    private var known: KnownPresses
    private var spans: SuspectSpans
    private let remembered: Int
    private var confirmed: [ConfirmedDigit] = []
    private var confirmedElsewhere: [ConfirmedDigit] = []
    /// First sample of the digit that goes on.
    private var onset: Int?
    /// The key of the present press or the last one, and its tones.
    private var key: Key?
    private var pair = ConfirmedDigit.Pair()

    /// - Parameters:
    ///   - profile: The thresholds of the digits that are reported. What ``DetectorProfile/q24`` hears is confirmed in
    ///     any case.
    ///   - presses: Presses that are known before, in order of time. They are confirmed if a span can be revoked.
    init(leg: Int, sampleRate: Double, lookAhead: Double, profile: DetectorProfile, presses: [KeyPress] = []) {
        self.leg = leg
        self.sampleRate = sampleRate
        canRevoke = lookAhead >= Self.leastLookAhead
        wait = Int((min(lookAhead, Self.longestWait) - Self.waitReserve) * sampleRate)
        extent = DigitExtent(sampleRate: sampleRate)
        let readsRing = Self.ringReach(sampleRate: sampleRate) > 0
        self.readsRing = readsRing
        func detector(_ profile: DetectorProfile) -> Detector {
            readsRing ? Detector(readingRingOf: profile) : Detector(sampleRate: sampleRate, profile: profile)
        }
        let isWide = profile.covers(.q24)
        self.detector = detector(isWide ? profile : .q24)
        narrowDetector = isWide ? nil : detector(profile)
        known = KnownPresses(canRevoke ? presses : [], sampleRate: sampleRate)
        spans = SuspectSpans(sampleRate: sampleRate, isUsed: canRevoke)
        remembered = canRevoke ? Self.remembered.inFile : Self.remembered.inStream
        confirmed.reserveCapacity(remembered)
        confirmedElsewhere.reserveCapacity(remembered)
    }

    /// Judged samples that the ring of the leg must hold, if the detector reads that ring; otherwise 0.
    static func ringReach(sampleRate: Double) -> Int { sampleRate == detectorRate ? Detector.ringReach : 0 }

    /// Whether the receiver can tell nothing yet.
    @inline(__always) func isWaiting(received: Int) -> Bool {
        onset == nil && received < listensAt && received < known.dueAt
    }

    /// Whether a digit was confirmed whose end is not known.
    var isAmidDigit: Bool { onset != nil }

    /// Whether a digit was confirmed that lies within `reach` samples of sample `index`.
    func hasConfirmed(within reach: Int, of index: Int) -> Bool {
        confirmed.contains(within: reach, of: index..<index + 1)
    }

    /// Whether the echo of another leg's digit may be searched for.
    @inline(__always) var mayFindEcho: Bool { canRevoke && !confirmedElsewhere.isEmpty }

    /// Passes new samples to the receiver. Returns a digit that is confirmed, or known further, since the last call.
    ///
    /// - Parameters:
    ///   - ring: The samples of the leg.
    ///   - received: Number of samples taken so far.
    ///   - keyEvents: Receives the digits that are reported.
    ///   - fit: Fits the pair of a key to a range of samples.
    mutating func listen(
        _ ring: borrowing SampleRing, received: Int, _ keyEvents: inout [ChannelEvent], fit: DigitExtent.Fit
    ) -> ConfirmedDigit? {
        var (began, ended): (Int?, Range<Int>?)
        var key: Key?
        if readsRing {
            ring.withPlaces {
                detector.process(until: received, of: $0)
                narrowDetector?.process(until: received, of: $0)
            } floats: {
                detector.process(until: received, of: $0)
                narrowDetector?.process(until: received, of: $0)
            }
        } else {
            ring.withSamples(heard..<received) {
                detector.process($0)
                narrowDetector?.process($0)
            }
        }
        heard = received
        listensAt = received + min(detector.samplesAwaited, narrowDetector?.samplesAwaited ?? .max)
        for event in narrowDetector?.events ?? detector.events {
            keyEvents.append(ChannelEvent(channel: leg, event: event))
        }
        for event in detector.events {
            switch event {
            case .decided(let pressed, let onset):
                key = pressed
                began = onset
            case .ended(let press): ended = press.start..<press.end
            }
        }
        let margin = Int(Self.margin * sampleRate)
        let going = onset
        onset = began ?? (ended == nil ? onset : nil)
        if let began, let key {
            onset = began
            if canRevoke {
                let (start, pair) = extent.start(of: key, onset: began, received: received, fit)
                onset = max(0, start - margin)
                self.pair = pair
            }
            self.key = key
        }
        if canRevoke, let ended {
            let end =
                self.key.map { extent.end(of: $0, press: ended, power: pair.power, received: received, fit) }
                ?? ended.upperBound
            return confirm((going ?? max(0, ended.lowerBound - margin))..<(end + margin))
        }
        // While the digit goes on its end is unknown, so the samples that are about to leave belong to it.
        guard let onset else { return nil }
        return confirm(onset..<max(onset + 1, received - wait))
    }

    private mutating func confirm(_ range: Range<Int>) -> ConfirmedDigit {
        let digit = ConfirmedDigit(leg: leg, range: range, pair: pair)
        Self.remember(digit, in: &confirmed, remembered)
        return digit
    }

    /// Whether a known press may be due.
    @inline(__always) func mayKnowDigit(received: Int) -> Bool { received >= known.dueAt }

    /// A known press that the receiver does not confirm, as far as it was received.
    mutating func knownDigit(received: Int, fit: DigitExtent.Fit) -> ConfirmedDigit? {
        guard mayKnowDigit(received: received) else { return nil }
        let (confirmed, elsewhere, margin) = (confirmed, self, Int(Self.margin * sampleRate))
        let press = known.next(
            received: received, extent,
            isConfirmed: { range in confirmed.contains { $0.range.clamped(to: range) == range } },
            mayBeEcho: { elsewhere.mayBeEcho($0) }, fit: fit)
        guard let (range, pair) = press else { return nil }
        return ConfirmedDigit(
            leg: leg, range: max(0, range.lowerBound - margin)..<range.upperBound + margin, pair: pair)
    }

    /// Notes that `digit`, which was known before, is on this leg.
    mutating func note(_ digit: ConfirmedDigit) { Self.remember(digit, in: &confirmed, remembered) }

    /// Notes that `digit` was confirmed on another leg.
    mutating func note(elsewhere digit: ConfirmedDigit) { Self.remember(digit, in: &confirmedElsewhere, remembered) }

    private static func remember(_ digit: ConfirmedDigit, in digits: inout [ConfirmedDigit], _ most: Int) {
        // A later report of the same digit replaces the earlier one.
        let earlier = digits.lastIndex { $0.leg == digit.leg && $0.range.lowerBound == digit.range.lowerBound }
        if let earlier { digits.remove(at: earlier) }
        if digits.count == most { digits.removeFirst() }
        digits.append(digit)
    }

    /// The digit of another leg whose echo may fill all of `range`.
    func echoed(through range: Range<Int>) -> ConfirmedDigit? {
        let (earliest, latest) = (Int(Self.echoDelay.least * sampleRate), Int(Self.echoDelay.most * sampleRate))
        return confirmedElsewhere.last {
            $0.range.lowerBound + earliest <= range.lowerBound && range.upperBound <= $0.range.upperBound + latest
        }
    }

    /// Whether the echo of another leg's digit may lie in `range`.
    func mayBeEcho(_ range: Range<Int>) -> Bool {
        let reach = Int(Self.echoReach * sampleRate)
        return confirmedElsewhere.contains {
            $0.range.lowerBound <= range.upperBound && range.lowerBound < $0.range.upperBound + reach
        }
    }

    /// Notes that `range` is suspect, if it can still be revoked.
    mutating func suspect(_ range: Range<Int>, score: Float, isEcho: Bool) {
        if canRevoke { spans.add(range, score: score, isEcho: isEcho) }
    }

    /// Notes that `range` is certainly a tone; see ``SuspectSpans/keep(_:)``.
    mutating func keep(_ range: Range<Int>) {
        if canRevoke { spans.keep(range) }
    }

    /// Whether the marked sample `index`, which is about to leave, passes unchanged.
    ///
    /// - Parameter explained: The share of a range that the best pair explains.
    mutating func revokes(_ index: Int, explained: (Range<Int>) -> Float) -> Bool {
        let mayBeEcho = mayBeEcho(index..<index + 1)
        return spans.revokes(index, confirmed: confirmed, mayBeEcho: mayBeEcho, explained: explained)
    }
}
