import CAllocations
import Foundation
import Codecs
import DTMF
import RTPPackets
import RTPStreams
import Suppression
import Support
import Testing

@Suite struct SecuredStreamTests {
    /// Noise, and presses in it from 0.3 s on, 0.12 s apart.
    private static func keying(
        _ digits: String, seconds: Double = 0.1, seed: UInt64 = 7
    ) -> (sound: Sound, presses: [(key: Key, range: Range<Int>)]) {
        var sound = Sound(seed: seed)
        sound.silence(0.3)
        var presses: [(Key, Range<Int>)] = []
        for digit in digits {
            guard let key = Key(digit) else { continue }
            let start = sound.samples.count
            sound.pair(key.lowHz, key.highHz, seconds: seconds)
            presses.append((key, start..<sound.samples.count))
            sound.silence(0.12)
        }
        sound.silence(0.3)
        sound.addNoise(level: -50)
        return (sound, presses)
    }

    /// Level of a key's stronger tone in `samples`, in dB against `reference`.
    private static func level(of key: Key, in samples: ArraySlice<Float>, over reference: ArraySlice<Float>) -> Double {
        func power(_ samples: ArraySlice<Float>) -> Double {
            [key.lowHz, key.highHz].map { hertz in
                var (real, imaginary) = (0.0, 0.0)
                for (index, value) in samples.enumerated() {
                    let angle = 2 * Double.pi * hertz * Double(index) / 8_000
                    real += Double(value) * cos(angle)
                    imaginary += Double(value) * sin(angle)
                }
                return real * real + imaginary * imaginary
            }.max() ?? 0
        }
        return 10 * log10(max(power(samples), 1e-12) / power(reference))
    }

    @Test(arguments: [G711Law.mu, .a], [80, 160, 240, 480])
    func `Packets without a tone leave as they came, each once and in order`(law: G711Law, length: Int) {
        var sound = Sound(seed: 3)
        sound.silence(2)
        sound.addNoise(level: -30)
        var source = RTPSound(law: law, samplesPerPacket: length)
        let packets = source.packets(sound.samples)
        var run = SecuredRun()
        for packet in packets { run.take(packet, pause: Int64(length) * 125) }
        run.finish()
        #expect(run.sent == packets)
        #expect(run.stream.counts.replaced == 0 && run.stream.counts.lost == 0 && run.stream.keys.isEmpty)
    }

    @Test(arguments: [G711Law.mu, .a], [0.045, 0.065, 0.1])
    func `A key leaves nothing of its tones, and is told once`(law: G711Law, seconds: Double) {
        let (sound, presses) = Self.keying("4539578763621486*#AD", seconds: seconds)
        var source = RTPSound(law: law)
        let packets = source.packets(sound.samples)
        var run = SecuredRun()
        run.take(packets)
        run.finish()
        let clean = run.samples(law)
        #expect(clean.count == packets.count * 160)
        for press in presses where press.range.upperBound < clean.count {
            #expect(Self.level(of: press.key, in: clean[press.range], over: sound.samples[press.range]) < -26)
        }
        #expect(run.stream.keys == presses.map(\.key))
    }

    @Test func `It takes out what the suppressor takes out, sample for sample`() {
        let (sound, _) = Self.keying("1590", seconds: 0.08)
        var source = RTPSound()
        let packets = source.packets(sound.samples)
        var run = SecuredRun()
        run.take(packets)
        run.finish()
        var suppressor = Suppressor(sampleRate: 8_000, channels: 1, configuration: .init(policy: .secure))
        var expected: [Float] = []
        let samples = sound.samples.prefix(packets.count * 160).map { G711Law.mu.sample(G711Law.mu.code($0)) }
        suppressor.process(samples, into: &expected)
        suppressor.finish(into: &expected)
        #expect(run.samples() == expected.map { G711Law.mu.sample(G711Law.mu.code($0)) })
    }

