internal import CChildProcess
import Glibc

/// A child process that reads files and writes to two pipes, with limits and with no other file open.
///
/// It runs without a shell. Its environment holds the search path only, its standard input is `/dev/null`, and the
/// files are descriptors 3 and up.
@safe package final class ChildProcess {
    private let process: pid_t
    private let output: Int32
    private let errors: Int32
    /// Its standard error, up to a limit.
    private var errorText: [UInt8] = []
    private var isOver = (output: false, errors: false)
    /// Its exit status, 0 for success; `nil` while it runs.
    package private(set) var exit: Int32?

    private static let maximumErrorBytes = 1 << 16

    /// Limits of processor time in seconds and of memory in bytes.
    package struct Limits {
        var seconds: Int
        var memory = 2 << 30
        /// Largest number of bytes in a file that it writes.
        var written: Int

        package init(seconds: Int, written: Int = 0) {
            self.seconds = seconds
            self.written = written
        }
    }

    /// The program's path on the search path; `nil` if it is not installed.
    package static func path(of name: String) -> String? {
        let search = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "/usr/bin:/bin"
        for folder in search.split(separator: ":") where folder.hasPrefix("/") {
            let path = "\(folder)/\(name)"
            if unsafe access(path, X_OK) == 0 { return path }
        }
        return nil
    }

    /// Starts the program at `path`; `nil` if the system refuses.
    package init?(_ path: String, _ arguments: [String], files: [Int32], limits: Limits) {
        var (out, err): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
        guard unsafe pipe(&out) == 0 else { return nil }
        guard unsafe pipe(&err) == 0 else {
            for end in out { close(end) }
            return nil
        }
        for end in out + err { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (output, errors) = (out[0], err[0])
        process = Self.spawn(path, arguments, files: files, output: out[1], errors: err[1], limits: limits)
        close(out[1])
        close(err[1])
        guard process > 0 else {
            close(out[0])
            close(err[0])
            return nil
        }
        for end in [output, errors] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    }

    deinit {
        if exit == nil {
            kill(process, SIGKILL)
            var status: Int32 = 0
            while unsafe waitpid(process, &status, 0) < 0 && errno == EINTR {}
        }
        close(output)
        close(errors)
    }

    private static func spawn(
        _ path: String, _ arguments: [String], files: [Int32], output: Int32, errors: Int32, limits: Limits
    ) -> pid_t {
        var words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        return unsafe tonewall_start_child(
            path, &words, files, Int32(files.count), output, errors, limits.seconds, limits.memory, limits.written)
    }

    /// Reads up to `limit` bytes of its output as soon as there are any, and appends them to `bytes`. Returns 0 at the
    /// end.
    package func read(upTo limit: Int, appendingTo bytes: inout [UInt8]) -> Int {
        while !isOver.output {
            var waits = [
                pollfd(fd: output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: isOver.errors ? -1 : errors, events: Int16(POLLIN), revents: 0),
            ]
            if unsafe poll(&waits, 2, -1) < 0 { continue }
            if waits[1].revents != 0 { readErrors() }
            guard waits[0].revents != 0 else { continue }
            let count = Self.take(limit, from: output, into: &bytes)
            if count > 0 { return count }
            if count == 0 { isOver.output = true }
        }
        finish()
        return 0
    }

    /// All of its output, up to `limit` bytes.
    package func readAll(limit: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < limit, read(upTo: limit - bytes.count, appendingTo: &bytes) > 0 {}
        return bytes
    }

    /// The lines of its standard error, without repetitions.
    package var complaints: [String] {
        let lines = String(decoding: errorText, as: UTF8.self).split(whereSeparator: \.isNewline)
        var seen: Set<String> = []
        return lines.map { Self.withoutAddress($0) }.filter { !$0.isEmpty && seen.insert($0).inserted }
    }

    /// A line without the `[mov @ 0x55…]` before it.
    private static func withoutAddress(_ line: Substring) -> String {
        guard line.hasPrefix("["), let end = line.firstIndex(of: "]") else { return String(line) }
        return String(line[line.index(after: end)...].drop { $0 == " " })
    }

    private func readErrors() {
        var bytes: [UInt8] = []
        let count = Self.take(4096, from: errors, into: &bytes)
        if count == 0 { isOver.errors = true }
        if errorText.count < Self.maximumErrorBytes { errorText += bytes }
    }

    private func finish() {
        guard exit == nil else { return }
        while !isOver.errors {
            var wait = pollfd(fd: errors, events: Int16(POLLIN), revents: 0)
            if unsafe poll(&wait, 1, -1) > 0 { readErrors() }
        }
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0 && errno == EINTR {}
        exit = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }

    /// Number of available bytes; 0 at the end, -1 if there are none yet.
    private static func take(_ limit: Int, from descriptor: Int32, into bytes: inout [UInt8]) -> Int {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: limit))
        let count = unsafe bytes.withUnsafeMutableBytes { raw in
            unsafe Glibc.read(descriptor, raw.baseAddress! + start, limit)
        }
        bytes.removeLast(limit - max(0, count))
        return count < 0 && errno != EAGAIN && errno != EINTR ? 0 : count
    }
}
