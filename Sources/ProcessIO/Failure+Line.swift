internal import AtomicFiles
package import Failures

extension Failure {
    /// `tonewall: FILE: what is wrong (what to do)`; characters that could steer a terminal are shown instead.
    package var line: String {
        let subject = file.map { "\($0.quoted): " } ?? ""
        return "tonewall: \(subject)" + description.quoted
    }
}
