internal import Glibc

extension AtomicFile {
    /// Second half of a commit over a file that is in use: the names are exchanged, and the old file is looked at once
    /// more before it goes.
    ///
    /// Where `isStillTheSame` says no of the old file, the names are exchanged back, so that it is where it was, and
    /// `false` is given. Where the file system exchanges no names, the file is renamed.
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
        // The new file has its name durably before the old one is removed.
        folder.synchronize()
        folder.remove(temporary)
        FaultPoints.reached(.afterRename)
        isCommitted()
        return true
    }
}
