internal import DTMF

/// The suppressor of one leg: its delay line, the action for each sample in it, and the fill.
///
/// ``store(_:_:)`` takes samples. ``takeHop()`` goes on to the end of a hop, ``judge(echoes:isEchoExpected:)`` decides
/// about it and ``confirm()`` asks the receiver. Samples leave by ``emit(_:echo:into:removed:_:)`` after the
/// look-ahead.
struct ChannelSuppressor: Sendable {
    /// Seconds of silence that are taken after the end of the audio while the last samples are still held.
    static let reserve = 0.100
    /// Seconds after the newest sample that may be marked.
    private static let longestMark = 0.011
    let configuration: Suppressor.Configuration
    let channel: Int
    let sampleRate: Double
    /// Samples of look-ahead.
    let latency: Int
    private var decimator: Decimator
    private(set) var onsetDetector: OnsetDetector
    private var talkOffGuard = TalkOffGuard()
    var noise: ComfortNoise
    var confirmation: Confirmation

    /// The samples that came in. Those after ``received`` are not judged yet.
    private(set) var ring: SampleRing
    /// The same at the rate of the onset detector, if that is lower.
    private var recent: SampleRing
    /// What takes steady tones out of both once they are judged.
    private(set) var steadyTones: SteadyToneCanceller
    private var recentSteadyTones: SteadyToneCanceller
    private var steadyToneSearch = SteadyToneSearch()
    var plan: SuppressionPlan
    /// Sample up to which the attenuation is known.
    var attenuatedUntil = 0
    /// Sample up to which nothing is attenuated. A receiver does not read a digit if most of it is filled.
    var unattenuatedUntil = 0
    /// Samples that were judged.
    private(set) var received = 0
    /// Whether hops that hold nothing are passed over.
    var isScreened = true { didSet { onsetDetector.isScreened = isScreened } }
    /// The end of the audio, once it is known. Silence follows it.
    var end = Int.max
    /// Whether all of the audio was judged.
    var isOver = false

    /// The span that is being removed: its first sample, and the energy before and after.
    var open: (start: Int, kind: SuppressionEvent.Kind, before: Double, after: Double)?
    /// Power where the open span begins, mean square. It is infinite for an echo, which may be as faint as the line's
    /// noise.
    var tonePower = Float.infinity
    var count = SuppressionCount()
    /// The tail of the last digit, as long as it may be heard.
    var tail: DigitTail?
    /// In a file, the tail of a digit that the receiver has not confirmed yet.
    var unconfirmedTail: DigitTail?
    /// Whether every sample is filled.
    var isMuted: Bool
    /// How readily something like a tone is removed.
    var policy: Suppressor.Policy {
        get { onsetDetector.policy }
        set { onsetDetector.policy = newValue }
    }

