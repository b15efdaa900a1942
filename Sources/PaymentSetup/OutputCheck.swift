internal import AtomicFiles
package import Failures

/// Refuses outputs that would take the place of what a payment reads, or of its ledger, before anything is begun.
package enum OutputCheck {
    /// - Parameter words: What `files` are, as the end of "is …".
    package static func refuse(_ outputs: [String], over files: [String], _ words: String) throws(Failure) {
        let taken = Set(files.compactMap { FileLocation($0) })
        for output in outputs {
            guard let place = FileLocation(output), taken.contains(place) else { continue }
            throw Failure(
                .usage, code: "output.over-input", file: output, "is \(words)", advice: "write to another file")
        }
    }
}
