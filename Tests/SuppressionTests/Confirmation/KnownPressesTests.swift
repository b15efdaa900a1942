import DTMF
import Support
import Suppression
import Testing

/// Presses that were found in a recording before its tones are removed.
@Suite(.ownThread) struct KnownPressesTests {
    private static let recording = Suppressor.Configuration(lookAhead: 0.250, fill: .silence)

    /// A number in noise, and its presses.
    private func number(seed: UInt64, noise: Float) -> (samples: [Float], presses: [KeyPress]) {
        var sound = Sound(seed: seed)
        var presses: [KeyPress] = []
        sound.silence(0.3)
        for key in Key.allCases {
            let length = Double.random(in: 0.05...0.3, using: &sound.generator)
            let range = sound.press(key, length, level: -14)
            presses.append(press(key, range))
            sound.silence(Double.random(in: 0.1...0.3, using: &sound.generator))
        }
        sound.addNoise(noise)
        return (sound.samples, presses)
    }

    private func press(_ key: Key, _ range: Range<Int>) -> KeyPress {
        KeyPress(
            key: key, start: range.lowerBound, end: range.upperBound, lowHz: key.lowHz, highHz: key.highHz,
            levelDBm0: -14, twist: 0, signalToNoise: 0)
    }

    private func isRemoved(_ press: KeyPress, from output: [Float]) -> Bool {
        output[press.start..<press.end].allSatisfy { $0 == 0 }
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `A known press is removed from its first sample to its last in noise that deafens the receiver`(seed: UInt64) {
        let (samples, presses) = number(seed: seed, noise: 0.2)
        let alone = Suppressed(samples, Self.recording).output
        let known = Suppressed(samples, Self.recording, presses: [presses]).output
        #expect(presses.count { isRemoved($0, from: alone) } < presses.count / 2)
        #expect(presses.allSatisfy { isRemoved($0, from: known) })
    }

    @Test(arguments: [UInt64(4), 5])
    func `A press that the receiver confirms is removed as if it were not known`(seed: UInt64) {
        let (samples, presses) = number(seed: seed, noise: 0.002)
        let early = presses.map { press($0.key, max(0, $0.start - 400)..<$0.end) }
        let alone = Suppressed(samples, Self.recording).output
        #expect(Suppressed(samples, Self.recording, presses: [presses]).output == alone)
        #expect(Suppressed(samples, Self.recording, presses: [early]).output == alone)
    }

    @Test func `A stream cannot wait for known presses and ignores them`() {
        let (samples, presses) = number(seed: 6, noise: 0.2)
        #expect(Suppressed(samples, presses: [presses]).output == Suppressed(samples).output)
    }

    @Test func `Presses of any length and at any place are taken`() {
        var sound = Sound(seed: 7)
        sound.silence(1)
        sound.addNoise(0.01)
        let places = [0..<0, 0..<3, 5..<90, 2000..<2001, 2000..<6000, 7900..<8000, 7990..<9000, 20_000..<30_000]
        let output = Suppressed(sound.samples, Self.recording, presses: [places.map { press(.five, $0) }]).output
        #expect(output.count == sound.samples.count && output[2000..<6000].allSatisfy { $0 == 0 })
    }

    @Test func `A press on one leg is removed from that leg`() {
        let (samples, presses) = number(seed: 8, noise: 0.2)
        let stereo = samples.flatMap { [Float(0), $0] }
        let output = Suppressed(stereo, channels: 2, Self.recording, presses: [[], presses]).output
        #expect(presses.allSatisfy { isRemoved($0, from: stride(from: 1, to: output.count, by: 2).map { output[$0] }) })
    }
}
