internal import DTMF

/// What a receiver adds to one leg: with a long look-ahead a suspicion is confirmed or revoked before its first sample leaves,
/// and in a stream a press that the early ear missed under speech goes from where it is decoded.
///
/// With hindsight two ears judge what the early one raised. The receiver of `DTMF`, told of every sample, proves presses and
/// knows their ends to the millisecond. What it does not prove may still be a piece too short for it: that is kept where the
/// evidence was as strong as a stream without hindsight would ask and two sinusoids explain all of the piece. Everything else
/// was speech.
struct Hindsight: Sendable {
    /// Look-ahead in seconds from which on a press is proved before its first sample leaves, in any noise it can be proved in.
    static let leastLookAhead = 0.2
    /// Seconds either side of a proved press that go with it: a low-rate codec smears its ends.
    static let margin = 0.010
    /// Seconds either side of a proved press in which what was suspected is taken for a part of it.
    private static let surroundings = 0.010
    /// Seconds after the end of a press in which its echo ends.
    private static let echoReach = 0.200
    /// Stretches and presses that are remembered.
    private static let remembered = 16

    /// A stretch that was suspected, in samples counted from the first.
    private struct Stretch: Sendable {
        var range: Range<Int>
        /// The most evidence that was found in it.
        var evidence: Float
        var isEcho: Bool
        /// Whether it holds a tone, proved or not; `nil` until its first sample is about to leave.
        var holdsTone: Bool?
    }

    /// Whether all that a receiver can say of a sample is known before it leaves.
    let canRevoke: Bool
    /// How far behind the newest sample a press that goes on is marked, in samples: its end is told late.
    private let wait: Int
    private let sampleRate: Double
    private let leg: Int
    private var detector: Detector
    private var pending: [Float] = []
    private var stretches: [Stretch] = []
    /// The last pieces of tones beyond doubt, each in the slot of the millisecond that it begins in.
    private var pieces = [Range<Int>](repeating: 0..<0, count: 512)
    private var proved: [ProvedPress] = []
    private var provedElsewhere: [ProvedPress] = []
    private var onset: Int?
    /// The key whose press goes on or went on last, and its tones.
    private var key: Key?
    private var pair = ProvedPress.Pair()

    init(leg: Int, sampleRate: Double, lookAhead: Double) {
        self.leg = leg
        self.sampleRate = sampleRate
        canRevoke = lookAhead >= Self.leastLookAhead
        wait = Int((min(lookAhead, 0.100) - 0.002) * sampleRate)
        detector = Detector(sampleRate: sampleRate)
        stretches.reserveCapacity(Self.remembered + 1)
        proved.reserveCapacity(Self.remembered + 1)
        provedElsewhere.reserveCapacity(Self.remembered + 1)
    }

    @inline(__always) mutating func take(_ sample: Float) { pending.append(sample) }

    /// Listens to what was taken; gives the stretch that is proved to be a press by now, where there is news.
    ///
    /// - Parameters:
    ///   - received: Samples taken so far.
    ///   - fit: The pair of a key, fitted to a range of samples.
    mutating func listen(received: Int, fit: (Key, Range<Int>) -> PairFit) -> ProvedPress? {
        var (began, ended): (Int?, Range<Int>?)
        var key: Key?
        // Taken out of the value while the detector, another part of it, is at work.
        var samples: [Float] = []
        swap(&samples, &pending)
        detector.process(samples.span) { event in
            switch event {
            case .decided(let pressed, let onset):
                key = pressed
                began = onset
            case .ended(let press): ended = press.start..<press.end
            }
        }
        for index in samples.indices { samples[index] = 0 }
        swap(&samples, &pending)
        pending.removeAll(keepingCapacity: true)
        let margin = Int(Self.margin * sampleRate)
        let going = onset
        onset = began ?? (ended == nil ? onset : nil)
        if let began, let key {
            onset = canRevoke ? max(0, audible(key, from: began, received: received, fit) - margin) : began
            self.key = key
        }
        if canRevoke, let ended {
            let end = self.key.map { audible($0, in: ended, received: received, fit) } ?? ended.upperBound
            return prove((going ?? max(0, ended.lowerBound - margin))..<(end + margin))
        }
        // While a press goes on its end is not known; what is about to leave belongs to it.
        guard let onset else { return nil }
        return prove(onset..<max(onset + 1, received - wait))
    }

