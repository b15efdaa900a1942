import AudioIO

/// A device's place in a call: the device while it is there, and the attempts to get it back while it is not.
struct DeviceKeeper {
    let leg: LiveLeg
    let name: String
    private let settings: SoundSettings
    private(set) var device: SoundDevice?
    private var nextAttempt = ContinuousClock.now
    private var pause = Duration.milliseconds(100)
    /// Longest pause between attempts.
    private static let longestPause = Duration.seconds(2)

    /// The device called `name`, open; where it cannot be opened at the start, that is an error.
    init(_ leg: LiveLeg, _ name: String, _ settings: SoundSettings) throws(DeviceError) {
        self.leg = leg
        self.name = name
        self.settings = settings
        device = try SoundDevice(name, leg.direction, settings)
    }

    /// The device is gone; it is tried again after a pause.
    mutating func lose() {
        device = nil
        pause = .milliseconds(100)
        nextAttempt = .now + pause
    }

    /// Tries to open the device where it is gone and a try is due; the pauses between tries double. Whether it is back.
    mutating func reopen() -> Bool {
        guard device == nil, ContinuousClock.now >= nextAttempt else { return false }
        device = try? SoundDevice(name, leg.direction, settings)
        device?.start()
        pause = min(pause * 2, Self.longestPause)
        nextAttempt = .now + pause
        return device != nil
    }
}
