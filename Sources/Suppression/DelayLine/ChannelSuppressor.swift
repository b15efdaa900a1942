internal import DTMF

/// The suppressor of one leg: its delay line, the action for each sample in it, and the fill.
///
/// ``take(_:)`` takes a sample. At the end of a hop, ``judge(echoes:)`` decides about the hop and ``confirm()`` asks
/// the receiver. The sample leaves by ``emit(echo:_:)`` after the look-ahead.
struct ChannelSuppressor: Sendable {
    /// Least number of seconds that the delay line holds beyond the look-ahead.
    ///
    /// A fit may reach back to samples that have left. At the end of the audio, silence is taken while the last samples
    /// are still held.
    static let reserve = 0.100

    let configuration: Suppressor.Configuration
    let channel: Int
    let sampleRate: Double
    private var decimator: Decimator
    private(set) var onsetDetector: OnsetDetector
    private var talkOffGuard: TalkOffGuard
    var noise: ComfortNoise
    var confirmation: Confirmation

    /// Number of samples that each of the rings below holds, a power of two.
    let capacity: Int
    var delayed: [Float]
    var actions: [SampleAction]
    /// Whether a receiver confirmed that the sample is part of a digit.
    var confirmed: [Bool]
    /// What is subtracted from a sample whose action is ``SampleAction/cancel``.
    var cancelled: [Float]
    /// What is subtracted from a sample that passes, so that a receiver does not take the sound for a digit.
    var surplus: [Float]
    /// Sample up to which ``surplus`` is known.
    var attenuatedUntil = 0
    /// Sample up to which nothing is attenuated. A receiver does not read a digit if most of it is filled.
    var unattenuatedUntil = 0
    var received = 0
    var emitted = 0
    private var markedUntil = 0
    private var confirmedUntil = 0

    /// The span that is being removed: its first sample, and the energy before and after.
    var open: (start: Int, kind: SuppressionEvent.Kind, before: Double, after: Double)?
    /// Power where the open span begins, mean square. It is infinite for an echo, which may be as faint as the line's
    /// noise.
    var tonePower = Float.infinity
    /// The part of the last emitted sample that was a tone of this leg.
    var taken: Float = 0
    var count = SuppressionCount()
    /// Whether every sample is filled.
    var isMuted: Bool
    /// How readily something like a tone is removed.
    var policy: Suppressor.Policy {
        get { onsetDetector.policy }
        set { onsetDetector.policy = newValue }
    }

    init(sampleRate: Double, channel: Int, channels: Int, configuration: Suppressor.Configuration) {
        self.configuration = configuration
        self.channel = channel
        self.sampleRate = sampleRate
        isMuted = configuration.fullMute.contains(channel)
        decimator = Decimator(sampleRate: sampleRate)
        onsetDetector = OnsetDetector(
            sampleRate: sampleRate / Double(decimator.factor), policy: configuration.policy,
            lookAhead: configuration.lookAhead, echoes: channels * EchoGuard.tonesPerLeg)
        talkOffGuard = TalkOffGuard(sampleRate: sampleRate / Double(decimator.factor))
        noise = ComfortNoise(sampleRate: sampleRate, seed: configuration.seed &+ UInt64(channel) << 40)
        var power = 1
        while power <= Int(sampleRate * (Self.reserve + configuration.lookAhead)) { power *= 2 }
        capacity = power
        delayed = Array(repeating: 0, count: capacity)
        cancelled = delayed
        surplus = delayed
        actions = Array(repeating: .pass, count: capacity)
        confirmed = Array(repeating: false, count: capacity)
        confirmation = Confirmation(leg: channel, sampleRate: sampleRate, lookAhead: configuration.lookAhead)
        onsetDetector.isRevocable = confirmation.canRevoke
    }

    /// The leg's own tone, if it carries one now.
    var ownTone: ActiveTone? { onsetDetector.ownTone }

    /// Samples in a hop at the full sample rate.
    var hop: Int { onsetDetector.bank.hop * decimator.factor }

    /// Takes one sample. Returns `true` if it completes a hop.
    @inline(__always) mutating func take(_ sample: Float) -> Bool {
        let slot = received & (capacity - 1)
        delayed[slot] = sample
        surplus[slot] = 0
        if received >= markedUntil { actions[slot] = .pass }
        confirmation.take(sample)
        if received >= confirmedUntil { confirmed[slot] = false }
        received += 1
        guard let low = decimator.take(sample) else { return false }
        talkOffGuard.take(low)
        return onsetDetector.take(low)
    }

    /// Decides about the hop that has just ended.
    ///
    /// - Parameter echoes: Tones of the other legs that may come back on this leg.
    mutating func judge(echoes: [ExpectedEcho?]) {
        if let decision = onsetDetector.judge(echoes: echoes) { mark(decision) }
        // A digit that is removed anyway cannot be talk-off, unless it may be revoked.
        guard onsetDetector.ownTone == nil || confirmation.canRevoke else { return }
        if let digit = talkOffGuard.falseDigit(in: onsetDetector.bank) { attenuate(digit) }
    }

    private mutating func mark(_ decision: OnsetDecision) {
        let start = max(decision.span.lowerBound * decimator.factor - decimator.delay, emitted)
        let end = decision.span.upperBound * decimator.factor - decimator.delay
        guard end > start else { return }
        for index in start..<end { actions[index & (capacity - 1)] = decision.action }
        markedUntil = max(markedUntil, end)
        confirmation.suspect(start..<end, score: decision.score, isEcho: decision.action == .echo)
        guard let certain = decision.certainSpan else { return }
        let first = certain.lowerBound * decimator.factor - decimator.delay
        confirmation.keep(first..<(first + certain.count * decimator.factor))
    }

    /// Passes the new samples to the receiver. Returns the digit that it confirms now, if any.
    mutating func confirm() -> ConfirmedDigit? {
        let (delayed, capacity, sampleRate) = (delayed, capacity, sampleRate)
        let news = confirmation.listen(received: received) { key, range in
            let turn = 2 * Double.pi / sampleRate
            return PairFit(count: range.count, low: key.lowHz * turn, high: key.highHz * turn) {
                delayed[(range.lowerBound + $0) & (capacity - 1)]
            }
        }
        guard let digit = news else { return nil }
        onsetDetector.noteConfirmation()
        let press = digit.range
        let start = max(press.lowerBound, emitted)
        guard press.upperBound > start else { return digit }
        let isEcho = confirmation.mayBeEcho(press)
        for index in start..<press.upperBound {
            let slot = index & (capacity - 1)
            confirmed[slot] = true
            if actions[slot] != .press { actions[slot] = isEcho ? .echo : .press }
        }
        markedUntil = max(markedUntil, press.upperBound)
        confirmedUntil = max(confirmedUntil, press.upperBound)
        return digit
    }

    /// Notes that `digit` was confirmed on another leg.
    mutating func note(elsewhere digit: ConfirmedDigit) { confirmation.note(elsewhere: digit) }

    /// Fits a pair of `turn` radians a sample to the samples of `range` in the delay line.
    func fit(_ range: Range<Int>, _ turn: SIMD2<Double>) -> PairFit {
        let (delayed, capacity) = (delayed, capacity)
        return PairFit(count: range.count, low: turn[0], high: turn[1]) {
            delayed[(range.lowerBound + $0) & (capacity - 1)]
        }
    }
}
