internal import AtomicFiles
internal import CFileCalls
internal import Glibc

extension Redactor {
    /// Puts a finished copy in its recording's place in one step, where nobody writes to the recording.
    func replace(_ held: HeldRecording, by file: AtomicFile) throws(Refusal) {
        try attempt { () throws(AtomicFileError) in try file.prepare() }
        // The system tells of everyone who has the file open for writing, or opens it meanwhile; only the owner may
        // ask.
        let hasLease = tonewall_take_read_lease(held.descriptor) == 0
        if !hasLease && errno == EAGAIN { throw .beingWritten(path: held.path) }
        defer { if hasLease { tonewall_drop_lease(held.descriptor) } }
        try held.check()
        let isReplaced = try attempt { () throws(AtomicFileError) in
            try file.exchange { folder, name in
                held.isSame(folder, name) && (!hasLease || tonewall_holds_read_lease(held.descriptor) != 0)
            }
        }
        if !isReplaced { throw .changed(path: held.path) }
    }

    /// Puts a recording without tones where copies go; gives `false` where it was told to stop.
    func copy(_ held: HeldRecording, to place: CopyPlace, _ plan: OutputPlan) throws(Refusal) -> Bool {
        if case .linked = cleanCopies, try link(held, to: place) { return true }
        let file = try place.file()
        guard try FileBytes.copy(held.descriptor, 0..<held.mark.size, to: file, of: held.path, goOn) else {
            return false
        }
        try FileProperties.copy(from: held, to: file.descriptor, strictly: false)
        try attempt { () throws(AtomicFileError) in try file.prepare() }
        try held.check()
        try plan.check(place.path, of: held.path)
        try attempt { () throws(AtomicFileError) in try file.publish() }
        return true
    }

    /// Gives the very file that was heard another name; `false` where that cannot be.
    private func link(_ held: HeldRecording, to place: CopyPlace) throws(Refusal) -> Bool {
        try held.check()
        return place.folder.link(held.descriptor, as: place.name)
    }
}
