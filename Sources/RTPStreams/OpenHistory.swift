import Codecs
package import RTPPackets

/// The last audio of a stream that is not secured, from which a ``SecuredStream`` begins.
package struct OpenHistory: Sendable {
    /// Number of samples that are kept: 0.1 s.
    private static let length = 800

    private var samplesKept = [Float](repeating: 0, count: length)
    private var next = 0
    private var count = 0
    /// The header of the last packet; `nil` before the first.
    package private(set) var last: RTPHeader?

    package init() {}

    /// Notes a packet that goes on as it came.
    package mutating func note(_ packet: Span<UInt8>, _ header: RTPHeader, _ kind: PayloadMap.Kind) {
        guard case .audio(let law) = kind else { return }
        if let last {
            let isNext =
                header.synchronizationSource == last.synchronizationSource
                && header.timestamp == last.timestamp &+ UInt32(last.payload.count)
            if !isNext { count = 0 }
        }
        let values = law.samples
        for index in header.payload {
            samplesKept[next] = values[Int(packet[index])]
            next = next + 1 < Self.length ? next + 1 : 0
        }
        count = min(Self.length, count + header.payload.count)
        last = header
    }

    /// Puts the samples that are kept into `samples`, the oldest first.
    func samples(into samples: inout [Float]) {
        samples.removeAll(keepingCapacity: true)
        for index in 0..<count { samples.append(samplesKept[(next - count + index + Self.length) % Self.length]) }
    }
}
