import ArgumentParser

@main
struct Tonewall: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tonewall",
        abstract: "Hears the keys so that nobody else does.",
        version: "0.1.0",
        subcommands: [Verify.self])
}
