/// The encoding of a sample in bytes: its kind, width and byte order.
///
/// Every encoding maps onto −1…1: integers by their full scale (a 16-bit sample is divided by 32,768), G.711 by its
/// 16-bit expansion (ITU-T G.711, tables 1a and 2a). Integers narrower than their container are left-justified in it.
package struct SampleEncoding: Sendable, Hashable {
    /// The meaning of a sample's bits.
    package enum Kind: Sendable, Hashable {
        /// Two's complement.
        case signed
        /// Offset binary, as in 8-bit WAV.
        case unsigned
        /// IEEE 754.
        case float
        /// ITU-T G.711 µ-law.
        case muLaw
        /// ITU-T G.711 A-law.
        case aLaw

        /// Whether its codes are those of ITU-T G.711, in either law.
        package var isG711: Bool { self == .muLaw || self == .aLaw }

        /// The usual number of bits if only the kind is given.
        package var usualBits: Int {
            switch self {
            case .signed: 16
            case .float: 32
            case .unsigned, .muLaw, .aLaw: 8
            }
        }
    }

    package var kind: Kind
    /// Number of bytes in a sample: 1 to 4, or 8 for double precision.
    package var bytesPerSample: Int
    package var isBigEndian: Bool

    /// The encoding with these parts; `nil` if its kind does not have this width.
    package init?(_ kind: Kind, bits: Int, isBigEndian: Bool = false) {
        let widths: [Int] =
            switch kind {
            case .signed: [8, 16, 24, 32]
            case .unsigned: [8]
            case .float: [32, 64]
            case .muLaw, .aLaw: [8]
            }
        guard widths.contains(bits) else { return nil }
        self.init(kind: kind, bytesPerSample: bits / 8, isBigEndian: isBigEndian)
    }

    private init(kind: Kind, bytesPerSample: Int, isBigEndian: Bool = false) {
        self.kind = kind
        self.bytesPerSample = bytesPerSample
        self.isBigEndian = isBigEndian && bytesPerSample > 1
    }

    /// The encoding in words, such as "16-bit signed".
    package var words: String {
        switch kind {
        case .signed: "\(8 * bytesPerSample)-bit signed"
        case .unsigned: "8-bit unsigned"
        case .float: "\(8 * bytesPerSample)-bit float"
        case .muLaw: "µ-law"
        case .aLaw: "A-law"
        }
    }

    /// Number of bits of a linear sample that holds every value.
    package var linearBits: Int { kind.isG711 ? 16 : 8 * bytesPerSample }

    package static let unsigned8 = SampleEncoding(kind: .unsigned, bytesPerSample: 1)
    package static let signed8 = SampleEncoding(kind: .signed, bytesPerSample: 1)
    package static let signed16 = SampleEncoding(kind: .signed, bytesPerSample: 2)
    package static let signed24 = SampleEncoding(kind: .signed, bytesPerSample: 3)
    package static let signed32 = SampleEncoding(kind: .signed, bytesPerSample: 4)
    package static let float32 = SampleEncoding(kind: .float, bytesPerSample: 4)
    package static let float64 = SampleEncoding(kind: .float, bytesPerSample: 8)
    package static let muLaw = SampleEncoding(kind: .muLaw, bytesPerSample: 1)
    package static let aLaw = SampleEncoding(kind: .aLaw, bytesPerSample: 1)
}
