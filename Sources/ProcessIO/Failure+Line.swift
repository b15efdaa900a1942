internal import AtomicFiles
package import Failures

extension Failure {
    /// `tonewall: FILE: what is wrong (what to do)`. Characters that could control a terminal are replaced visibly.
    package var line: String {
        let subject = file.map { "\($0.quoted): " } ?? ""
        return "tonewall: \(subject)" + description.quoted
    }
}
