import DTMF
import Foundation
import Support
import Testing

/// The process of a payment holds neither digits nor tones of a card once the capture is over, whatever its ending.
///
/// Its whole memory is read as a debugger would. Digits are looked for in every way they can lie there; every stretch
/// is taken for floats, doubles and 16-bit samples, one channel and two, and listened to with the project's own
/// receiver. While the gateway is being asked the request itself has to be there, once, in pages that core files leave
/// out.
@Suite(
    .serialized, .ownThread, .timeLimit(.minutes(15)),
    .enabled(if: geteuid() == 0, "only root reads the memory of such a process"))
struct `Memory of a paying process` {
    let folder = TemporaryFolder()

    @Test(arguments: PayingScenario.chosen)
    func `neither digits nor tones of a card are left once the capture is over`(scenario: PayingScenario) throws {
        let process = try PayingProcess(scenario, in: folder)
        process.waitForEnd()
        try expectNothing(of: scenario, in: process)
        guard scenario.outcome == nil else { return }
        process.orderEnd()
        try expectNothing(of: scenario, in: process)
    }

    @Test func `during an entry no digits are in plain memory, and no three of them in audio`() throws {
        let scenario = PayingScenario(testDescription: "mid-entry", taker: .pipe, missing: 2)
        let process = try PayingProcess(scenario, in: folder)
        process.waitForLastDigit()
        try expectNothing(of: scenario, in: process)
    }

    private func expectNothing(of scenario: PayingScenario, in process: PayingProcess) throws {
        let search = DigitSearch(number: scenario.number, code: scenario.code)
        let isAsked = scenario.outcome == nil
        let digits = try process.hold { regions in
            let requests = regions.filter { $0.isLeftOutOfDumps && !search.findings(in: [$0]).isEmpty }
            #expect(requests.count <= (isAsked ? 1 : 0))
            return search.findings(in: regions.filter { !$0.isLeftOutOfDumps })
        }
        #expect(digits.isEmpty)
        let heard = try process.hold { MemoryAudio.findings(in: $0, at: Set([8000, Double(scenario.rate)]).sorted()) }
        #expect(search.telling(heard).isEmpty, "heard at all: \(heard)")
    }
}

/// The search finds planted digits: a process that keeps its standard input.
@Suite(.enabled(if: geteuid() == 0, "only root reads the memory of another process"))
struct `What the search of memory finds` {
    private static let search = DigitSearch(number: "371449635398431", code: "8968")

    /// The memory of a process whose heap holds `bytes`.
    private func memory(holding bytes: [UInt8]) throws -> [MemoryReader.Region] {
        let process = Process()
        // It cannot sort before the end has come.
        process.executableURL = URL(fileURLWithPath: "/usr/bin/sort")
        let input = Pipe()
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        defer { kill(process.processIdentifier, SIGKILL) }
        let pattern = Array(bytes.suffix(64))
        try input.fileHandleForWriting.write(contentsOf: bytes)
        // When the pipe is empty and the process sleeps, it waits for more. Until then it may move its data.
        while process.isRunning {
            var waiting: CInt = 0
            _ = unsafe ioctl(input.fileHandleForWriting.fileDescriptor, UInt(FIONREAD), &waiting)
            let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)) ?? ""
            if waiting == 0, status.split(separator: ")").last?.hasPrefix(" S") == true {
                kill(process.processIdentifier, SIGSTOP)
                defer { kill(process.processIdentifier, SIGCONT) }
                if let regions = MemoryReader.regions(ofStopped: process.processIdentifier),
                    regions.contains(where: { $0.count(of: pattern) > 0 })
                {
                    return regions
                }
            }
            usleep(5_000)
        }
        return []
    }

    @Test(arguments: MemoryAudio.Layout.allCases, [1, 2])
    func `audio of every kind in a heap is detected`(layout: MemoryAudio.Layout, channels: Int) throws {
        for rate in [8000.0, 16_000, 48_000] {
            var generator = ToneGenerator(sampleRate: rate)
            let tones = generator.sequence("39843".compactMap { Key($0) }, on: 0.05, off: 0.05)
            let samples = channels == 1 ? tones : tones.flatMap { [0.001, $0] as [Float] }
            let bytes: [UInt8] =
                switch layout {
                case .float: samples.flatMap { Self.bytes(of: $0.bitPattern) }
                case .double: samples.flatMap { Self.bytes(of: Double($0).bitPattern) }
                case .int16, .oddInt16:
                    [UInt8](repeating: 1, count: layout == .int16 ? 0 : 1)
                        + samples.flatMap { Self.bytes(of: UInt16(bitPattern: Int16($0 * 0x1p15))) }
                }
            let heard = MemoryAudio.findings(
                in: try memory(holding: bytes + Array(repeating: 7, count: 63)), at: [rate])
            #expect(heard.contains { $0.layout == layout && $0.keys.contains("39843") }, "\(rate): \(heard)")
            #expect(!Self.search.telling(heard).isEmpty)
        }
    }

    @Test(arguments: DigitEncoding.allCases) func `digits in a heap are found`(encoding: DigitEncoding) throws {
        let bytes = encoding.bytes(of: Self.search.number)
        let regions = try memory(holding: [7] + bytes + Array(repeating: 9, count: 64))
        #expect(Self.search.findings(in: regions).contains { $0.hasPrefix("number as \(encoding) in") })
        guard [.ascii, .values, .keys].contains(encoding) else { return }
        let spread = bytes.flatMap { [$0, 9, 9] as [UInt8] } + Array(repeating: 9, count: 64)
        #expect(Self.search.findings(in: try memory(holding: spread)).contains { $0.contains("3 bytes apart") })
    }

    @Test func `a part of the number is found, and the code alone or in an array`() {
        func findings(_ bytes: [UInt8]) -> [String] {
            Self.search.findings(in: [MemoryReader.Region(name: "rw-p [heap]", bytes: bytes)])
        }
        #expect(!findings(Array("..49635398431&".utf8)).isEmpty)
        #expect(!findings(Array("[cvc]=8968&".utf8)).isEmpty)
        let count = [4] + [UInt8](repeating: 0, count: 7)
        for encoding in [DigitEncoding.values, .keys] {
            #expect(!findings(count + [8] + count.dropFirst() + encoding.bytes(of: Self.search.code)).isEmpty)
        }
        #expect(findings(Array("D9-8968-4c, 1796011165866, 8968a, 3714496".utf8)).isEmpty)
    }

    @Test func `three digits are a finding, two are not`() {
        let heard = { MemoryAudio.Finding(layout: .float, keys: $0, place: "") }
        #expect(Self.search.telling([heard("37"), heard("173"), heard("731")]).isEmpty)
        #expect(Self.search.telling([heard("9371"), heard("896")]).count == 2)
    }

    private static func bytes<Word: FixedWidthInteger>(of word: Word) -> [UInt8] {
        (0..<Word.bitWidth / 8).map { UInt8(truncatingIfNeeded: word >> Word($0 * 8)) }
    }
}
