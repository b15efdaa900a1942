import Support
import Testing

/// A live call with a payment, on ALSA devices that keep no time.
enum LiveCall {
    /// Starts a call whose caller keys a card once the call is secured.
    ///
    /// - Parameters:
    ///   - folder: Where its audio and its devices are written.
    ///   - level: Level of the keys in dBm0.
    static func start(
        at gateway: String, in folder: TemporaryFolder, _ arguments: [String], level: Double = -10,
        environment: [String: String] = [:]
    ) throws -> Command {
        let caller = try caller(level: level, in: folder)
        let command = try start(
            at: gateway, in: folder, arguments, caller: caller.path, environment: environment)
        #expect(command.hasTold("secured"))
        caller.speak()
        caller.goOn()
        return command
    }

    /// A caller who keys a card, its expiry date and its security code.
    static func caller(level: Double = -10, in folder: TemporaryFolder) throws -> PacedCaller {
        let keys = ["synth", "-t", "raw", "--on", "80", "--off", "80", "--lead", "300"]
        let sound = ["--level", "\(level)", "--noise", "\(min(level - 20, -55))"]
        let audio = try Command.run(keys + sound + ["4242424242424242*,1230*,739*", "-"]).output
        let samples = stride(from: 0, to: audio.count - 1, by: 2).map {
            Int16(truncatingIfNeeded: Int(audio[$0]) | Int(audio[$0 + 1]) << 8)
        }
        return PacedCaller(samples, rate: 8000, in: folder)
    }

    /// Starts a call whose caller is a file or a named pipe of 16-bit samples.
    static func start(
        at gateway: String, in folder: TemporaryFolder, _ arguments: [String], caller: String, outputTo: Any? = nil,
        environment: [String: String] = [:]
    ) throws -> Command {
        let configuration = folder.write(
            Array(
                """
                pcm.caller { type file slave.pcm { type null } file /dev/null infile "\(caller)" format raw }
                pcm.agent { type null }
                """.utf8), to: "asound.conf")
        let live = ["live", "--caller-in", "caller", "--agent-out", "agent", "--format", "ndjson", "--amount", "42.00"]
        let command = try Command(
            live + ["--gateway", gateway] + arguments, outputTo: outputTo,
            environment: ["ALSA_CONFIG_PATH": configuration, "TONEWALL_GATEWAY_KEY": "sk_test_live"]
                .merging(environment) { $1 })
        command.write(Array("secure\n".utf8))
        return command
    }
}
