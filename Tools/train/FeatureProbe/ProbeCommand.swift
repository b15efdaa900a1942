import Foundation
import Suppression

/// Writes the features of raw 16-bit mono at 8 kHz, which it reads from standard input.
///
/// The first line names the columns, with blanks between them. Then each millisecond that holds a pair has a row of
/// little-endian floats: the millisecond, the level of the pair in dB, and its features.
@main enum ProbeCommand {
    static func main() {
        let bytes = [UInt8](FileHandle.standardInput.readDataToEndOfFile())
        var probe = FeatureProbe()
        let names = ["millisecond", "level"] + PairFeature.allCases.map(\.name)
        var output = Data((names.joined(separator: " ") + "\n").utf8)
        func write(_ value: Float) {
            unsafe withUnsafeBytes(of: value.bitPattern.littleEndian) { unsafe output.append(contentsOf: $0) }
        }
        for offset in stride(from: 0, to: bytes.count - 1, by: 2) {
            let sample = Int16(bitPattern: UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8)
            guard let reading = probe.take(Float(sample) / 32768) else { continue }
            write(Float(reading.hop))
            write(reading.level)
            for index in reading.features.indices { write(reading.features[index]) }
        }
        FileHandle.standardOutput.write(output)
    }
}