    /// Where the pair of `key` that the receiver found from `onset` on began to be heard.
    ///
    /// The receiver's onset is where its windows allow one: speech that ends in the key may lie before it, and speech that covers
    /// the key, or a low-rate codec that distorts its beginning, may hide more of it. So the pair is followed back from
    /// where it is purest: as long as both tones keep their level within 7 dB and their phase is the one they arrive with,
    /// which speech seldom does, and then for 40 ms as long as it lies within 30 dB.
    private mutating func audible(
        _ key: Key, from onset: Int, received: Int, _ fit: (Key, Range<Int>) -> PairFit
    ) -> Int {
        let ms = Int(0.001 * sampleRate)
        let length = 20 * ms
        var (purest, purestFit) = (onset, fit(key, onset..<onset + length))
        for first in stride(from: onset + 2 * ms, through: received - length, by: 2 * ms) {
            let plain = fit(key, first..<first + length)
            if plain.explained > purestFit.explained { (purest, purestFit) = (first, plain) }
        }
        // The frequencies differ from the nominal ones by what the phase gains or loses in 6 ms around there.
        let nominal = SIMD2(key.lowHz, key.highHz) * (2 * Double.pi / sampleRate)
        let (earlier, later) = (purest - 3 * ms, min(purest + 3 * ms, received - length))
        var turn = nominal
        if earlier >= 0, later > purest {
            let (before, after) = (fit(key, earlier..<earlier + length), fit(key, later..<later + length))
            let between = Double(later - earlier)
            turn += Self.wrapped(after.phase - before.phase - nominal * between) / between
        }
        pair = ProvedPress.Pair(turn: turn, power: purestFit.power)
        var start = purest
        for first in stride(from: purest - 2 * ms, through: max(0, onset - 200 * ms), by: -2 * ms) {
            let plain = fit(key, first..<first + length)
            let ratio = plain.power / purestFit.power
            let early = Self.wrapped(plain.phase + turn * Double(purest - first) - purestFit.phase)
            // From the receiver's onset on speech may hide the pair for a while; before that there is nothing but the pair to go by.
            let isThere =
                plain.explained > (first < onset ? 0.35 : 0.15) && (0.2...5).contains(ratio[0])
                && (0.2...5).contains(ratio[1]) && abs(early[0]) < 0.9 && abs(early[1]) < 0.9
            if isThere {
                start = first
                // The frequencies are known the better the further it was followed.
                if first <= purest - 6 * ms { turn -= early / Double(2 * (purest - first)) }
            } else if first < onset {
                break
            }
        }
        let followed = start
        while start >= max(2 * ms, followed - 38 * ms),
            fit(key, start - 2 * ms..<start + 8 * ms).power.sum() > 0.001 * purestFit.power.sum()
        {
            start -= 2 * ms
        }
        return start
    }

    /// The same angles in −π…π.
    static func wrapped(_ angles: SIMD2<Double>) -> SIMD2<Double> {
        angles - 2 * Double.pi * (angles / (2 * Double.pi)).rounded(.toNearestOrAwayFromZero)
    }

    /// Where the pair of `key` that the receiver heard during `press` was no longer heard.
    ///
    /// Through a low-rate codec a key fades and comes back at its end: on from the receiver's end the pair is followed for
    /// 40 ms as long as it lies within 30 dB of what it was.
    private func audible(
        _ key: Key, in press: Range<Int>, received: Int, _ fit: (Key, Range<Int>) -> PairFit
    ) -> Int {
        let ms = Int(0.001 * sampleRate)
        let middle = (press.lowerBound + press.upperBound) / 2
        let level = fit(key, max(press.lowerBound, middle - 10 * ms)..<middle + 10 * ms).power.sum()
        var end = press.upperBound
        while end < press.upperBound + 40 * ms, end + 10 * ms <= received,
            fit(key, end..<end + 10 * ms).power.sum() > 0.001 * level
        {
            end += 2 * ms
        }
        return end
    }

    private mutating func prove(_ range: Range<Int>) -> ProvedPress {
        let press = ProvedPress(leg: leg, range: range, pair: pair)
        Self.remember(press, in: &proved)
        return press
    }

    /// Notes that `press` was proved on another leg.
    mutating func note(elsewhere press: ProvedPress) { Self.remember(press, in: &provedElsewhere) }

    private static func remember(_ press: ProvedPress, in presses: inout [ProvedPress]) {
        // The same press, known further.
        if let last = presses.last, last.leg == press.leg, last.range.lowerBound == press.range.lowerBound {
            presses.removeLast()
        }
        if presses.count == remembered { presses.removeFirst() }
        presses.append(press)
    }

