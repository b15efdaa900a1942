import ArgumentParser
import Suppression

/// What a suppressor is asked to do.
struct SuppressionOptions: ParsableArguments {
    @Option(help: "Milliseconds seen ahead, 0 to 60: the delay of a stream.")
    var lookAhead = 20.0

    @Option(help: "What stands where a tone was: 'noise', 'silence' or 'beep'.")
    var fill = Suppressor.Fill.noise

    @Option(help: "'always' spares speech; 'secure' takes out anything like a tone.")
    var policy = Suppressor.Policy.always

    func configuration() throws -> Suppressor.Configuration {
        guard (0...60).contains(lookAhead) else {
            throw Failure(.usage, "a look-ahead is 0 to 60 ms", advice: "leave it at 20")
        }
        return Suppressor.Configuration(lookAhead: lookAhead / 1000, fill: fill, policy: policy)
    }
}
