internal import DTMF

/// The early ear of one leg: says which stretch may hold a tone, long before a receiver would report a key.
struct Suspicion: Sendable {
    private(set) var bank: ToneBank
    private var tone: Tone?

    private struct Tone: Sendable {
        var low: Int
        var high: Int
        var lowPower: Float
        var highPower: Float
        var lastHeard: Int
    }

    init(sampleRate: Double) {
        bank = ToneBank(sampleRate: sampleRate)
    }

    /// Takes one sample; gives the stretch to take out, in samples counted from the first, when a hop is complete.
    @inline(__always) mutating func take(_ sample: Float) -> Range<Int>? {
        bank.take(sample) ? judge() : nil
    }

    private mutating func judge() -> Range<Int>? {
        let now = bank.hops * bank.hop
        let ms = bank.hop
        if var heard = tone {
            let length = 6
            let scale = 2 / Float(length * length * ms * ms)
            let power = bank.window(age: 0, length: length).power
            let present = power[heard.low] * scale > 0.1 * heard.lowPower
                && power[4 + heard.high] * scale > 0.1 * heard.highPower
            if present {
                heard.lastHeard = now
                tone = heard
                return max(0, now - length * ms)..<(now + 3 * ms)
            }
            if now - heard.lastHeard > 20 * ms { tone = nil }
        }
        let length = 14
        let newer = bank.window(age: 0, length: length / 2)
        let older = bank.window(age: length / 2, length: length / 2)
        let samples = Float(length * ms)
        var power = Lanes(repeating: 0)
        for k in 0..<8 {
            let magnitude = newer.power[k].squareRoot() + older.power[k].squareRoot()
            power[k] = 2 * magnitude * magnitude / (samples * samples)
        }
        var low = 0
        var high = 0
        for k in 1..<4 {
            if power[k] > power[low] { low = k }
            if power[4 + k] > power[4 + high] { high = k }
        }
        let total = bank.energy(age: 0, length: length) / samples
        let (lowPower, highPower) = (power[low], power[4 + high])
        guard lowPower + highPower > 0.85 * total, lowPower + highPower > 1e-7, lowPower < 12 * highPower,
            highPower < 8 * lowPower
        else { return nil }
        tone = Tone(low: low, high: high, lowPower: lowPower, highPower: highPower, lastHeard: now)
        return max(0, now - (length + 3) * ms)..<(now + 3 * ms)
    }
}
