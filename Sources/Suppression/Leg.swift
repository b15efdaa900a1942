internal import Glibc
internal import DTMF

/// What is done with a sample in the delay line.
enum Mark: UInt8, Sendable {
    /// Let through as it came.
    case pass
    /// Filled: a tone that has not yet lasted as long as a press, one that has, and one that came from another leg.
    case fragment, press, echo
    /// Let through without two sinusoids.
    case cancel
}

/// One leg of a call on its way through the suppressor: the delay line, what is to be done with each sample in it, and the fill.
struct Leg: Sendable {
    private let configuration: Suppressor.Configuration
    private let channel: Int
    private var decimator: Decimator
    private(set) var suspicion: Suspicion
    private var talkOff: TalkOff
    private var noise: ComfortNoise
    private var hindsight: Hindsight
    /// Samples that a receiver proved to be part of a press.
    private var proved: [Bool] = []

    /// Seconds that the delay line holds beyond the look-ahead, at least: what is fitted may reach behind what left, and silence behind
    /// the end may be taken while the end is held.
    static let reserve = 0.100
    private let capacity: Int
    private var delayed: [Float]
    private var marks: [Mark]
    private var cancelled: [Float]
    /// What is taken out of a sample that is let through, so that nobody takes the sound for a key.
    private var surplus: [Float]
    /// How far that is worked out.
    private var weakenedUntil = 0
    /// Until where no tone is weakened: nobody reads a key most of which is filled.
    private var keptUntil = 0
    private let sampleRate: Double
    private var received = 0
    private var emitted = 0
    private var markedUntil = 0
    private var provedUntil = 0

    private let beepTurn: Double
    private var open: (start: Int, kind: SuppressionEvent.Kind, before: Double, after: Double)?
    /// Power where the open stretch begins; of an echo, which the line's noise may well be near, none is asked.
    private var tonePower = Float.infinity
    private(set) var count = SuppressionCount()
    /// Whether everything is filled.
    var isMuted: Bool
    /// How much speech is worth.
    var policy: Suppressor.Policy {
        get { suspicion.policy }
        set { suspicion.policy = newValue }
    }

    init(sampleRate: Double, channel: Int, channels: Int, configuration: Suppressor.Configuration) {
        self.configuration = configuration
        self.channel = channel
        isMuted = configuration.fullMute.contains(channel)
        decimator = Decimator(sampleRate: sampleRate)
        suspicion = Suspicion(
            sampleRate: sampleRate / Double(decimator.factor), policy: configuration.policy,
            lookAhead: configuration.lookAhead, echoes: channels * EchoGuard.remembered)
        talkOff = TalkOff(sampleRate: sampleRate / Double(decimator.factor))
        noise = ComfortNoise(sampleRate: sampleRate, seed: configuration.seed &+ UInt64(channel) << 40)
        var power = 1
        while power <= Int(sampleRate * (Self.reserve + configuration.lookAhead)) { power *= 2 }
        capacity = power
        delayed = Array(repeating: 0, count: capacity)
        cancelled = delayed
        surplus = delayed
        self.sampleRate = sampleRate
        marks = Array(repeating: .pass, count: capacity)
        beepTurn = 2 * Double.pi * 500 / sampleRate
        hindsight = Hindsight(leg: channel, sampleRate: sampleRate, lookAhead: configuration.lookAhead)
        proved = Array(repeating: false, count: capacity)
        suspicion.isRevocable = hindsight.canRevoke
    }

    /// Takes one sample in; true where it completed a hop.
    @inline(__always) mutating func take(_ sample: Float) -> Bool {
        let slot = received & (capacity - 1)
        delayed[slot] = sample
        surplus[slot] = 0
        if received >= markedUntil { marks[slot] = .pass }
        hindsight.take(sample)
        if received >= provedUntil { proved[slot] = false }
        received += 1
        guard let low = decimator.take(sample) else { return false }
        talkOff.take(low)
        return suspicion.take(low)
    }

    /// Judges the hop that is complete.
    mutating func judge(echoes: [ExpectedEcho?]) {
        if let verdict = suspicion.judge(echoes: echoes) { mark(verdict) }
        // A key that goes anyway is no mistake, unless that may be revoked.
        guard suspicion.ownTone == nil || hindsight.canRevoke else { return }
        if let mistake = talkOff.mistake(in: suspicion.bank) { weaken(mistake) }
    }

    private mutating func mark(_ verdict: Verdict) {
        let start = max(verdict.stretch.lowerBound * decimator.factor - decimator.delay, emitted)
        let end = verdict.stretch.upperBound * decimator.factor - decimator.delay
        guard end > start else { return }
        for index in start..<end { marks[index & (capacity - 1)] = verdict.mark }
        markedUntil = max(markedUntil, end)
        hindsight.suspect(start..<end, evidence: verdict.evidence, isEcho: verdict.mark == .echo)
        guard let piece = verdict.piece else { return }
        let first = piece.lowerBound * decimator.factor - decimator.delay
        hindsight.keep(first..<(first + piece.count * decimator.factor))
    }

