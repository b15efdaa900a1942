internal import AtomicFiles
internal import CFileCalls
internal import Glibc

extension Redactor {
    /// Replaces a recording by its finished copy in one step, unless another process has the recording open for
    /// writing.
    func replace(_ recording: OpenRecording, by file: AtomicFile) throws(RedactionRefusal) {
        try attempt { () throws(AtomicFileError) in try file.prepare() }
        // A lease breaks if another process opens the file or has it open for writing. Only the owner may take one.
        let hasLease = tonewall_take_read_lease(recording.descriptor) == 0
        if !hasLease && errno == EAGAIN { throw .beingWritten(path: recording.path) }
        defer { if hasLease { tonewall_drop_lease(recording.descriptor) } }
        try recording.check()
        let isReplaced = try attempt { () throws(AtomicFileError) in
            try file.exchange { folder, name in
                recording.isSame(folder, name) && (!hasLease || tonewall_holds_read_lease(recording.descriptor) != 0)
            }
        }
        if !isReplaced { throw .changed(path: recording.path) }
    }

    /// Links or copies a recording without tones; `false` if it was stopped.
    func copy(_ recording: OpenRecording, to place: CopyPlace, _ plan: OutputPlan) throws(RedactionRefusal) -> Bool {
        if case .linked = cleanCopies, try link(recording, to: place) { return true }
        let file = try place.file()
        guard
            try FileBytes.copy(
                recording.descriptor, 0..<recording.version.size, to: file, of: recording.path, shouldContinue)
        else {
            return false
        }
        try FileProperties.copy(from: recording, to: file.descriptor, strictly: false)
        try attempt { () throws(AtomicFileError) in try file.prepare() }
        try recording.check()
        try plan.check(place.path, of: recording.path)
        try attempt { () throws(AtomicFileError) in try file.publish() }
        return true
    }

    /// Links the file that was read to another name; `false` if that is impossible.
    private func link(_ recording: OpenRecording, to place: CopyPlace) throws(RedactionRefusal) -> Bool {
        try recording.check()
        return place.folder.link(recording.descriptor, as: place.name)
    }
}
