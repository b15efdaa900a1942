internal import Glibc

extension AtomicFile {
    /// Second half of a commit over a file that is in use. The names are exchanged, and the old file is checked once
    /// more before it is removed.
    ///
    /// If `isStillTheSame` rejects the old file, the names are exchanged back, and the result is `false`. If the file
    /// system cannot exchange names, the file is renamed.
    package func exchange(whileOld isStillTheSame: (Folder, [UInt8]) -> Bool) throws(AtomicFileError) -> Bool {
        guard let temporary else { throw AtomicFileError(path: path, code: ESTALE, step: .creating) }
        FaultPoints.reached(.beforeRename)
        switch folder.exchange(temporary, name) {
        case 0: break
        case EINVAL, ENOSYS:
            try publish()
            return true
        case let code: throw AtomicFileError(path: path, code: code, step: .creating)
        }
        FaultPoints.reached(.afterExchange)
        guard isStillTheSame(folder, temporary) else {
            _ = folder.exchange(temporary, name)
            return false
        }
        // The new file must have its name durably before the old file is removed.
        folder.synchronize()
        folder.remove(temporary)
        FaultPoints.reached(.afterRename)
        isCommitted()
        return true
    }
}
