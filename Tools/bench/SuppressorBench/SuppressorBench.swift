import Glibc
import Suppression

/// CPU seconds that suppressors take for the calls in a raw file, in packets of 20 ms, and the seconds of the slowest
/// packet.
///
/// `SuppressorBench FILE.raw REPEATS [SUPPRESSORS [POLICY]]`: two channels of 16-bit samples at 8 kHz. More than one
/// suppressor take turns, packet by packet, as in a relay; each hears the call from another place on.
@main
struct SuppressorBench {
    private static let packet = 160
    private static let timedRuns = 5

    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3, let repeats = Int(arguments[2]), let samples = read(arguments[1]) else {
            print("usage: SuppressorBench FILE.raw REPEATS [SUPPRESSORS [POLICY]]")
            exit(64)
        }
        let number = arguments.count > 3 ? Int(arguments[3]) ?? 1 : 1
        let policy = arguments.count > 4 ? Suppressor.Policy(rawValue: arguments[4]) ?? .always : .always
        let packets = samples.count / 2 / packet
        var legs = [[Float]](repeating: [], count: 2)
        for (index, sample) in samples.enumerated() { legs[index % 2].append(Float(sample) * 0x1p-15) }
        var suppressors = make(number, policy)
        let start = cpuSeconds()
        for _ in 0..<repeats { run(&suppressors, legs, packets) }
        let seconds = cpuSeconds() - start
        let slowest = number == 1 && repeats > 0 ? slowestPacket(policy, legs, packets) : 0
        print(seconds, 2 * repeats * packets * number, slowest)
    }

    private static func make(_ number: Int, _ policy: Suppressor.Policy) -> [Suppressor] {
        (0..<number).map { _ in Suppressor(sampleRate: 8000, channels: 2, configuration: .init(policy: policy)) }
    }

    /// Seconds of the slowest packet of a call.
    ///
    /// The machine has other work, which makes now this packet slow and now that one. So the call is heard several
    /// times, and a packet counts at its fastest.
    private static func slowestPacket(_ policy: Suppressor.Policy, _ legs: [[Float]], _ packets: Int) -> Double {
        var fastest = [Double](repeating: .infinity, count: packets)
        for _ in 0..<timedRuns {
            var suppressors = make(1, policy)
            var last = cpuSeconds()
            run(&suppressors, legs, packets) { step in
                let now = cpuSeconds()
                fastest[step] = min(fastest[step], now - last)
                last = now
            }
        }
        return fastest.max() ?? 0
    }

    /// Gives every suppressor every packet, and calls `passed` after each round with its number.
    private static func run(
        _ suppressors: inout [Suppressor], _ legs: [[Float]], _ packets: Int, passed: ((Int) -> Void)? = nil
    ) {
        var (input, output) = (LegSamples(legs: 2, capacity: packet), LegSamples(legs: 2, capacity: packet))
        for step in 0..<packets {
            for index in suppressors.indices {
                let first = (step + 37 * index) % packets * packet
                input.removeAll()
                output.removeAll()
                for leg in 0..<2 { input.append(legs[leg][first..<first + packet], to: leg) }
                suppressors[index].process(input, into: &output)
            }
            passed?(step)
        }
    }

    private static func read(_ path: String) -> [Int16]? {
        guard let file = unsafe fopen(path, "rb") else { return nil }
        defer { unsafe fclose(file) }
        unsafe fseek(file, 0, SEEK_END)
        var samples = [Int16](repeating: 0, count: unsafe ftell(file) / 2)
        unsafe rewind(file)
        let count = unsafe fread(&samples, 2, samples.count, file)
        return count == samples.count ? samples : nil
    }

    private static func cpuSeconds() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
