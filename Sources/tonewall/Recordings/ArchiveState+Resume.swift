import Codecs
import Archive
import AtomicFiles
import AudioIO
import ProcessIO
import Verification

extension ArchiveState {
    /// The state that `--resume` names; what of it cannot be used is told.
    ///
    /// - Parameter raw: the layout of samples without a header, which a judgement of them hangs on.
    convenience init(resuming path: String, raw: AudioFormat?) throws {
        var layout = ""
        if let raw {
            layout = "/\(raw.encoding.words) \(raw.sampleRate) \(raw.channels)"
            if raw.encoding.isBigEndian { layout += " big-endian" }
        }
        try self.init(path: path, version: "\(Version.number)/\(Verifier.version)\(layout)")
        if wasRenewed {
            Report.note(
                "tonewall: \(path.quoted): is of another version or layout of samples, and was begun anew: "
                    + "everything is heard again")
        }
        if damagedLines > 0 {
            let lines = damagedLines == 1 ? "1 line was" : "\(damagedLines) lines were"
            Report.note(
                "tonewall: \(path.quoted): \(lines) cut off or changed, or of another key than "
                    + "\((path + ".key").quoted); what was told there is heard again")
        }
    }
}
