import RTPPackets
import Support
import Testing

@Suite struct ExtendedCounterTests {
    @Test func `Values follow each other through every wrap, forwards and backwards`() {
        let seed = SeededGenerator.seedOfRun()
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        var counter = ExtendedCounter<UInt16>()
        var value = Int64.random(in: 0...65_535, using: &generator)
        var greatest = value
        #expect(counter.extend(UInt16(value)) == value)
        for _ in 0..<10_000 {
            value = max(0, greatest + Int64.random(in: -32_000...32_000, using: &generator))
            #expect(counter.peek(UInt16(truncatingIfNeeded: value)) == value)
            #expect(counter.extend(UInt16(truncatingIfNeeded: value)) == value)
            greatest = max(greatest, value)
        }
    }

    @Test func `Timestamps wrap at 32 bits`() {
        var counter = ExtendedCounter<UInt32>()
        #expect(counter.extend(.max - 10) == Int64(UInt32.max) - 10)
        #expect(counter.extend(149) == Int64(UInt32.max) + 150)
        #expect(counter.extend(.max) == Int64(UInt32.max))
    }
}
