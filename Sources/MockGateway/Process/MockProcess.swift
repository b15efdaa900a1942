internal import Foundation
internal import Glibc

/// The mock gateway in a process of its own, so that the requests in its server are never in the memory of the paying
/// process.
///
/// It is this executable's own `gateway` command. It ends with ``stop()``, and when this process ends in any way. Its
/// standard input is a pipe that only this process holds, and it stops at the end of that input. A death signal
/// (`PR_SET_PDEATHSIG`) would depend on the thread that started it, and the runtime may end that thread.
package struct MockProcess: Sendable {
    /// Its address.
    package let url: String
    private let process: pid_t
    /// Our end of its standard input.
    private let keepAlive: Int32

    /// Starts a gateway on a free port and waits for its address.
    ///
    /// - Throws: ``MockGatewayError/cannotStart``.
    package init() throws(MockGatewayError) {
        guard let input = Self.pipe() else { throw .cannotStart }
        guard let output = Self.pipe() else {
            close(input.reading)
            close(input.writing)
            throw .cannotStart
        }
        let process = Self.spawn(input: input.reading, output: output.writing)
        close(input.reading)
        close(output.writing)
        defer { close(output.reading) }
        guard let process else {
            close(input.writing)
            throw .cannotStart
        }
        self.process = process
        keepAlive = input.writing
        guard let url = Self.firstLine(of: output.reading) else {
            Self.end(process, keepAlive)
            throw .cannotStart
        }
        self.url = url
    }

    /// Ends the gateway at once. It has no data that could be lost.
    package func stop() { Self.end(process, keepAlive) }

    /// Ends the process as soon as its standard input ends. The gateway calls it before anything else.
    package static func endWithInput() {
        Thread.detachNewThread {
            var byte: UInt8 = 0
            while true {
                let count = unsafe read(STDIN_FILENO, &byte, 1)
                if count == 0 || count < 0 && errno != EINTR { _exit(0) }
            }
        }
    }

    private static func end(_ process: pid_t, _ keepAlive: Int32) {
        close(keepAlive)
        kill(process, SIGKILL)
        while waitpid(process, nil, 0) < 0 && errno == EINTR {}
    }

    private static func pipe() -> (reading: Int32, writing: Int32)? {
        var ends: [Int32] = [0, 0]
        guard unsafe Glibc.pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// The bytes up to the end of the line; `nil` if the input ends first.
    private static func firstLine(of file: Int32) -> String? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count < 256 {
            let count = unsafe read(file, &byte, 1)
            if count < 0 && errno == EINTR { continue }
            guard count == 1 else { return nil }
            if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        return nil
    }

    /// Starts the process with these files as standard input and output, and with no other open file.
    private static func spawn(input: Int32, output: Int32) -> pid_t? {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        // This process reports errors, so the child's standard error is discarded.
        unsafe posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        let files = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for file in files.compactMap({ Int32($0) }) where file > STDERR_FILENO {
            unsafe posix_spawn_file_actions_addclose(&actions, file)
        }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // The child has its own process group. A terminal's interrupt is for the session, which may still need the
        // gateway.
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        let words = ["tonewall", "gateway", "--port", "0", "--until-input-ends"]
        // The process must not inherit the key of a real gateway.
        let settings = ProcessInfo.processInfo.environment.filter { $0.key != "TONEWALL_GATEWAY_KEY" }
        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        var environment = unsafe settings.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            unsafe arguments.forEach { unsafe free($0) }
            unsafe environment.forEach { unsafe free($0) }
        }
        var process: pid_t = 0
        let status = unsafe posix_spawn(&process, "/proc/self/exe", &actions, &attributes, &arguments, &environment)
        return status == 0 ? process : nil
    }
}
