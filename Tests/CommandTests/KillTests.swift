import Foundation
import Support
import Testing

@Suite(.ownThread) struct KillTests {
    @Test func `A recording is complete after redact was killed, 200 times at random times`() throws {
        let folder = TemporaryFolder()
        var sound = Sound(seed: 4)
        sound.silence(0.2)
        for key in keyFrequencies.prefix(4) {
            sound.pair(key.low, key.high, seconds: 0.08)
            sound.silence(0.1)
        }
        let before = WAVBytes(samples: sound.integers).bytes
        let names = ["a.wav", "b.wav", "c.wav"]
        for name in names { folder.write(before, to: name) }
        let start = ContinuousClock.now
        let whole = try Command.run(["redact", "--in-place", folder.path])
        let span = start.duration(to: .now) / .milliseconds(1)
        #expect(whole.status == 0)
        let after = folder.bytes("a.wav")
        #expect(after != before && after.count == before.count)
        let seed = UInt64(20_261_121)
        var generator = SeededGenerator(seed: seed)
        var (untouched, changed) = (0, 0)
        for round in 0..<200 {
            for name in names { folder.write(before, to: name) }
            let command = try Command(["redact", "--in-place", folder.path])
            switch round % 10 {
            // However busy the machine is, some are killed before the first rename and some after it.
            case 0: break
            case 1: while folder.bytes(names[0]) == before && command.process.isRunning { usleep(200) }
            // The moment is random; nothing is waited for.
            default: usleep(UInt32(Double.random(in: 0...span * 1100, using: &generator)))
            }
            command.send(SIGKILL)
            _ = command.finish()
            for name in names {
                let now = folder.bytes(name)
                #expect(now == before || now == after, "seed \(seed): \(name) is half done")
                if now == before { untouched += 1 } else { changed += 1 }
            }
        }
        // Both outcomes occurred.
        #expect(untouched > 0 && changed > 0)
        #expect(try Command.run(["redact", "--in-place", folder.path]).status == 0)
        #expect(folder.contents == names)
    }
}
