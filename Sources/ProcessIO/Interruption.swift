internal import AtomicFiles
package import Glibc
internal import Synchronization

/// The order to stop from INT, TERM or HUP.
///
/// The first signal makes ``descriptor`` readable. This ends an input between two blocks, so that held audio can be
/// written and the header finished. A second INT or TERM ends the process at once, with 130 or 143, and leaves no
/// unfinished file.
package enum Interruption {
    /// Becomes readable at the first signal. Signals are handled from the first use on.
    package static let descriptor = watch()

    /// Whether the first signal has come.
    package static var hasCome: Bool {
        var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&wait, 1, 0) > 0
    }

    /// The descriptor to which the handler writes the signal's number.
    private static let mailbox = Atomic<Int32>(-1)

    /// The settings of the terminal before this process changed them.
    private static let terminal = Mutex<termios?>(nil)

    /// The message of a second signal, for example about a payment that is no longer awaited.
    private static let lastWords = Mutex<String?>(nil)

    /// Sets the message with which a second signal ends the process; `nil` for none.
    package static func says(_ words: String?) { lastWords.withLock { $0 = words } }

    /// Makes a second signal restore the terminal to `settings` before it ends the process.
    package static func restoresAtSecond(_ settings: termios) { terminal.withLock { $0 = settings } }

    private static let signals = [SIGINT, SIGTERM, SIGHUP]

    private static func watch() -> Int32 {
        let (arrivals, wish) = (openPipe(), openPipe())
        mailbox.store(arrivals.write, ordering: .releasing)
        var thread = pthread_t()
        let ends = Ends(signals: arrivals.read, wish: wish.write)
        let argument = unsafe Unmanaged.passRetained(ends).toOpaque()
        _ = unsafe pthread_create(&thread, nil, { unsafe Interruption.await($0) }, argument)
        // The handler only writes, because little else is allowed in a handler. The thread does the rest.
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = { signal in
            var number = UInt8(truncatingIfNeeded: signal)
            _ = unsafe write(Interruption.mailbox.load(ordering: .acquiring), &number, 1)
        }
        action.sa_flags = SA_RESTART
        for signal in signals {
            var before = sigaction()
            unsafe sigaction(signal, nil, &before)
            // A signal that `nohup` ignores stays ignored.
            if signal == SIGHUP, before.isIgnored { continue }
            unsafe sigaction(signal, &action, nil)
        }
        return wish.read
    }

    /// The descriptors of the thread.
    private final class Ends {
        let signals: Int32
        let wish: Int32

        init(signals: Int32, wish: Int32) {
            self.signals = signals
            self.wish = wish
        }
    }

    private static func openPipe() -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        _ = unsafe pipe(&ends)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func await(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument = unsafe argument else { return nil }
        // The parent process may have blocked the signals, and the mask is inherited. One thread must accept them.
        var taken = sigset_t()
        unsafe sigemptyset(&taken)
        for signal in signals { unsafe sigaddset(&taken, signal) }
        unsafe pthread_sigmask(SIG_UNBLOCK, &taken, nil)
        let ends = unsafe Unmanaged<Ends>.fromOpaque(argument).takeRetainedValue()
        _ = next(ends.signals)
        // Closing the writing end makes the reading end readable, permanently.
        close(ends.wish)
        // A closing terminal sends two hang-ups, one by the shell and one by the system.
        var second = next(ends.signals)
        while second == SIGHUP { second = next(ends.signals) }
        UnfinishedFiles.removeAll()
        if let words = lastWords.withLock({ $0 }) { leave(words) }
        terminal.withLock { saved in
            if var settings = saved { _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, &settings) }
        }
        _exit(128 + second)
    }

    /// Writes a line to standard error if that does not block.
    private static func leave(_ words: String) {
        var room = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        guard unsafe poll(&room, 1, 100) > 0, room.revents & Int16(POLLOUT) != 0 else { return }
        let bytes = Array((words.terminalText + "\n").utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private static func next(_ mailbox: Int32) -> Int32 {
        var number: UInt8 = 0
        while unsafe read(mailbox, &number, 1) < 0 && errno == EINTR {}
        return Int32(number)
    }
}

extension sigaction {
    /// Whether the signal is ignored.
    fileprivate var isIgnored: Bool {
        unsafe unsafeBitCast(__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
