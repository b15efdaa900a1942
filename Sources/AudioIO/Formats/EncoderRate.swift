internal import CSndfile

/// The bit rate of a lossy encoder, in libsndfile's terms.
package struct EncoderRate: Sendable, Hashable {
    package enum Mode: Sendable, Hashable {
        /// Every packet has the same size.
        case constant
        /// Packets differ, and their mean is given.
        case average
        /// The encoder's default.
        case usual
    }

    package var mode: Mode
    /// 0 for the highest rate of the encoder, 1 for the lowest.
    package var level: Double

    package init(_ mode: Mode, level: Double) {
        self.mode = mode
        self.level = min(1, max(0, level))
    }

    /// Sets the encoder behind `handle`; call it before the first sample.
    func apply(to handle: OpaquePointer) {
        if mode != .usual {
            var code = Int32(mode == .constant ? SF_BITRATE_MODE_CONSTANT : SF_BITRATE_MODE_AVERAGE)
            _ = unsafe sf_command(handle, Int32(SFC_SET_BITRATE_MODE), &code, Int32(MemoryLayout<Int32>.size))
        }
        var level = level
        _ = unsafe sf_command(handle, Int32(SFC_SET_COMPRESSION_LEVEL), &level, Int32(MemoryLayout<Double>.size))
    }
}
