package import Failures

/// Outputs that would take the place of what a command reads, or of its ledger: refused before anything is begun.
package enum OutputPlaces {
    /// - Parameter words: What the files are, as the end of "is …".
    package static func refuse(
        _ outputs: [String], over files: [String], _ words: String, advice: String = "write to another file"
    ) throws(Failure) {
        let taken = Set(files.compactMap { FileLocation($0) })
        for output in outputs {
            guard let place = FileLocation(output), taken.contains(place) else { continue }
            throw Failure(.usage, code: "output.over-input", file: output, "is \(words)", advice: advice)
        }
    }
}