    /// - Parameters:
    ///   - presses: Presses that are known before, in order of time.
    ///   - kept: Samples that are kept after they left, at least.
    ///   - ahead: Samples that may be stored before they are judged.
    init(
        sampleRate: Double, channel: Int, channels: Int, configuration: Suppressor.Configuration,
        presses: [KeyPress] = [], kept: Int, ahead: Int
    ) {
        self.configuration = configuration
        self.channel = channel
        self.sampleRate = sampleRate
        latency = configuration.latency(at: sampleRate)
        isMuted = configuration.fullMute.contains(channel)
        decimator = Decimator(sampleRate: sampleRate)
        onsetDetector = OnsetDetector(
            sampleRate: sampleRate / Double(decimator.factor), policy: configuration.policy,
            lookAhead: configuration.lookAhead, echoes: channels * EchoGuard.tonesPerLeg)
        noise = ComfortNoise(sampleRate: sampleRate, seed: configuration.seed &+ UInt64(channel) << 40)
        confirmation = Confirmation(
            leg: channel, sampleRate: sampleRate, lookAhead: configuration.lookAhead,
            profile: configuration.detectorProfile, presses: presses)
        let searched = SteadyToneSearch.Threshold.length
        let judged = max(
            latency + max(kept, Int(Self.reserve * sampleRate)), decimator.factor == 1 ? searched : 0,
            Confirmation.ringReach(sampleRate: sampleRate))
        // In a file, the beginning of a digit is followed back as far as the ring holds it.
        let held = confirmation.canRevoke ? SampleRing.capacity(keeping: judged + latency + ahead) : judged + ahead
        ring = SampleRing(keeping: held)
        recent = SampleRing(
            keeping: decimator.factor == 1 ? 1 : searched + ahead / decimator.factor, as: .floats)
        let hop = onsetDetector.bank.hop * decimator.factor
        steadyTones = SteadyToneCanceller(sampleRate: sampleRate, held: latency + 2 * hop)
        recentSteadyTones = SteadyToneCanceller(sampleRate: sampleRate / Double(decimator.factor), held: 0)
        plan = SuppressionPlan(
            held: latency + hop, ahead: Int(Self.longestMark * sampleRate),
            isRevocable: confirmation.canRevoke)
        onsetDetector.isRevocable = confirmation.canRevoke
    }

    /// The leg's own tone, if one is there now.
    var ownTone: ActiveTone? { onsetDetector.ownTone }

    /// Samples that have left.
    var emitted: Int { plan.first }

    /// Samples in a hop at the full rate.
    var hop: Int { onsetDetector.bank.hop * decimator.factor }

    /// Takes a range of samples; ``takeHop()`` goes on to them.
    mutating func store(_ samples: [Float], _ range: Range<Int>) {
        ring.append(samples.span.extracting(range))
        guard decimator.factor > 1 else { return }
        for index in range {
            if let low = decimator.take(samples[index]) { recent.append(low) }
        }
    }

    /// Goes on to the end of the next hop, whose samples were stored.
    @inline(__always) mutating func takeHop() {
        if steadyTones.isActive, received < end { cancelSteadyTones() }
        if decimator.factor == 1 { onsetDetector.takeHop(ring) } else { onsetDetector.takeHop(recent) }
        received = onsetDetector.taken * decimator.factor
    }

    private mutating func cancelSteadyTones() {
        let first = onsetDetector.taken
        let hop = onsetDetector.bank.hop
        steadyTones.cancel(&ring, first * decimator.factor..<(first + hop) * decimator.factor)
        if decimator.factor > 1 { recentSteadyTones.cancel(&recent, first..<first + hop) }
    }

    /// Searches the newest sound for a steady tone.
    mutating func searchSteadyTones() {
        guard steadyToneSearch.isWorthSpectrum(onsetDetector.bank) else { return }
        let first = onsetDetector.taken - SteadyToneSearch.Threshold.length
        guard first >= 0 else { return }
        let spectrum = SteadyToneSearch.Spectrum(decimator.factor > 1 ? recent : ring, from: first)
        steadyToneSearch.take(spectrum, sampleRate: sampleRate / Double(decimator.factor)) { hz, amplitude in
            guard steadyTones.mayAdd(hz: hz, distance: SteadyToneSearch.Threshold.distance) else { return }
            steadyTones.add(hz: hz, amplitude: amplitude)
            recentSteadyTones.add(hz: hz, amplitude: amplitude)
        }
    }

    /// Notes a hop that changes nothing, if the last hop does not and no echo is expected.
    ///
    /// - Returns: Whether judging and confirming it would do no more.
    @inline(__always) mutating func passOver() -> Bool {
        onsetDetector.passOver() && tail == nil && unconfirmedTail == nil && !onsetDetector.bank.content.hasFalseDigit
            && confirmation.isWaiting(received: received) && !confirmation.mayFindEcho
    }

