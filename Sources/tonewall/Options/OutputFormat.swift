import ArgumentParser

/// How a command prints what it found.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people and shells.
    case text
    /// For programs: one JSON object a line.
    case ndjson
}
