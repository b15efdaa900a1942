import Foundation
import Testing
import Verification

/// Two sines between `start` and `end` seconds in silence.
private func pair(
    _ low: Double, _ high: Double, from start: Double, to end: Double, of seconds: Double, level: Float
) -> [Float] {
    let rate = 8000.0
    return (0..<Int(seconds * rate)).map { index in
        let time = Double(index) / rate
        guard time >= start, time < end else { return 0 }
        let phase = 2 * Double.pi * time
        return level * Float(sin(phase * low) + sin(phase * high))
    }
}

struct VerifierTests {
    @Test func `A key press of 50 ms is one digit at its place`() throws {
        var findings: [Finding] = []
        var verifier = try Verifier(sampleRate: 8000, channels: 1)
        let audio = pair(770, 1336, from: 0.5, to: 0.55, of: 1, level: 0.2)
        verifier.process(audio.span) { findings.append($0) }
        verifier.finish { findings.append($0) }
        #expect(findings.count == 1)
        let finding = try #require(findings.first)
        #expect(finding.kind == .digit)
        #expect(abs(finding.start - 4000) < 80 && abs(finding.end - 4400) < 80)
        #expect(finding.revealedKey == "5")
    }

    @Test func `Silence is clean`() throws {
        var count = 0
        var verifier = try Verifier(sampleRate: 48000, channels: 2)
        let audio = [Float](repeating: 0, count: 96000)
        verifier.process(audio.span) { _ in count += 1 }
        verifier.finish { _ in count += 1 }
        #expect(count == 0)
    }
}
