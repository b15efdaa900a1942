/// WAVE files byte by byte, as other programs write them and as they should not.
public struct WAVBytes {
    public var riff = "RIFF"
    public var riffSize: UInt32?
    public var code: UInt16 = 1
    public var channels: UInt16 = 1
    public var rate: UInt32 = 8000
    public var bits: UInt16 = 16
    /// Sub-format code of a `WAVE_FORMAT_EXTENSIBLE` header.
    public var extensible = false
    /// Chunks between format and samples.
    public var chunks: [(name: String, body: [UInt8])] = []
    public var dataSize: UInt32?
    public var data: [UInt8] = []

    public init() {}

    /// 16-bit mono samples.
    public init(samples: [Int16]) {
        data = samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }

    public var bytes: [UInt8] {
        var format: [UInt8] = []
        let align = channels &* ((bits + 7) / 8)
        put(extensible ? 0xFFFE : code, to: &format)
        put(channels, to: &format)
        put(rate, to: &format)
        put(rate &* UInt32(align), to: &format)
        put(align, to: &format)
        put(bits, to: &format)
        if extensible {
            put(UInt16(22), to: &format)
            put(bits, to: &format)
            put(UInt32(0), to: &format)
            put(code, to: &format)
            format += [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
        }
        var body = Array("WAVE".utf8)
        for chunk in [("fmt ", format)] + chunks.map({ ($0.name, $0.body) }) {
            body += Array(chunk.0.utf8)
            put(UInt32(chunk.1.count), to: &body)
            body += chunk.1 + (chunk.1.count % 2 == 1 ? [0] : [])
        }
        body += Array("data".utf8)
        put(dataSize ?? UInt32(data.count), to: &body)
        body += data
        var file = Array(riff.utf8)
        put(riffSize ?? UInt32(body.count), to: &file)
        return file + body
    }

    private func put(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        for shift in stride(from: 0, to: value.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}
