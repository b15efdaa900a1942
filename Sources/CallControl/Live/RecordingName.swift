internal import AtomicFiles
internal import AudioIO
package import Failures
internal import Glibc

/// The name of a live call's recording, from a pattern. `{date}`, `{time}` (UTC), `{call}`, `{session}` and
/// `{reference}` are replaced by the call's own values.
package struct RecordingName: Sendable {
    private let pattern: String

    package init(_ pattern: String) { self.pattern = pattern }

    /// The values of a pattern's placeholders.
    package struct Names: Sendable {
        package var call: String
        package var session: String?
        package var reference: String?

        package init(call: String, session: String?, reference: String?) {
            self.call = call
            self.session = session
            self.reference = reference
        }
    }

    /// Why the pattern gives no usable name.
    package enum Fault: Error, Sendable, Hashable {
        /// The placeholder is unknown.
        case unknownPlace
        /// The name is not 1 to 200 bytes long, holds a `/`, or begins with a `.`.
        case noFileName
        /// The folder cannot be made.
        case folder(path: String, reason: String)
        /// Ten thousand recordings have this name.
        case taken(path: String)
    }

    /// The name with every placeholder replaced.
    package func filled(_ names: Names, at time: UTCTime = .now) throws(Fault) -> String {
        var (name, rest) = ("", pattern[...])
        while let open = rest.firstIndex(of: "{") {
            name += rest[..<open]
            guard let close = rest[open...].firstIndex(of: "}") else { break }
            name += try Self.text(of: rest[rest.index(after: open)..<close], names, time)
            rest = rest[rest.index(after: close)...]
        }
        name += rest
        guard !name.isEmpty, !name.contains("/"), !name.hasPrefix("."), name.utf8.count <= 200 else {
            throw .noFileName
        }
        return name
    }

    private static func text(of place: Substring, _ names: Names, _ time: UTCTime) throws(Fault) -> String {
        switch place {
        case "date": time.date
        case "time": time.time
        case "call": names.call.asFileName
        case "session": names.session?.asFileName ?? "no-payment"
        case "reference": names.reference?.asFileName ?? "no-reference"
        default: throw .unknownPlace
        }
    }

    /// The path of the name in `folder`, which is created if it is missing. A number follows the name if it is taken.
    package func path(_ names: Names, in folder: String) throws(Fault) -> String {
        let name = try filled(names)
        if unsafe mkdir(folder.systemName, 0o700) != 0 && errno != EEXIST {
            throw .folder(path: folder, reason: unsafe String(cString: strerror(errno)))
        }
        let base = folder.hasSuffix("/") ? folder : folder + "/"
        let stem = name.hasSuffix(".wav") ? String(name.dropLast(4)) : name
        let end = name.hasSuffix(".wav") ? ".wav" : ""
        for number in 1...10_000 {
            let path = base + (number == 1 ? name : "\(stem)-\(number)\(end)")
            // Two calls may choose the same name. The file is created exclusively, so the first one gets it.
            if unsafe access(path.systemName, F_OK) != 0 { return path }
        }
        throw .taken(path: base + name)
    }
}

extension String {
    /// The first 64 characters, with `_` for every one that could lead to another folder or is hard to type.
    fileprivate var asFileName: String {
        String(map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "_" }.prefix(64))
    }
}

extension RecordingName.Fault: ReportableError {
    package var failure: Failure {
        switch self {
        case .unknownPlace:
            Failure(
                .usage, code: "recording-name.unknown-place", "--record-name has a place that nothing stands for",
                advice: "{date}, {time}, {call}, {session} or {reference}")
        case .noFileName:
            Failure(
                .usage, code: "recording-name.no-file-name",
                "--record-name makes no name for a file: 1 to 200 bytes, no '/', no '.' in front",
                advice: "leave it out")
        case .folder(let path, let reason): AudioFileError.cannotCreate(path: path, reason: reason).failure
        case .taken(let path): AudioFileError.alreadyThere(path: path).failure
        }
    }
}
