import ArgumentParser

/// The format of a command's output.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people and shells.
    case text
    /// For programs: one JSON object a line.
    case ndjson
}
