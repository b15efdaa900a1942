package import Codecs
package import MediaCore

/// A sound device from which a call's port is opened.
package struct ALSASource: PortSource {
    /// The device's ALSA name.
    package let name: String
    private let encoding: SampleEncoding

    /// - Parameter encoding: 16-bit integers or 32-bit floats.
    package init(_ name: String, encoding: SampleEncoding) {
        self.name = name
        self.encoding = encoding
    }

    /// Opens the device.
    ///
    /// - Throws: ``DeviceError``.
    package func open(_ leg: CallLeg, _ format: PortFormat) throws -> any MediaPort {
        try SoundDevice(
            name, leg.isCaptured ? .capture : .playback,
            SoundSettings(
                sampleRate: format.sampleRate, encoding: encoding, periodFrames: format.periodFrames,
                periods: format.periods))
    }
}
