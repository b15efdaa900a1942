import AudioIO
import ProcessIO

extension AudioReader {
    /// At the end: a line for each oddity that was heard all the same; an error where a part was not heard.
    func reportOddities() throws {
        for remark in remarks { Report.note("tonewall: \(inputName(name)): \(remark)") }
        try refuseUnread()
    }
}
