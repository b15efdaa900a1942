import CALSA
import Glibc

/// The sound devices that ALSA knows of, as `arecord -L` and `aplay -L` list them.
public enum SoundDeviceList {
    /// One device.
    public struct Entry: Sendable, Hashable {
        /// The name to open it by.
        public var name: String
        /// What its driver says of it, in one line.
        public var description: String
        /// What it can do as a capture device; `nil` where it cannot be opened as one.
        public var capture: Abilities?
        /// What it can do as a playback device; `nil` where it cannot be opened as one.
        public var playback: Abilities?
    }

    /// What a device can do in one direction.
    public struct Abilities: Sendable, Hashable {
        /// Rates in Hz, least to most.
        public var rates: ClosedRange<Int>
        /// Channels, least to most.
        public var channels: ClosedRange<Int>
    }

    /// Every device, each opened for a moment to see what it can do.
    public static func all() -> [Entry] {
        hints().map { hint in
            Entry(
                name: hint.name, description: hint.description,
                capture: hint.directions.contains(.capture) ? abilities(hint.name, .capture) : nil,
                playback: hint.directions.contains(.playback) ? abilities(hint.name, .playback) : nil)
        }
    }

    /// Names of the devices of one direction, none opened.
    public static func names(_ direction: SoundDirection) -> [String] {
        hints().filter { $0.directions.contains(direction) }.map(\.name)
    }

    /// What the device called `name` can do; `nil` where it cannot be opened.
    public static func abilities(_ name: String, _ direction: SoundDirection) -> Abilities? {
        _ = soundLibraryIsSilent
        var handle: OpaquePointer?
        guard unsafe snd_pcm_open(&handle, name, direction.stream, Int32(SND_PCM_NONBLOCK)) >= 0,
            let handle = unsafe handle
        else { return nil }
        defer { unsafe snd_pcm_close(handle) }
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
