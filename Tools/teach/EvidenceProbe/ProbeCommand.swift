import Foundation
import Suppression

/// Prints the early ear's measures of raw S16 mono at 8 kHz on standard input.
///
/// For each millisecond in which there is a pair to weigh, 37 little-endian floats: the millisecond, the score, the measures, and how far the
/// pair lies over the level of the keys before, in dB, where the next key is due; NaN elsewhere.
@main enum ProbeCommand {
    static func main() {
        let bytes = [UInt8](FileHandle.standardInput.readDataToEndOfFile())
        var probe = EvidenceProbe(sampleRate: 8000)
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
            for index in reading.measures.indices { write(reading.measures[index]) }
            write(reading.distance ?? .nan)
        }
        FileHandle.standardOutput.write(Data(output))
    }
}
