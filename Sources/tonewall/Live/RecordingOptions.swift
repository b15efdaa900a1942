import AtomicFiles
import ArgumentParser
import AudioIO
import Glibc

/// Where a live call is recorded.
struct RecordingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Record the call in this new WAVE file, tones gone; a file that is there is never written over.",
            valueName: "file"), completion: .file())
    var record: String?

    @Option(
        help: ArgumentHelp(
            "Record the call in this folder, under the name that --record-name gives.", valueName: "dir"),
        completion: .directory)
    var recordDir: String?

    @Option(
        help: ArgumentHelp(
            "Name in --record-dir: {date}, {time} (UTC), {call}, {session} and {reference} stand for the call's own.",
            valueName: "pattern"))
    var recordName = "{date}T{time}Z-{call}.wav"

    @Flag(help: "Let --record name a pipe or a device; what it cannot take in ten seconds ends the recording.")
    var recordSpecial = false

    /// What a name's places stand for.
    struct Names {
        var call: String
        var session: String?
        var reference: String?
    }

    /// Where the call goes, with every place of the pattern filled; `nil` where nothing is recorded.
    ///
    /// - Throws: ``Failure`` before any device is touched, where a recording cannot grow there.
    func place(_ names: Names) throws -> String? {
        guard record == nil || recordDir == nil else {
            throw Failure(.usage, "--record names a file and --record-dir a folder", advice: "give one of them")
        }
        guard record != nil || !recordSpecial else {
            throw Failure(.usage, "--record-special goes with --record", advice: "leave it out")
        }
        guard let path = try record ?? recordDir.map({ try unused(try name(names), in: $0) }) else { return nil }
        if path == "-" {
            throw Failure(.usage, "a live call is recorded in a file, not on standard output", advice: "name one")
        }
        switch AudioContainer(path: path) {
        case nil, .wav?: return path
        default:
            throw AudioFileError.cannotHold(
                path: path, detail: "a live call is recorded as WAVE, which grows in its place")
        }
    }

    private func name(_ names: Names) throws -> String {
        var (name, rest) = ("", recordName[...])
        let now = UTCTime.now
        while let open = rest.firstIndex(of: "{") {
            name += rest[..<open]
            guard let close = rest[open...].firstIndex(of: "}") else { break }
            switch rest[rest.index(after: open)..<close] {
            case "date": name += now.date
            case "time": name += now.time
            case "call": name += names.call.asFileName
            case "session": name += names.session?.asFileName ?? "no-payment"
            case "reference": name += names.reference?.asFileName ?? "no-reference"
            default:
                throw Failure(
                    .usage, "--record-name has a place that nothing stands for",
                    advice: "{date}, {time}, {call}, {session} or {reference}")
            }
            rest = rest[rest.index(after: close)...]
        }
        name += rest
        guard !name.isEmpty, !name.contains("/"), !name.hasPrefix("."), name.utf8.count <= 200 else {
            throw Failure(
                .usage, "--record-name makes no name for a file: 1 to 200 bytes, no '/', no '.' in front",
                advice: "leave it out")
        }
        return name
    }

    /// The name in the folder, with a number behind it where it is taken.
    private func unused(_ name: String, in folder: String) throws -> String {
        if unsafe mkdir(folder.systemName, 0o700) != 0 && errno != EEXIST {
            throw AudioFileError.cannotCreate(path: folder, reason: unsafe String(cString: strerror(errno)))
        }
        let base = folder.hasSuffix("/") ? folder : folder + "/"
        let stem = name.hasSuffix(".wav") ? String(name.dropLast(4)) : name
        let end = name.hasSuffix(".wav") ? ".wav" : ""
        for number in 1...10_000 {
            let path = base + (number == 1 ? name : "\(stem)-\(number)\(end)")
            // Whoever is quicker has the name: the file is made new or not at all.
            if unsafe access(path.systemName, F_OK) != 0 { return path }
        }
        throw AudioFileError.alreadyThere(path: base + name)
    }
}

extension String {
    /// The text with what would lead to another folder, or could not be typed, made a line.
    fileprivate var asFileName: String {
        String(map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "_" }.prefix(64))
    }
}
