import ArgumentParser
import DTMF

/// Reads the name of a detector's profile on the command line.
enum DetectorProfileOption {
    /// A profile for files and streams.
    @Sendable static func ofFile(_ text: String) throws -> DetectorProfile {
        guard let profile = DetectorProfile(name: text) else { throw unknown(DetectorProfile.allNames) }
        return profile
    }

    /// A profile for a call, whose keys are taken while it goes on.
    @Sendable static func ofCall(_ text: String) throws -> DetectorProfile {
        guard let profile = DetectorProfile(name: text) else { throw unknown(DetectorProfile.streamNames) }
        guard !profile.hearsWholeFiles else {
            throw ValidationError(
                """
                it reads whole files, but a payment takes each key while it is pressed: name 'sensitive' for faint \
                keys, or read the file with 'tonewall decode'
                """)
        }
        return profile
    }

    private static func unknown(_ names: [String]) -> ValidationError {
        ValidationError("there is no profile of that name: one of \(names.joined(separator: ", "))")
    }
}
