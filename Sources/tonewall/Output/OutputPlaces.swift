import AtomicFiles
import Failures

/// Outputs that would take the place of what a command reads, or of its ledger: refused before anything is begun.
enum OutputPlaces {
    /// - Parameter words: What the files are, as the end of "is …".
    static func refuse(_ outputs: [String], over files: [String], _ words: String) throws {
        let taken = Set(files.compactMap { FilePlace($0) })
        for output in outputs {
            guard let place = FilePlace(output), taken.contains(place) else { continue }
            throw Failure(.usage, file: output, "is \(words)", advice: "write to another file")
        }
    }

    /// All files that a ledger consists of.
    static func files(ofLedger ledger: String, key: String? = nil) -> [String] {
        let key = key ?? ledger + ".key"
        return [ledger, ledger + "-wal", ledger + "-shm", key, key + ".head"]
    }
}
