import ArgumentParser
import Failures
import Suppression

/// What a suppressor is asked to do.
struct SuppressionOptions: ParsableArguments {
    @Option(help: "Milliseconds seen ahead, 0 to 60: the delay of a stream (20 there; files are seen 250 ms ahead).")
    var lookAhead: Double?

    @Option(help: "What stands where a tone was: 'noise', 'silence' or 'beep'.")
    var fill = Suppressor.Fill.noise

    @Option(help: "'always' spares speech; 'secure' takes out anything like a tone.")
    var policy = Suppressor.Policy.always

    /// - Parameter isRecording: Whether nobody waits for the audio, so that it may be seen further ahead.
    func configuration(isRecording: Bool = false) throws -> Suppressor.Configuration {
        if let lookAhead, !(0...60).contains(lookAhead) {
            throw Failure.usage("a look-ahead is 0 to 60 ms", advice: "leave it at 20")
        }
        let seconds = lookAhead.map { $0 / 1000 } ?? (isRecording ? Suppressor.Configuration.recordingLookAhead : 0.020)
        return Suppressor.Configuration(lookAhead: seconds, fill: fill, policy: policy)
    }
}
