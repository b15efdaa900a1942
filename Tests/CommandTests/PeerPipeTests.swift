import Foundation
import Support
import Testing

/// Other people's tools in the pipe before `tonewall`; a tool that is not installed is named and its case skipped.
@Suite(.ownThread) struct PeerPipeTests {
    static let writers = [
        ("sox", "sox -q \"$IN\" -t wav -"),
        ("sox", "sox -q \"$IN\" -e mu-law -t wav -"),
        ("sox", "sox -q \"$IN\" -b 24 -t wav -"),
        ("ffmpeg", "ffmpeg -v error -i \"$IN\" -f wav -"),
        ("ffmpeg", "ffmpeg -v error -i \"$IN\" -c:a pcm_alaw -f wav -"),
        ("ffmpeg", "ffmpeg -v error -i \"$IN\" -c:a pcm_f32le -ar 44100 -f wav -"),
        (
            "gst-launch-1.0",
            "gst-launch-1.0 -q filesrc location=\"$IN\" ! wavparse ! audioconvert ! wavenc ! fdsink fd=1"
        ),
    ]

    static func isInstalled(_ tool: String) -> Bool {
        let paths = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        return paths.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)") }
    }

    @Test(arguments: writers)
    func `keys are decoded from pipes of other programs, and removed from them`(tool: String, command: String) throws {
        guard PeerPipeTests.isInstalled(tool) else {
            try Test.cancel("\(tool) is not installed")
        }
        let folder = TemporaryFolder()
        _ = try Command.run(["synth", "--noise", "-50", "1590*#AD", folder("in.wav")])
        let decoded = try shell("\(command) | \(Command.path) decode -", folder)
        #expect(decoded.text == "1590*#AD\n")
        #expect(decoded.status == 0)
        let clean = try shell("\(command) | \(Command.path) suppress - - | \(Command.path) decode -", folder)
        #expect(clean.text == "\n")
        let length = try shell("\(command) | wc -c", folder).text
        #expect(try shell("\(command) | \(Command.path) suppress - - | wc -c", folder).text == length)
    }

    private func shell(_ command: String, _ folder: TemporaryFolder) throws -> (text: String, status: Int32) {
        // The status is the last command's: gst-launch ends with 1 because its encoder cannot seek back in a pipe.
        try Command.shell("IN='\(folder("in.wav"))'; \(command)")
    }
}
