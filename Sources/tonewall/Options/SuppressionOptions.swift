import ArgumentParser
import DTMF
import Failures
import Suppression

/// The settings of a suppressor.
struct SuppressionOptions: ParsableArguments {
    @Option(help: "Look-ahead in ms, 0 to 60: the delay of a stream (default: 20, for files 250).")
    var lookAhead: Double?

    @Option(help: "What replaces a tone: 'noise', 'silence' or 'beep'.")
    var fill = Suppressor.Fill.noise

    @Option(help: "'always' preserves speech; 'secure' removes anything like a tone.")
    var policy = Suppressor.Policy.always

    /// - Parameters:
    ///   - isRecording: Whether the input is a recording, which allows a longer look-ahead.
    ///   - detectorProfile: The thresholds of the digits that are reported.
    func configuration(
        isRecording: Bool = false, detecting detectorProfile: DetectorProfile = .q24
    ) throws -> Suppressor.Configuration {
        if let lookAhead, !(0...60).contains(lookAhead) {
            throw Failure.usage("a look-ahead is 0 to 60 ms", advice: "leave it at 20")
        }
        let seconds = lookAhead.map { $0 / 1000 } ?? (isRecording ? Suppressor.Configuration.recordingLookAhead : 0.020)
        return Suppressor.Configuration(
            lookAhead: seconds, fill: fill, policy: policy, detectorProfile: detectorProfile)
    }
}
