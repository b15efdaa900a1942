import DTMF
import Suppression
import Glibc

/// CPU time that ``Suppressor`` takes for one leg and one 20 ms packet at 8 kHz.
///
/// Half of the audio is noise at −50 dBm0, a quarter a buzz with the spectrum of a voice, a quarter key presses of 100
/// ms. Two legs are processed together, packet by packet, as a relay would; each figure is the median of seven runs of
/// 10 minutes.
@main
struct SuppressorBench {
    static func main() {
        let call = makeCall(minutes: 10)
        for policy in Suppressor.Policy.allCases {
            var times: [Double] = []
            var packets = 0
            for _ in 0..<7 {
                let start = cpuSeconds()
                packets = run(call, policy)
                times.append(cpuSeconds() - start)
            }
            let perLeg = times.sorted()[3] / Double(2 * packets) * 1e6
            print("policy \(policy.rawValue): \(hundredths(perLeg)) µs a leg and 20 ms packet")
        }
    }

    private static func hundredths(_ value: Double) -> Double { (value * 100).rounded() / 100 }

    /// Packets that went through.
    private static func run(_ call: [Float], _ policy: Suppressor.Policy) -> Int {
        var suppressor = Suppressor(sampleRate: 8000, channels: 2, configuration: .init(policy: policy))
        var output: [Float] = []
        output.reserveCapacity(4096)
        var packets = 0
        for start in stride(from: 0, to: call.count, by: 320) {
            output.removeAll(keepingCapacity: true)
            suppressor.process(Array(call[start..<(start + 320)]), into: &output)
            packets += 1
        }
        return packets
    }

    private static func makeCall(minutes: Int) -> [Float] {
        var generator = SystemRandomNumberGenerator()
        var tones = ToneGenerator(level: -12)
        var caller: [Float] = []
        while caller.count < 8000 * 60 * minutes {
            for index in 0..<8000 {
                let phase = index % 70
                caller.append(phase < 8 ? Float(8 - phase) * 0.02 - 0.01 * Float(phase) : -0.005)
            }
            for key in [Key.one, .five, .nine, .zero, .pound] { caller += tones.sequence([key], on: 0.1, off: 0.1) }
            caller += [Float](repeating: 0, count: 16000)
        }
        caller = Array(caller.prefix(8000 * 60 * minutes))
        return caller.indices.flatMap { index -> [Float] in
            [caller[index], caller[(index + 24000) % caller.count]].map {
                $0 + Float.random(in: -0.003...0.003, using: &generator)
            }
        }
    }

    private static func cpuSeconds() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
