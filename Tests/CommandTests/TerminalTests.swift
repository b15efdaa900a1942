import AudioIO
import Foundation
import Support
import Testing

/// A live call on a terminal, on ALSA's null devices.
@Suite(.ownThread) struct TerminalTests {
    static let null = ["live", "--caller-in", "null", "--agent-out", "null", "--format", "text"]

    /// A full pipe without a reader: the first row of levels blocks the call, so a first signal has no effect.
    private static func fullPipe() -> Pipe {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        let filler = [UInt8](repeating: 0, count: 4096)
        while unsafe write(descriptor, filler, filler.count) > 0 {}
        while unsafe write(descriptor, filler, 1) > 0 {}
        _ = fcntl(descriptor, F_SETFL, 0)
        return pipe
    }

    @Test func `the terminal does not echo during a call, and does after it`() throws {
        let terminal = try Terminal()
        let command = try terminal.run(TerminalTests.null)
        terminal.waitUntil(echoes: false, command)
        #expect(!terminal.echoes)
        terminal.type("q")
        command.waitUntilExit()
        #expect(command.terminationStatus == 0)
        #expect(terminal.echoes)
    }

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func `a second signal ends a call with a blocked output, and the terminal echoes again`(
        signal: Int32, status: Int32
    ) throws {
        let terminal = try Terminal()
        // The first row comes a tenth of a second after the start, on a busy machine later; a signal before it ends the
        // call. A full pipe is waited for no longer than a second: a call may also end while this process has no turn.
        var wait: UInt32 = 300_000
        var command: Process
        repeat {
            command = try terminal.run(TerminalTests.null, output: TerminalTests.fullPipe())
            terminal.waitUntil(echoes: false, command)
            usleep(wait)
            kill(command.processIdentifier, signal)
            // One that meets the first still undelivered is one with it.
            command.waitUntilDelivered(signal)
            kill(command.processIdentifier, signal)
            command.waitUntilExit()
            wait *= 2
        } while command.terminationStatus == 0 && wait < 20_000_000
        #expect(command.terminationStatus == status && command.terminationReason == .exit)
        #expect(terminal.echoes)
    }
}

/// A pseudo-terminal: this end is the person, the other the command's.
private final class Terminal {
    private let state = TemporaryFolder()
    private let person: FileHandle
    private let command: FileHandle

    struct Unavailable: Error {}

    init() throws {
        // As posix_openpt and its like, whose declarations the imported C library hides.
        let (unlock, number) = (UInt(0x4004_5431), UInt(0x8004_5430))  // TIOCSPTLCK, TIOCGPTN
        var (locked, index): (Int32, UInt32) = (0, 0)
        let person = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY)
        guard person >= 0, unsafe ioctl(person, unlock, &locked) == 0, unsafe ioctl(person, number, &index) == 0 else {
            throw Unavailable()
        }
        let command = unsafe open("/dev/pts/\(index)", O_RDWR | O_NOCTTY)
        guard command >= 0 else { throw Unavailable() }
        self.person = FileHandle(fileDescriptor: person, closeOnDealloc: true)
        self.command = FileHandle(fileDescriptor: command, closeOnDealloc: true)
    }

    /// Starts `tonewall` with this as its standard input, and as its output unless another is given.
    func run(_ arguments: [String], output: Any? = nil) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Command.path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["XDG_STATE_HOME": state.path]) { $1 }
        process.standardInput = command
        process.standardOutput = output ?? FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    func type(_ text: String) { person.write(Data(text.utf8)) }

    /// Whether typed characters are echoed.
    var echoes: Bool {
        var settings = termios()
        return unsafe tcgetattr(command.fileDescriptor, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
    }

    /// Waits for as long as the command lives.
    func waitUntil(echoes wanted: Bool, _ process: Process) {
        while echoes != wanted && process.isRunning { usleep(2_000) }
    }
}
