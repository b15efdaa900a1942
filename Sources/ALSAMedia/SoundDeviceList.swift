import CALSA
import Glibc

/// The sound devices that ALSA knows of, as `arecord -L` and `aplay -L` list them.
package enum SoundDeviceList {
    /// One device.
    package struct Entry: Sendable, Hashable {
        /// The name with which it is opened.
        package var name: String
        /// Its driver's description, in one line.
        package var description: String
        /// Its abilities as a capture device; `nil` if it is not one.
        package var capture: Way?
        /// Its abilities as a playback device; `nil` if it is not one.
        package var playback: Way?
        /// Why `arecord -L` and `aplay -L` omit it although it is in the user's configuration; `nil` if they list it.
        package var unlisted: String?

        /// Whether it opens in either direction.
        package var isUsable: Bool { capture?.abilities != nil || playback?.abilities != nil }
    }

    /// A device in one direction.
    package enum Way: Sendable, Hashable {
        case opens(Abilities)
        /// It cannot be opened, for the reason that ALSA gives.
        case fails(reason: String)

        package var abilities: Abilities? { if case .opens(let abilities) = self { abilities } else { nil } }
    }

    /// The abilities of a device in one direction.
    package struct Abilities: Sendable, Hashable {
        /// Lowest and highest rate in Hz.
        package var rates: ClosedRange<Int>
        /// Smallest and largest number of channels.
        package var channels: ClosedRange<Int>
    }

    /// Every device. Each is opened briefly to find its abilities. Devices that open come first, otherwise in ALSA's
    /// order.
    ///
    /// It includes devices of the user's configuration, even if ALSA does not list them.
    package static func all() -> [Entry] {
        let listed = hints()
        var entries = listed.map { hint in
            Entry(
                name: hint.name, description: hint.description,
                capture: hint.directions.contains(.capture) ? way(hint.name, .capture) : nil,
                playback: hint.directions.contains(.playback) ? way(hint.name, .playback) : nil)
        }
        for own in OwnConfiguration.devices() where !listed.contains(where: { $0.name == own.name }) {
            entries.append(
                Entry(
                    name: own.name, description: own.description, capture: way(own.name, .capture),
                    playback: way(own.name, .playback), unlisted: own.whyUnlisted))
        }
        return entries.filter(\.isUsable) + entries.filter { !$0.isUsable }
    }

    /// Files of the user's configuration that ALSA cannot read, and why. ALSA skips them silently.
    package static func faults() -> [(path: String, reason: String)] { OwnConfiguration.faults() }

    /// Names of the devices that open in one direction.
    package static func names(_ direction: SoundDirection) -> [String] {
        all().filter { (direction == .capture ? $0.capture : $0.playback)?.abilities != nil }.map(\.name)
    }

    /// The abilities of the device called `name` in one direction.
    private static func way(_ name: String, _ direction: SoundDirection) -> Way {
        _ = soundLibraryIsSilent
        var handle: OpaquePointer?
        let code = unsafe snd_pcm_open(&handle, name, direction.stream, Int32(SND_PCM_NONBLOCK))
        guard code >= 0, let handle = unsafe handle else { return .fails(reason: soundText(code)) }
        defer { unsafe snd_pcm_close(handle) }
        guard let abilities = unsafe abilities(of: handle) else { return .fails(reason: "it has no settings") }
        return .opens(abilities)
    }

    private static func abilities(of handle: OpaquePointer) -> Abilities? {
        var parameters: OpaquePointer?
        guard unsafe snd_pcm_hw_params_malloc(&parameters) >= 0, let parameters = unsafe parameters else { return nil }
        defer { unsafe snd_pcm_hw_params_free(parameters) }
        var (rates, channels): ((UInt32, UInt32), (UInt32, UInt32)) = ((0, 0), (0, 0))
        guard unsafe snd_pcm_hw_params_any(handle, parameters) >= 0,
            unsafe snd_pcm_hw_params_get_rate_min(parameters, &rates.0, nil) >= 0,
            unsafe snd_pcm_hw_params_get_rate_max(parameters, &rates.1, nil) >= 0,
            unsafe snd_pcm_hw_params_get_channels_min(parameters, &channels.0) >= 0,
            unsafe snd_pcm_hw_params_get_channels_max(parameters, &channels.1) >= 0,
            rates.0 <= rates.1, channels.0 <= channels.1
        else { return nil }
        return Abilities(rates: Int(rates.0)...Int(rates.1), channels: Int(channels.0)...Int(channels.1))
    }

    private static func hints() -> [(name: String, description: String, directions: [SoundDirection])] {
        _ = soundLibraryIsSilent
        var list: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
        guard unsafe snd_device_name_hint(-1, "pcm", &list) >= 0, let list = unsafe list else { return [] }
        defer { unsafe snd_device_name_free_hint(list) }
        var result: [(String, String, [SoundDirection])] = []
        var next = unsafe list
        while let hint = unsafe next.pointee {
            unsafe next += 1
            guard let name = unsafe text(hint, "NAME"), name != "null" else { continue }
            let description = unsafe text(hint, "DESC")?.split(separator: "\n").joined(separator: ", ") ?? ""
            let way = unsafe text(hint, "IOID")
            result.append((name, description, SoundDirection.allCases.filter { way == nil || way == $0.hint }))
        }
        return result
    }

    private static func text(_ hint: UnsafeMutableRawPointer, _ key: String) -> String? {
        guard let value = unsafe snd_device_name_get_hint(hint, key) else { return nil }
        defer { unsafe free(value) }
        return unsafe String(cString: value)
    }
}
