import Support

/// A live call with a payment whose caller is a file that ALSA reads as fast as it can, so that a card is keyed in less
/// than a second.
enum LiveCall {
    /// Starts a call whose caller keys a card after five minutes of silence, which pass in a few seconds at most.
    ///
    /// - Parameters:
    ///   - folder: Where its audio and its devices are written.
    ///   - level: Level of the keys in dBm0.
    static func start(
        at gateway: String, in folder: TemporaryFolder, _ arguments: [String], level: Double = -10,
        outputTo: Any? = nil, environment: [String: String] = [:]
    ) throws -> Command {
        let keys = ["synth", "-t", "raw", "--on", "80", "--off", "80", "--lead", "300000"]
        let sound = ["--level", "\(level)", "--noise", "\(min(level - 20, -55))"]
        let audio = try Command.run(keys + sound + ["4242424242424242*,1230*,739*", "-"]).output
        return try start(
            at: gateway, in: folder, arguments, caller: folder.write(audio, to: "caller.raw"), outputTo: outputTo,
            environment: environment)
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