    /// Lets the receiver listen; gives the stretch that is now proved to be a press.
    mutating func prove() -> ProvedPress? {
        let (delayed, capacity, sampleRate) = (delayed, capacity, sampleRate)
        let news = hindsight.listen(received: received) { key, range in
            let turn = 2 * Double.pi / sampleRate
            return PairFit(count: range.count, low: key.lowHz * turn, high: key.highHz * turn) {
                delayed[(range.lowerBound + $0) & (capacity - 1)]
            }
        }
        guard let proof = news else { return nil }
        suspicion.noteProof()
        let press = proof.range
        let start = max(press.lowerBound, emitted)
        guard press.upperBound > start else { return proof }
        let isEcho = hindsight.mayBeEcho(press)
        for index in start..<press.upperBound {
            let slot = index & (capacity - 1)
            proved[slot] = true
            if marks[slot] != .press { marks[slot] = isEcho ? .echo : .press }
        }
        markedUntil = max(markedUntil, press.upperBound)
        provedUntil = max(provedUntil, press.upperBound)
        return proof
    }

    /// Notes that `press` was proved on another leg.
    mutating func note(elsewhere press: ProvedPress) { hindsight.note(elsewhere: press) }

    /// Takes the pair of a press of another leg out of 40 ms that were heard 160 ms ago, where its echo is hidden under speech.
    ///
    /// - Parameter mostGain: The most of the power of a pair of another leg, given in Hz, that may come back.
    mutating func cancelEcho(mostGain: (_ source: Int, _ pair: SIMD2<Double>) -> Float) {
        let ms = Int(0.001 * sampleRate)
        let last = received - 160 * ms
        let range = (last - 40 * ms)..<last
        guard range.lowerBound - 10 * ms >= max(0, emitted) else { return }
        guard let press = hindsight.echoed(through: range) else { return }
        let pair = press.pair
        let most = mostGain(press.leg, pair.turn * (sampleRate / (2 * Double.pi))) * pair.power.sum()
        let middle = last - 20 * ms
        let fitted = fit(range, pair.turn)
        guard fitted.power.sum() < most,
            pair.isEchoed(by: fitted)
                || pair.isEchoed(
                    by: fit(range.lowerBound..<middle, pair.turn), and: fit(middle..<last, pair.turn), apart: 20 * ms)
        else { return }
        for block in stride(from: range.lowerBound, to: range.upperBound, by: ms) {
            cancel(pair.turn, in: block..<(block + ms), fittedTo: (block - 9 * ms)..<(block + 9 * ms), isProved: true)
        }
    }

    /// Takes the pair of `tone` out of one hop and leaves the rest: for an echo that is due while someone speaks.
    ///
    /// A fit over the newest 18 ms is subtracted from the hop in its middle: a notch of 55 Hz at each of the two frequencies.
    mutating func cancel(_ tone: HeardTone) {
        let hop = suspicion.bank.hop * decimator.factor
        let first = received - 18 * hop
        let block = received - 10 * hop
        guard first >= 0, block >= emitted else { return }
        let turn = SIMD2(2 * Double.pi * tone.lowHz / sampleRate, 2 * Double.pi * tone.highHz / sampleRate)
        cancel(turn, in: block..<(block + hop), fittedTo: first..<received, isProved: false)
        hindsight.suspect(block..<(block + hop), evidence: Evidence.least, isEcho: true)
    }

    /// Takes a pair of `turn` radians a sample out of what is let through of `block`, as a fit to `around` has it.
    ///
    /// - Parameter isProved: Whether that is not to be revoked.
    private mutating func cancel(
        _ turn: SIMD2<Double>, in block: Range<Int>, fittedTo around: Range<Int>, isProved: Bool
    ) {
        let first = around.lowerBound
        fit(around, turn).values(in: block.lowerBound - first..<block.upperBound - first, low: turn[0], high: turn[1]) {
            let slot = (first + $0) & (capacity - 1)
            guard marks[slot] == .pass else { return }
            cancelled[slot] = $1
            marks[slot] = .cancel
            if isProved { proved[slot] = true }
        }
    }

    /// Takes the weaker tone of a key that is none out of what is let through of the newest 12 or 20 ms that have not left.
    private mutating func weaken(_ mistake: TalkOff.Mistake) {
        let block = max(emitted, received - Int(mistake.reach * sampleRate))..<received
        let (found, turn) = harmonics(near: mistake, in: block)
        var fit = found
        if mistake.isOfLow { fit.coefficients.highHalf = .zero } else { fit.coefficients.lowHalf = .zero }
        // Where it goes on, each sample goes by the fit that it lies in the middle of.
        let renewed = max(0, weakenedUntil - block.count / 2 - block.lowerBound)..<block.count
        fit.values(in: renewed, low: turn[0], high: turn[1]) {
            surplus[(block.lowerBound + $0) & (capacity - 1)] = mistake.surplus * $1
        }
        weakenedUntil = received
    }

