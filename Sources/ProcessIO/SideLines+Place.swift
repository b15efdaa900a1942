internal import AtomicFiles
package import Failures
internal import Glibc

extension SideLines {
    /// Lines to a given descriptor such as `3`, to `-` for standard output, or to a file.
    ///
    /// Create it before any file is opened that could take the descriptor's number.
    package convenience init(named name: String, besides input: String) throws(Failure) {
        if let number = name == "-" ? STDOUT_FILENO : Int32(name) {
            let flags = fcntl(number, F_GETFL)
            guard number > 0, flags >= 0, flags & O_ACCMODE != O_RDONLY else {
                throw Failure(
                    .usage, code: "output.not-writable", "descriptor \(name) is not open for writing",
                    advice: "as in --events 3 3>FILE")
            }
            let own = fcntl(number, F_DUPFD_CLOEXEC, 3)
            self.init { own }
            return
        }
        try OutputPlaces.refuse([name], over: [input], "the input itself", advice: "choose another name for the events")
        var status = stat()
        // A device is opened directly. A named pipe is opened by the writing thread, so that the audio does not wait
        // for its reader.
        if unsafe stat(name.systemName, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            self.init { open(name, O_WRONLY | O_CLOEXEC) }
            return
        }
        let descriptor = open(name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_TRUNC | O_CLOEXEC)
        guard descriptor >= 0 else {
            let isLink = errno == ELOOP
            throw Failure(
                .cannotCreate, code: "output.cannot-create", file: name,
                isLink
                    ? "is a symbolic link, and nothing is written through one"
                    : "cannot be written: \(unsafe String(cString: strerror(errno)))",
                advice: isLink ? "name what it leads to" : "check the folder and its rights")
        }
        self.init { descriptor }
    }
}

private func open(_ name: String, _ flags: Int32) -> Int32 { unsafe Glibc.open(name.systemName, flags, 0o600) }
