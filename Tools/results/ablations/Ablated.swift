import DTMF
import Foundation
import Suppression

// usage: Ablated LOOKAHEAD NAME ...
//
// Suppresses two-legged WAVs of 16 bits at 8 kHz as they are, and without each mechanism NAME (or several, with a +
// between them). Standard input names an input and an output in each line, with a tab between them. Without NAME the
// output is OUTPUT.NAME; none is written that is the same as OUTPUT. For each it prints: the name (`-` if nothing is
// left out), the CPU time of the suppressor in seconds, and the digits that the receiver reads, or `same`.
let header = 44

func digits(in frames: [Float], leg: Int, gain: Float) -> Int {
    var detector = Detector(sampleRate: 8000)
    var count = 0
    for start in stride(from: leg, to: frames.count, by: 8000) {
        let samples = stride(from: start, to: min(start + 8000, frames.count), by: 2).map { frames[$0] * gain }
        detector.process(samples.map { min(max($0, -1), 1) })
        for case .decided in detector.events { count += 1 }
    }
    return count
}

/// Of both legs as they are, and 20 dB louder: the greater number.
func digits(in frames: [Float]) -> Int {
    let read = [Float(1), 10].map { digits(in: frames, leg: 0, gain: $0) + digits(in: frames, leg: 1, gain: $0) }
    return max(read[0], read[1])
}

func wav(_ samples: [Float], like bytes: [UInt8]) -> Data {
    var written = bytes
    for (index, sample) in samples.enumerated() {
        let value = UInt16(bitPattern: Int16(max(-32768, min(32767, (sample * 32768).rounded()))))
        written[header + 2 * index] = UInt8(truncatingIfNeeded: value)
        written[header + 2 * index + 1] = UInt8(truncatingIfNeeded: value >> 8)
    }
    return Data(written)
}

/// What a receiver of whole recordings hears in each leg.
func presses(in frames: [Float]) -> [[KeyPress]] {
    var listener = RecordingListener(sampleRate: 8000, channels: 2)
    return (listener.process(frames.span) + listener.finish()).presses(channels: 2)
}

func suppressed(_ frames: [Float], lookAhead: Double) -> (output: [Float], seconds: Double) {
    let presses = lookAhead < 0.2 ? [] : presses(in: frames)
    var suppressor = Suppressor(
        sampleRate: 8000, channels: 2, configuration: .init(lookAhead: lookAhead), presses: presses)
    var output: [Float] = []
    output.reserveCapacity(frames.count)
    let start = clock()
    suppressor.process(frames, into: &output)
    suppressor.finish(into: &output)
    return (output, Double(clock() - start) / Double(CLOCKS_PER_SEC))
}

/// Ends the run with a line on standard error.
func fail(_ problem: String) -> Never {
    FileHandle.standardError.write(Data("Ablated: \(problem)\n".utf8))
    exit(1)
}

guard CommandLine.arguments.count > 1, let lookAhead = Double(CommandLine.arguments[1]) else {
    fail("give a look-ahead in seconds, then the mechanisms to leave out")
}
while let line = readLine() {
    let paths = line.split(separator: "\t").map(String.init)
    guard paths.count == 2, let data = FileManager.default.contents(atPath: paths[0]) else {
        fail("\(line): not two paths with a tab between them, or no such file")
    }
    let bytes = [UInt8](data)
    let frames = stride(from: header, to: bytes.count - 1, by: 2).map {
        Float(Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)) / 32768
    }
    var base: [Float] = []
    for name in ["-"] + CommandLine.arguments.dropFirst(2) {
        Without.choose(name.split(separator: "+"))
        let (output, seconds) = suppressed(frames, lookAhead: lookAhead)
        if output == base {
            print(name, seconds, "same")
            continue
        }
        let path = name == "-" ? paths[1] : "\(paths[1]).\(name)"
        guard FileManager.default.createFile(atPath: path, contents: wav(output, like: bytes)) else {
            fail("\(path): cannot be written")
        }
        print(name, seconds, digits(in: output))
        if name == "-" { base = output }
    }
}
