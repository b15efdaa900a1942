import Codecs
import AudioIO
import DTMF
import Foundation

/// A stereo call of tones and silence, the caller on the left.
struct SyntheticCall {
    static let sampleRate = 8000
    private(set) var caller: [Float] = []

    var seconds: Double { Double(caller.count) / Double(Self.sampleRate) }

    /// The caller says nothing.
    mutating func pause(_ seconds: Double) {
        caller += [Float](repeating: 0, count: Int(seconds * Double(Self.sampleRate)))
    }

    /// The caller presses `keys`, 90 ms on and 90 ms off.
    mutating func press(_ keys: String) {
        var generator = ToneGenerator(sampleRate: Double(Self.sampleRate))
        for character in keys {
            caller += generator.tone(Key(character)!, seconds: 0.09)
            pause(0.09)
        }
    }

    /// A WAVE file of the call in a folder of its own; the caller removes the folder.
    func write() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tonewall-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appendingPathComponent("call.wav")
        let format = AudioFormat(sampleRate: Self.sampleRate, channels: 2, encoding: .signed16)
        let writer = try AudioWriter(file.path, format: format)
        let frames = caller.flatMap { [$0, 0] as [Float] }
        try writer.write(frames.span)
        try writer.finish()
        return file
    }
}
