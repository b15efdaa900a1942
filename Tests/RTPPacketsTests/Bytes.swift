import RTPPackets

extension RTPHeader {
    init?(bytes: [UInt8]) { self.init(bytes.span) }
}

extension DatagramKind {
    init(bytes: [UInt8]) { self.init(bytes.span) }
}

extension TelephoneEventPayload {
    init?(bytes: [UInt8]) { self.init(bytes.span) }
}

extension RTCPPackets {
    static func areReportsOnly(bytes: [UInt8]) -> Bool { areReportsOnly(bytes.span) }
}