    /// Judges the hop that has just ended.
    ///
    /// - Parameters:
    ///   - echoes: Tones of the other legs that may come back on this leg.
    ///   - isEchoExpected: Whether there may be any.
    mutating func judge(echoes: [ExpectedEcho?], isEchoExpected: Bool) {
        if isEchoExpected || !isScreened || !onsetDetector.passOver() {
            let decision =
                decimator.factor == 1
                ? onsetDetector.judge(echoes: echoes, ring) : onsetDetector.judge(echoes: echoes, recent)
            if let decision { mark(decision) }
        }
        followTail()
        // Nothing is attenuated in a digit that is removed anyway, unless its removal may be revoked.
        guard ownTone == nil || confirmation.canRevoke, !isScreened || onsetDetector.bank.content.hasFalseDigit else {
            return
        }
        if let digit = talkOffGuard.falseDigit(in: onsetDetector.bank) { attenuate(digit) }
    }

    private mutating func mark(_ decision: OnsetDecision) {
        let start = max(decision.span.lowerBound * decimator.factor - decimator.delay, emitted)
        let end = decision.span.upperBound * decimator.factor - decimator.delay
        guard end > start else { return }
        plan.mark(start..<end, decision.action)
        confirmation.suspect(start..<end, score: decision.score, isEcho: decision.action == .echo)
        guard let certain = decision.certainSpan else { return }
        let first = certain.lowerBound * decimator.factor - decimator.delay
        confirmation.keep(first..<(first + certain.count * decimator.factor))
    }

    /// Lets the receiver listen. Returns a digit that it confirms now, if there is one.
    ///
    /// - Parameter keyEvents: Receives what the receiver reports.
    mutating func confirm(_ keyEvents: inout [ChannelEvent]) -> ConfirmedDigit? {
        guard !isScreened || !confirmation.isWaiting(received: received) else { return nil }
        let (ring, sampleRate) = (ring, sampleRate)
        let news = confirmation.listen(ring, received: received, &keyEvents) { Self.fit(ring, $1, of: $0, sampleRate) }
        if let news { remove(news) }
        return news
    }

    /// Returns a digit that is known and that the receiver does not confirm, if there is one now.
    mutating func confirmKnown() -> ConfirmedDigit? {
        guard confirmation.mayKnowDigit(received: received) else { return nil }
        let (ring, sampleRate) = (ring, sampleRate)
        let known = confirmation.knownDigit(received: received) { Self.fit(ring, $1, of: $0, sampleRate) }
        guard let known, !(confirmation.mayBeEcho(known.range) && plan.removesEcho(in: known.range)) else { return nil }
        confirmation.note(known)
        remove(known)
        return known
    }

    private mutating func remove(_ digit: ConfirmedDigit) {
        onsetDetector.noteConfirmation(decimator.factor == 1 ? ring : recent)
        let press = digit.range
        let start = max(press.lowerBound, emitted)
        guard press.upperBound > start else { return }
        plan.confirm(start..<press.upperBound, isEcho: confirmation.mayBeEcho(press))
        followTail(of: digit)
    }

    /// The features of the strongest pair now.
    var features: PairFeatures { onsetDetector.features(decimator.factor == 1 ? ring : recent) }

    /// Notes that `digit` was confirmed on another leg.
    mutating func note(elsewhere digit: ConfirmedDigit) { confirmation.note(elsewhere: digit) }

    /// Fits a pair of `turn` radians a sample to a range of the delay line.
    func fit(_ range: Range<Int>, _ turn: SIMD2<Double>) -> PairFit { Self.fit(ring, range, turn) }

    private static func fit(_ ring: SampleRing, _ range: Range<Int>, of key: Key, _ sampleRate: Double) -> PairFit {
        fit(ring, range, SIMD2(key.lowHz, key.highHz) * (2 * Double.pi / sampleRate))
    }

    private static func fit(_ ring: SampleRing, _ range: Range<Int>, _ turn: SIMD2<Double>) -> PairFit {
        ring.withSamples(range) { PairFit($0, low: turn[0], high: turn[1]) }
    }
}
