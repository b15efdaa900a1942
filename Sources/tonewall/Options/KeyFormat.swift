import ArgumentParser

/// How `decode` prints keys.
enum KeyFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people and shells.
    case text
    /// For programs: one JSON object a line.
    case ndjson
    /// For spreadsheets (RFC 4180), with a line of names first.
    case csv
    /// A label track of Audacity: start, end and label, with tabs between them.
    case labels
}
