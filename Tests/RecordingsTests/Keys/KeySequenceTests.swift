import Failures
import Recordings
import Testing

@Suite struct KeySequenceTests {
    @Test(arguments: [4000, 8000, 44_100])
    func `The length is that of keys, gaps and pauses`(rate: Int) throws {
        var sequence = KeySequence()
        (sequence.on, sequence.off, sequence.lead) = (0.05, 0.03, 0.2)
        let samples = try sequence.samples(of: "1, #", rate: rate)
        let seconds = 0.2 + 2 * (0.05 + 0.03) + 2 * 0.5
        #expect(abs(Double(samples.count) / Double(rate) - seconds) < 0.001)
        #expect(samples.prefix(rate / 10).allSatisfy { $0 == 0 })
    }

    @Test func `The same seed gives the same noise, another seed another noise`() throws {
        var sequence = KeySequence()
        sequence.noise = -40
        let first = try sequence.samples(of: "5", rate: 8000)
        #expect(try sequence.samples(of: "5", rate: 8000) == first)
        sequence.seed = 2
        #expect(try sequence.samples(of: "5", rate: 8000) != first)
    }

    @Test func `Impossible parameters are refused`() {
        func code(_ keys: String = "1", rate: Int = 8000, _ change: (inout KeySequence) -> Void = { _ in }) -> String? {
            var sequence = KeySequence()
            change(&sequence)
            do throws(Failure) { _ = try sequence.samples(of: keys, rate: rate) } catch { return error.code }
            return nil
        }
        #expect(code() == nil && code("12x") == "keys.unknown" && code(rate: 3999) == "keys.out-of-range")
        let changes: [(inout KeySequence) -> Void] = [
            { $0.on = -0.1 }, { $0.off = 61 }, { $0.lead = .nan }, { $0.level = 11 }, { $0.twist = -41 },
            { $0.detune = 0.21 }, { $0.noise = .infinity },
        ]
        for change in changes { #expect(code("1", change) == "keys.out-of-range") }
    }
}
