import DTMF
import Glibc

/// CPU seconds that ``Detector`` takes over a raw file of 16-bit samples at 8 kHz, in 160-sample blocks.
///
/// `DetectorBench FILE.raw REPEATS [CHANNELS]`: with CHANNELS, that many detectors take each block in turn.
@main
struct DetectorBench {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3, let repeats = Int(arguments[2]) else {
            print("usage: DetectorBench FILE.raw REPEATS [CHANNELS]")
            exit(64)
        }
        let samples = read(arguments[1])
        let channels = arguments.count > 3 ? Int(arguments[3]) ?? 1 : 1
        var keys = 0
        let start = cpuSeconds()
        for _ in 0..<repeats { keys += run(samples, channels: channels) }
        print(cpuSeconds() - start, keys / repeats / channels)
    }

    /// Keys found in `samples` by `channels` detectors.
    private static func run(_ samples: [Int16], channels: Int) -> Int {
        var detectors = [Detector](repeating: Detector(sampleRate: 8000), count: channels)
        var keys = 0
        var first = 0
        while first < samples.count {
            let block = samples.span.extracting(first..<min(first + 160, samples.count))
            for channel in 0..<channels {
                detectors[channel].process(block)
                for event in detectors[channel].events { if case .decided = event { keys += 1 } }
            }
            first += 160
        }
        return keys
    }

    private static func read(_ path: String) -> [Int16] {
        guard let file = unsafe fopen(path, "rb") else {
            print("DetectorBench: \(path): cannot be read")
            exit(66)
        }
        defer { unsafe fclose(file) }
        unsafe fseek(file, 0, SEEK_END)
        let count = unsafe ftell(file) / 2
        unsafe rewind(file)
        return unsafe [Int16](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = unsafe fread(buffer.baseAddress, 2, count, file)
        }
    }

    private static func cpuSeconds() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
