/// An error of a sound device. Every case names the device.
package enum DeviceError: Error, Sendable, Hashable {
    /// The device cannot be opened. `available` has the names of the devices that open in its direction.
    case cannotOpen(device: String, reason: String, available: [String])
    /// The device was opened but does not accept these settings, even through ALSA's plug layer.
    case cannotConfigure(device: String, wanted: String, reason: String)
    /// The device failed in use.
    case failed(device: String, reason: String)

    /// The name of the device.
    package var device: String {
        switch self {
        case .cannotOpen(let device, _, _), .cannotConfigure(let device, _, _), .failed(let device, _): device
        }
    }
}
