package import Codecs
internal import Verification

extension ArchiveState {
    /// The state in the file at `path` for runs of this verifier.
    ///
    /// - Parameters:
    ///   - tool: The version of the program that runs it.
    ///   - raw: The layout of samples without a header, on which their judgement depends.
    package convenience init(path: String, tool: String, raw: AudioFormat?) throws(ArchiveStateError) {
        var version = "\(tool)/\(Verifier.version)"
        if let raw {
            version += "/\(raw.encoding.words) \(raw.sampleRate) \(raw.channels)"
            if raw.encoding.isBigEndian { version += " big-endian" }
        }
        try self.init(path: path, version: version)
    }

    /// The parts of the file that could not be used, each as the end of a sentence about the file.
    ///
    /// - Parameter keyPath: The path of its key file.
    package func remarks(keyPath: String) -> [String] {
        var remarks: [String] = []
        if wasRenewed {
            remarks.append(
                "is of another version or layout of samples, and was begun anew: everything is heard again")
        }
        if damagedLines > 0 {
            let lines = damagedLines == 1 ? "1 line was" : "\(damagedLines) lines were"
            remarks.append(
                "\(lines) cut off or changed, or of another key than \(keyPath); what was told there is heard again")
        }
        return remarks
    }
}
