package import Codecs
internal import Verification

extension ArchiveState {
    /// The state in the file at `path` for runs of this verifier.
    ///
    /// - Parameters:
    ///   - tool: The version of the program that runs it.
    ///   - raw: The layout of samples without a header, which a judgement of them hangs on.
    package convenience init(path: String, tool: String, raw: AudioFormat?) throws(ArchiveStateError) {
        var version = "\(tool)/\(Verifier.version)"
        if let raw {
            version += "/\(raw.encoding.words) \(raw.sampleRate) \(raw.channels)"
            if raw.encoding.isBigEndian { version += " big-endian" }
        }
        try self.init(path: path, version: version)
    }

    /// What of the file could not be used, each as the end of a sentence about it.
    ///
    /// - Parameter keyPath: What the file of its key is called.
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
