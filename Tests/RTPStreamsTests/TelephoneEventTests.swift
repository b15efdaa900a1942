import Codecs
import DTMF
import RTPPackets
import RTPStreams
import Support
import Suppression
import Testing

@Suite struct TelephoneEventTests {
    /// 0.1 s of noise.
    private static func noise(_ seed: UInt64) -> [Float] {
        var sound = Sound(seed: seed)
        sound.silence(0.1)
        sound.addNoise(level: -45)
        return sound.samples
    }

    @Test(arguments: [true, false])
    func `Events go no further, and each press is told once, with a marker or without`(isMarked: Bool) {
        var source = RTPSound()
        var run = SecuredRun()
        let keys = "4539578763621486".compactMap { Key($0) }
        for (index, key) in keys.enumerated() {
            run.take(source.packets(Self.noise(UInt64(index))))
            run.take(source.event(key, samples: 960, isMarked: isMarked))
        }
        run.finish()
        #expect(run.sent.allSatisfy { $0[1] & 0x7F == 0 })
        #expect(run.stream.keys == keys)
    }

    @Test func `A press whose end is lost, and one of which a single packet comes, are one press each`() {
        var source = RTPSound()
        var run = SecuredRun()
        run.take(source.packets(Self.noise(1)))
        run.take(Array(source.event(.seven, samples: 800).dropLast(3)))
        run.take(source.packets(Self.noise(2)))
        run.take([source.event(.seven, samples: 800)[2]])
        run.take(source.packets(Self.noise(3)))
        #expect(run.stream.keys == [.seven, .seven])
    }

    @Test func `Tone and event of one press are one key`() {
        var source = RTPSound()
        var run = SecuredRun()
        let keys: [Key] = [.five, .zero, .pound, .one, .one]
        for (index, key) in keys.enumerated() {
            run.take(source.packets(Self.noise(UInt64(index))))
            var tone = Sound(seed: 9)
            tone.pair(key.lowHz, key.highHz, seconds: 0.12)
            var beside = source
            let audio = beside.packets(tone.samples)
            // Both share one row of sequence numbers.
            let events = source.event(key, samples: 960)
            for (index, packet) in audio.enumerated() {
                for var event in index < events.count ? [events[index]] : [] {
                    (event[2], event[3]) = (packet[2], packet[3])
                    run.take(event, pause: 0)
                }
                var shifted = packet
                let sequence = (UInt16(packet[2]) << 8 | UInt16(packet[3])) &+ 1
                (shifted[2], shifted[3]) = (UInt8(sequence >> 8), UInt8(sequence & 0xFF))
                run.take(shifted)
            }
            source.sequence = beside.sequence &+ 1
        }
        run.take(source.packets(Self.noise(90) + Self.noise(91)))
        run.finish()
        #expect(run.stream.keys == keys)
    }

    @Test func `Events at another clock and type count, and what was not agreed on goes no further`() {
        var map = SecuredRun.map
        map[110] = .telephoneEvent(clockRate: 48_000)
        var run = SecuredRun(SecuredStream(map, configuration: .init(policy: .secure)))
        var source = RTPSound()
        run.take(source.packets(Self.noise(1)))
        for duration: UInt16 in [960, 1_920, 2_880] {
            let payload = TelephoneEventPayload(.nine, isEnd: duration == 2_880, volume: 10, duration: duration)
            run.take(source.packet(payload.bytes!, type: 110, step: 0))
        }
        for type: UInt8 in [96, 111, 127] { run.take(source.packet([1, 2, 3, 4], type: type, step: 0)) }
        run.take(source.packets(Self.noise(2)))
        run.finish()
        #expect(run.stream.keys == [.nine])
        #expect(run.sent.allSatisfy { $0[1] & 0x7F == 0 })
        #expect(run.stream.counts.refused == 3)
    }

    @Test func `A new source begins anew, and what was held of the old one leaves first`() {
        var (first, second) = (RTPSound(), RTPSound(source: 77, sequence: 12, timestamp: 99))
        let (old, new) = (first.packets(Self.noise(1)), second.packets(Self.noise(2)))
        var run = SecuredRun()
        run.take(old + new)
        run.finish()
        #expect(run.sent == old + new)
    }

    @Test func `No packet breaks a stream`() {
        var source = RTPSound()
        var seeds = source.packets(Self.noise(1)) + source.event(.one, samples: 480)
        seeds.append(source.packet([30], type: 13, step: 0))
        var run = SecuredRun()
        forEachMutant(of: seeds, usually: 20_000) { run.take($0, pause: 1_000) }
        var after = RTPSound(source: 5)
        let packets = after.packets(Self.noise(3))
        run.wait(200_000)
        let before = run.sent.count
        run.take(packets)
        run.finish()
        #expect(Array(run.sent.suffix(packets.count)) == packets && run.sent.count >= before + packets.count)
    }
}
