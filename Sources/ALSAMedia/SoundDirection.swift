import CALSA

/// Which way a sound device carries audio.
package enum SoundDirection: String, Sendable, Hashable, CaseIterable {
    case capture, playback

    var stream: snd_pcm_stream_t { self == .capture ? SND_PCM_STREAM_CAPTURE : SND_PCM_STREAM_PLAYBACK }
    /// What a name hint calls it.
    var hint: String { self == .capture ? "Input" : "Output" }
}

/// ALSA's words for one of its error numbers.
func soundText(_ code: Int32) -> String { unsafe String(cString: snd_strerror(code)) }

/// ALSA and JACK made silent, once: what they would print is told by errors that name the device.
let soundLibraryIsSilent: Bool = {
    tonewall_alsa_silence()
    tonewall_jack_silence()
    return true
}()