    /// The press of another leg whose echo may be all through `range`.
    func echoed(through range: Range<Int>) -> ProvedPress? {
        let (earliest, latest) = (Int(0.015 * sampleRate), Int(0.160 * sampleRate))
        return provedElsewhere.last {
            $0.range.lowerBound + earliest <= range.lowerBound && range.upperBound <= $0.range.upperBound + latest
        }
    }

    /// Whether `range` lies where the echo of another leg's press may be.
    func mayBeEcho(_ range: Range<Int>) -> Bool {
        let reach = Int(Self.echoReach * sampleRate)
        return provedElsewhere.contains {
            $0.range.lowerBound <= range.upperBound && range.lowerBound < $0.range.upperBound + reach
        }
    }

    /// Notes that `range` is suspected, where that can still be revoked.
    mutating func suspect(_ range: Range<Int>, evidence: Float, isEcho: Bool) {
        guard canRevoke else { return }
        if let last = stretches.last, range.lowerBound <= last.range.upperBound + Int(0.004 * sampleRate) {
            let end = stretches.count - 1
            stretches[end].range = last.range.covering(range)
            stretches[end].evidence = max(last.evidence, evidence)
            stretches[end].isEcho = last.isEcho || isEcho
            return
        }
        if stretches.count == Self.remembered { stretches.removeFirst() }
        stretches.append(Stretch(range: range, evidence: evidence, isEcho: isEcho))
    }

    /// Notes that `piece`, of 23 ms or less, is a tone's beyond doubt, with 2 ms before it and 3 behind.
    mutating func keep(_ piece: Range<Int>) {
        guard canRevoke, piece.lowerBound >= 0 else { return }
        pieces[slot(piece.lowerBound)] = piece
    }

    private func slot(_ index: Int) -> Int { index / Int(0.001 * sampleRate) & (pieces.count - 1) }

    /// Whether `index` lies in a piece that is a tone's beyond doubt and no part of a proved press, which speech before a key is not.
    private func isInPiece(_ index: Int) -> Bool {
        let ms = Int(0.001 * sampleRate)
        for age in 0...23 {
            let piece = pieces[slot(max(0, index - age * ms))]
            guard piece.contains(index) else { continue }
            let inside = piece.lowerBound + 2 * ms..<piece.upperBound - 3 * ms
            if !proved.contains(where: { $0.range.overlaps(inside) }) { return true }
        }
        return false
    }

    /// Whether the sample `index`, which was suspected and is about to leave, is let through after all.
    mutating func revokes(_ index: Int, fit: (Range<Int>) -> Float) -> Bool {
        while let first = stretches.first, first.range.upperBound <= index { stretches.removeFirst() }
        guard let first = stretches.first, first.range.contains(index) else { return false }
        if first.holdsTone == nil {
            // What touches a proved press is no tone of its own: speech before a key does not go with it.
            stretches[0].holdsTone = !proved.contains { $0.range.overlaps(first.range) } && holdsTone(first, fit)
        }
        if stretches[0].holdsTone == true { return false }
        if isInPiece(index) || isProved(within: Self.surroundings, of: index..<index + 1) { return false }
        return !(first.isEcho && mayBeEcho(index..<index + 1))
    }

    /// Whether a stretch that the receiver did not prove holds a tone: a piece with evidence that speech does not bring, one with middling
    /// evidence a quarter of which is a pair, or, near a proved press, one as long as a press in whose whole length a pair of steady
    /// frequency and phase has its share.
    private func holdsTone(_ stretch: Stretch, _ fit: (Range<Int>) -> Float) -> Bool {
        if stretch.evidence > Suspicion.plain { return true }
        let explained = fit(stretch.range)
        if stretch.evidence > 5 && explained > 0.25 { return true }
        let isLong = Double(stretch.range.count) > 0.060 * sampleRate
        return stretch.evidence > 1 && isLong && explained > 0.15
            && isProved(within: Suspicion.moment, of: stretch.range)
    }

    /// Whether a press of this leg was proved that lies within so many seconds of `range`.
    private func isProved(within seconds: Double, of range: Range<Int>) -> Bool {
        let reach = Int(seconds * sampleRate)
        return proved.contains {
            $0.range.lowerBound - reach < range.upperBound && range.lowerBound < $0.range.upperBound + reach
        }
    }
}