    /// The fit of two harmonics of a voice to `block`, with their radians a sample: they lie near the tones of `mistake`, seldom at them.
    private func harmonics(
        near mistake: TalkOff.Mistake, in block: Range<Int>
    ) -> (fit: PairFit, turn: SIMD2<Double>) {
        let tones = SIMD2(ToneFrequency.low[mistake.low], ToneFrequency.high[mistake.high])
        var turn = tones * (2 * Double.pi / sampleRate)
        var best = fit(block, turn)
        // The stronger one first; a receiver hears a tone some 3 % off.
        let weaker = mistake.isOfLow ? 0 : 1
        for round in 1...2 {
            let nominal = turn
            for percent in -3...3 where percent != 0 {
                var other = nominal
                other[(weaker + round) % 2] *= 1 + 0.01 * Double(percent)
                let candidate = fit(block, other)
                if candidate.explained > best.explained { (best, turn) = (candidate, other) }
            }
        }
        return (best, turn)
    }

    /// A pair of `turn` radians a sample, fitted to a range of the delay line.
    private func fit(_ range: Range<Int>, _ turn: SIMD2<Double>) -> PairFit {
        let (delayed, capacity) = (delayed, capacity)
        return PairFit(count: range.count, low: turn[0], high: turn[1]) {
            delayed[(range.lowerBound + $0) & (capacity - 1)]
        }
    }

    /// The tone on this leg now, where it is its own.
    var ownTone: HeardTone? { suspicion.ownTone }

    /// The oldest sample as it came.
    var oldest: Float { delayed[emitted & (capacity - 1)] }

    /// How much of the sample that left last was a tone of this leg's own.
    private(set) var taken: Float = 0

    /// Gives the oldest sample, as it came, filled, or without an echo.
    ///
    /// - Parameter echo: What of it is the echo of another leg's tone.
    @inline(__always) mutating func emit(echo: Float, _ events: inout [SuppressionEvent]) -> Float {
        let slot = emitted & (capacity - 1)
        let sample = delayed[slot]
        defer { emitted += 1 }
        let mark = isRevoked(slot) ? .pass : marks[slot]
        taken = mark == .press || mark == .fragment ? sample : 0
        let surplus = emitted < keptUntil ? 0 : surplus[slot]
        guard mark != .pass || (echo != 0 || surplus != 0) && !isMuted else {
            if open != nil { close(&events) }
            if isMuted { return fill(insteadOf: .infinity) }
            noise.learn(sample)
            return sample
        }
        let kind: SuppressionEvent.Kind =
            switch mark {
            case .press: .press
            case .fragment: .fragment
            case .echo, .cancel: .echo
            case .pass: surplus != 0 ? .talkOff : .echo
            }
        if let open, open.kind != kind, !(open.kind.isTone && kind.isTone) { close(&events) }
        if open == nil { tonePower = !kind.isTone || configuration.fill != .noise ? .infinity : power(of: emitted) }
        let filled =
            switch mark {
            case .pass: sample - echo - surplus
            case .cancel: sample - cancelled[slot]
            case .press, .fragment, .echo: fill(insteadOf: tonePower)
            }
        if kind.isTone { keptUntil = emitted + Int(TalkOff.reach * sampleRate) }
        var stretch = open ?? (emitted, kind, 0, 0)
        if kind == .press { stretch.kind = .press }
        stretch.before += Double(sample) * Double(sample)
        stretch.after += Double(filled) * Double(filled)
        open = stretch
        return filled
    }

    /// Whether the oldest sample was suspected and turned out to be none of a tone.
    @inline(__always) private mutating func isRevoked(_ slot: Int) -> Bool {
        guard hindsight.canRevoke, marks[slot] != .pass, !proved[slot], policy == .always else { return false }
        let (delayed, capacity, sampleRate) = (delayed, capacity, sampleRate)
        return hindsight.revokes(emitted) { range in
            Burst.explained(count: range.count, sampleRate: sampleRate) {
                delayed[(range.lowerBound + $0) & (capacity - 1)]
            }
        }
    }

    private func fill(insteadOf tone: Float) -> Float {
        switch configuration.fill {
        case .silence: 0
        case .noise: noise.sample(at: emitted, insteadOf: tone)
        case .beep: Float(0.05 * sin(beepTurn * Double(emitted)))
        }
    }

    /// Power of the loudest 5 ms of the 60 from sample `start` on, as far as they are here: what is filled may begin before the tone.
    private func power(of start: Int) -> Float {
        let block = Int(0.005 * sampleRate)
        var loudest: Float?
        for first in stride(from: start, through: min(start + 12 * block, received) - block, by: block) {
            var energy: Float = 0
            for index in first..<first + block {
                let sample = delayed[index & (capacity - 1)]
                energy += sample * sample
            }
            loudest = max(loudest ?? 0, energy)
        }
        return loudest.map { $0 / Float(block) } ?? .infinity
    }

    /// Ends the stretch that is open, which lasts until here.
    mutating func close(_ events: inout [SuppressionEvent]) {
        guard let stretch = open else { return }
        open = nil
        let event = SuppressionEvent(
            channel: channel, start: stretch.start, end: emitted,
            kind: stretch.kind,
            removedDB: stretch.after > 0 ? 10 * log10(stretch.before / stretch.after) : .infinity)
        count.add(event)
        events.append(event)
    }
}
