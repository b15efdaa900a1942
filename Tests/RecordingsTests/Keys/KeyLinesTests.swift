import Codecs
import DTMF
import Recordings
import Testing

/// What is written of keys, of presses that were made up.
@Suite struct KeyLinesTests {
    private static let rate = 8000

    private static func press(_ key: Character, _ start: Double, _ end: Double) throws -> KeyPress {
        KeyPress(
            key: try #require(Key(key)), start: Int(start * Double(rate)), end: Int(end * Double(rate)), lowHz: 697,
            highHz: 1209.5, levelDBm0: -10, twist: -1.25, signalToNoise: 30.04)
    }

    /// The two events of each press, in the order of time.
    private static func events(_ presses: [(channel: Int, press: KeyPress)]) -> [ChannelEvent] {
        presses.flatMap { channel, press in
            [
                ChannelEvent(channel: channel, event: .decided(press.key, onset: press.start)),
                ChannelEvent(channel: channel, event: .ended(press)),
            ]
        }.sorted { $0.sample < $1.sample }
    }

    private static func text(
        _ style: KeyLines.Style, _ presses: [(channel: Int, press: KeyPress)], file: String = "a.wav",
        channels: Int = 1, isFollowed: Bool = false
    ) -> String {
        let format = AudioFormat(sampleRate: rate, channels: channels, encoding: .signed16)
        var lines = KeyLines(style, file: file, format, isFollowed: isFollowed)
        return style.format.heading + lines.text(events(presses)) + lines.end()
    }

    @Test func `Keys of a file are one line, with a space for a pause of two seconds`() throws {
        let keys = try [(0, Self.press("4", 0, 0.1)), (0, Self.press("2", 0.2, 0.3)), (0, Self.press("#", 2.3, 2.4))]
        #expect(Self.text(.init(), keys) == "42 #\n" && Self.text(.init(), []) == "\n")
        #expect(Self.text(.init(namesFile: true), keys) == "a.wav: 42 #\n")
        #expect(Self.text(.init(namesFile: true), []) == "a.wav:\n")
    }

    @Test func `Each channel has its own line, and a selected one has no number`() throws {
        let keys = try [(0, Self.press("1", 0, 0.1)), (1, Self.press("2", 0, 0.2))]
        #expect(Self.text(.init(), keys, channels: 3) == "0: 1\n1: 2\n2:\n")
        #expect(Self.text(.init(channel: 0), [keys[0]], channels: 3) == "1\n")
    }

    @Test func `A stream's keys are printed as they come, with a new line for each change of channel`() throws {
        let keys = try [(0, Self.press("1", 0, 0.1)), (1, Self.press("2", 1, 1.1)), (1, Self.press("3", 2, 2.1))]
        #expect(Self.text(.init(), keys, channels: 2, isFollowed: true) == "0: 1\n1: 23\n")
        #expect(Self.text(.init(namesFile: true), [], isFollowed: true) == "a.wav:\n")
        #expect(Self.text(.init(), [], isFollowed: true) == "\n")
    }

    @Test func `With times, and as labels, a key is a line with its start and end`() throws {
        let keys = try [(0, Self.press("*", 0.5, 0.625))]
        #expect(Self.text(.init(hasTimes: true), keys) == "0.500 0.625 *\n")
        #expect(Self.text(.init(format: .labels), keys) == "0.500000\t0.625000\t*\n")
        #expect(Self.text(.init(format: .labels), keys, channels: 2) == "0.500000\t0.625000\t0: *\n")
    }

    @Test func `NDJSON has a line for a pressed key only on request`() throws {
        let keys = try [(0, Self.press("5", 0, 0.1))]
        let end =
            "{\"file\":\"a.wav\",\"channel\":0,\"digit\":\"5\",\"start\":0.00000,\"end\":0.10000,\"low_hz\":697.00,"
            + "\"high_hz\":1209.50,\"level_dbm0\":-10.00,\"twist_db\":-1.25,\"high_minus_low_db\":-1.25,\"snr_db\":30.0}\n"
        #expect(Self.text(.init(format: .ndjson), keys) == end)
        #expect(
            Self.text(.init(format: .ndjson, hasEvents: true), keys)
                == "{\"event\":\"key-down\",\"file\":\"a.wav\",\"channel\":0,\"start\":0.00000}\n" + end)
    }

    @Test func `CSV quotes a name where it must, and no name is a formula`() throws {
        let keys = try [(0, Self.press("5", 0, 0.1))]
        let row = "0,5,0.00000,0.10000,697.00,1209.50,-10.00,-1.25,30.0\r\n"
        let heading = "file,channel,digit,start,end,low_hz,high_hz,level_dbm0,high_minus_low_db,snr_db\r\n"
        #expect(Self.text(.init(format: .csv), keys) == heading + "a.wav," + row)
        #expect(Self.text(.init(format: .csv), keys, file: "a,\"b\".wav") == heading + "\"a,\"\"b\"\".wav\"," + row)
        #expect(Self.text(.init(format: .csv), keys, file: "=1+1") == heading + "'=1+1," + row)
    }
}
