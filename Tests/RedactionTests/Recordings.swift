import Support

/// A call with tones between chunks that no audio program knows.
func recording() -> [UInt8] {
    var sound = Sound(seed: 2)
    sound.silence(0.4)
    for key in keyFrequencies.prefix(3) {
        sound.pair(key.low, key.high, seconds: 0.1)
        sound.silence(0.2)
    }
    sound.addNoise(level: -50)
    var wav = WAVBytes(samples: sound.integers)
    wav.chunks = [
        ("bext", [UInt8](repeating: 7, count: 601)), ("LIST", Array("INFOICMT".utf8) + [4, 0, 0, 0, 65, 66, 67, 0]),
    ]
    return wav.bytes + Array("cue ".utf8) + [4, 0, 0, 0, 0, 0, 0, 0]
}

/// A quiet second.
func cleanRecording() -> [UInt8] {
    var sound = Sound(seed: 3)
    sound.silence(1)
    sound.addNoise(level: -50)
    return WAVBytes(samples: sound.integers).bytes
}
