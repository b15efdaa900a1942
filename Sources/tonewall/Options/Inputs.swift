import AudioIO
import ProcessIO

extension AudioReader {
    /// Reports each peculiarity of the input in one line. Throws if a part of the input was not read.
    func reportOddities() throws {
        for remark in remarks { Report.note("tonewall: \(inputName(name)): \(remark)") }
        try refuseUnread()
    }
}
