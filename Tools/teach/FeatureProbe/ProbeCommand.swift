import Foundation
import Suppression

/// Writes the onset detector's features of raw 16-bit mono at 8 kHz, which it reads from standard input.
///
/// For each millisecond that holds a pair it writes 37 little-endian floats: the millisecond, the score, the features,
/// and the level of the pair over the digits before, in dB. The level is NaN if no digit is due.
@main enum ProbeCommand {
    static func main() {
        let bytes = [UInt8](FileHandle.standardInput.readDataToEndOfFile())
        var probe = FeatureProbe(sampleRate: 8000)
        var output: [UInt8] = []
        func write(_ value: Float) {
            let bits = value.bitPattern
            for shift in [0, 8, 16, 24] { output.append(UInt8(truncatingIfNeeded: bits >> shift)) }
        }
        for offset in stride(from: 0, to: bytes.count - 1, by: 2) {
            let sample = Int16(bitPattern: UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8)
            guard let reading = probe.take(Float(sample) / 32768) else { continue }
            write(Float(reading.hop))
            write(reading.score)
            for index in reading.features.indices { write(reading.features[index]) }
            write(reading.nextDigitLevel ?? .nan)
        }
        FileHandle.standardOutput.write(Data(output))
    }
}
