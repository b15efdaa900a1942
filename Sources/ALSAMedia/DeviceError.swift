/// What can go wrong with a sound device; every case names it.
package enum DeviceError: Error, Sendable, Hashable {
    /// The device cannot be opened; `available` names those that open in its direction.
    case cannotOpen(device: String, reason: String, available: [String])
    /// The device opened and does not take these settings, not even through ALSA's plug layer.
    case cannotConfigure(device: String, wanted: String, reason: String)
    /// The device failed in use.
    case failed(device: String, reason: String)

    /// The device.
    package var device: String {
        switch self {
        case .cannotOpen(let device, _, _), .cannotConfigure(let device, _, _), .failed(let device, _): device
        }
    }
}