    @Test func `Whatever the network does, no packet leaves twice or out of order, and no tone leaves`() {
        let seed = SeededGenerator.seedOfRun()
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            let (sound, presses) = Self.keying("8421590763", seed: generator.next())
            var source = RTPSound()
            var arrivals = source.packets(sound.samples).enumerated().map {
                (at: Int64($0) * 20_000 + .random(in: 0...30_000, using: &generator), packet: $1)
            }
            arrivals.removeAll { _ in Int.random(in: 0..<50, using: &generator) == 0 }
            arrivals += arrivals.filter { _ in Int.random(in: 0..<50, using: &generator) == 0 }
            arrivals.sort { $0.at < $1.at }
            var run = SecuredRun()
            for (index, arrival) in arrivals.enumerated() {
                run.take(arrival.packet, pause: index + 1 < arrivals.count ? arrivals[index + 1].at - arrival.at : 0)
            }
            run.finish()
            let sequences = run.sent.map { Int(UInt16(truncatingIfNeeded: Int($0[2]) << 8 | Int($0[3])) &- 65_500) }
            #expect(sequences == Set(sequences).sorted())
            for sequence in sequences {
                let packet = run.sent[sequences.firstIndex(of: sequence)!]
                let span = sequence * 160..<(sequence + 1) * 160
                for press in presses where press.range.clamped(to: span).count == 160 {
                    let clean = packet[12...].map(G711Law.mu.sample)
                    let level = Self.level(of: press.key, in: clean[...], over: sound.samples[span])
                    #expect(level < -20, "packet \(sequence), \(level) dB")
                }
            }
        }
    }

    @Test func `A packet that comes 10 ms late is put in its place`() {
        var sound = Sound(seed: 5)
        sound.silence(0.5)
        sound.addNoise(level: -30)
        var source = RTPSound()
        let packets = source.packets(sound.samples)
        var run = SecuredRun()
        run.take(Array(packets[..<5]))
        run.take(packets[6], pause: 10_000)
        run.take(packets[5], pause: 10_000)
        run.take(Array(packets[7...]))
        run.finish()
        #expect(run.sent == packets && run.stream.counts.lost == 0)
    }

    @Test func `A press under way when security begins leaves nothing`() {
        let (sound, presses) = Self.keying("7", seconds: 0.4)
        var source = RTPSound()
        let packets = source.packets(sound.samples)
        let press = presses[0].range
        let secured = (press.lowerBound + 1_200) / 160
        var history = OpenHistory()
        for packet in packets[..<secured] {
            history.note(packet.span, RTPHeader(packet.span)!, .audio(.mu))
        }
        var run = SecuredRun()
        run.stream.begin(after: history)
        run.take(Array(packets[secured...]))
        run.finish()
        let rest = secured * 160..<press.upperBound
        let clean = run.samples()[0..<rest.count]
        #expect(Self.level(of: .seven, in: clean, over: sound.samples[rest]) < -26)
        #expect(run.sent.count == packets.count - secured)
    }

    @Test(arguments: [0.06, 0.1, 0.2]) func `A packet lost in each press leaves one press, and no tone of it`(
        seconds: Double
    ) {
        let (sound, presses) = Self.keying("4539578763621486", seconds: seconds)
        var source = RTPSound()
        let packets = source.packets(sound.samples)
        let lost = Set(presses.map { ($0.range.lowerBound + $0.range.upperBound) / 2 / 160 })
        var run = SecuredRun()
        for (index, packet) in packets.enumerated() {
            if lost.contains(index) { run.wait(20_000) } else { run.take(packet) }
        }
        run.finish()
        #expect(run.stream.keys == presses.map(\.key))
        #expect(run.stream.counts.lost == lost.count)
        for (number, packet) in run.sent.enumerated() {
            let index = Int((UInt16(packet[2]) << 8 | UInt16(packet[3])) &- 65_500)
            let span = index * 160..<(index + 1) * 160
            for press in presses where press.range.clamped(to: span).count > 80 {
                let clean = packet[12...].map(G711Law.mu.sample)
                #expect(Self.level(of: press.key, in: clean[...], over: sound.samples[span]) < -20, "packet \(number)")
            }
        }
    }

    @Test func `No packet is held for more than 20 ms beyond the next one's time, whatever is lost`() {
        let seed = SeededGenerator.seedOfRun()
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        var sound = Sound(seed: 4)
        sound.silence(20)
        sound.addNoise(level: -40)
        var source = RTPSound()
        var run = SecuredRun()
        var latest: Int64 = 0
        var arrivals: [Int: Int64] = [:]
        for (index, packet) in source.packets(sound.samples).enumerated() {
            if Int.random(in: 0..<20, using: &generator) == 0 {
                run.wait(20_000)
            } else {
                arrivals[index] = run.now
                run.take(packet)
            }
        }
        for (packet, time) in zip(run.sent, run.sendTimes) {
            let index = Int((UInt16(packet[2]) << 8 | UInt16(packet[3])) &- 65_500)
            latest = max(latest, time - (arrivals[index] ?? time))
        }
        #expect(run.sent.count > 900 && latest <= 40_000, "\(latest) µs")
    }

    @Test func `Where nothing follows, the last packets leave after a pause, and a late stream goes on whole`() {
        var sound = Sound(seed: 5)
        sound.silence(0.4)
        sound.addNoise(level: -30)
        var source = RTPSound()
        let packets = source.packets(sound.samples)
        var run = SecuredRun()
        run.take(Array(packets[..<10]))
        #expect(run.sent.count == 9)
        run.wait(100_000)
        #expect(run.sent.count == 10)
        run.take(Array(packets[10...]))
        run.finish()
        #expect(run.sent == packets)
    }

    @Test func `Nothing is allocated once a stream runs`() async {
        await #expect(processExitsWith: .success) {
            var sound = Sound(seed: 1)
            for digit in "0123456789" {
                let key = Key(digit)!
                sound.pair(key.lowHz, key.highHz, seconds: 0.1)
                sound.silence(0.1)
            }
            sound.addNoise(level: -40)
            var source = RTPSound()
            var packets = source.packets(sound.samples + sound.samples)
            packets.remove(at: 40)
            packets += source.event(.five, samples: 800)
            var stream = SecuredStream(SecuredRun.map, configuration: .init(policy: .secure))
            let headers = packets.map { RTPHeader(bytes: $0)! }
            for index in packets.indices {
                if index == 10 { allocations_watch() }
                stream.drop(packets[index], headers[index], at: Int64(index) * 20_000)
                stream.forgetKeys()
            }
            let seen = allocations_seen()
            precondition(seen == 0, "\(seen) allocations")
        }
    }
}
