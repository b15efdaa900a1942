import Foundation
import Support

/// A recording of a tone of a key in silence, or of silence alone, as WAVE.
func recording(key: Bool, seconds: Double = 0.1) -> [UInt8] {
    var sound = Sound()
    sound.silence(0.3)
    if key { sound.pair(770, 1336, seconds: seconds) }
    sound.silence(0.3)
    return WAVBytes(samples: sound.integers).bytes
}

/// A folder with a clean recording, one with a digit, one with a fragment and one that is none.
func smallArchive() -> TemporaryFolder {
    let folder = TemporaryFolder()
    try? FileManager.default.createDirectory(atPath: folder("sub"), withIntermediateDirectories: true)
    folder.write(recording(key: false), to: "clean.wav")
    folder.write(recording(key: true), to: "sub/digit.wav")
    folder.write(recording(key: true, seconds: 0.012), to: "sub/fragment")
    folder.write(Array("no audio at all".utf8), to: "text.wav")
    folder.write(Array("notes".utf8), to: "notes.txt")
    return folder
}
